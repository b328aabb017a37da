import { notPromised, type Standing } from '../standing.ts';

/** What a group does again after its offsets were let go. */
export const expired = notPromised(
  'offsets.retention.minutes lets go what a group has committed that has no members',
  'an offsets.retention.minutes that is longer than the group may be without members',
);

/** What a group does again because its application wants it. */
export const soughtBack = notPromised(
  'an application that seeks back is given the same records again',
  'an application that seeks to nothing but what its group has committed',
);

/** What was there before a group began to read. */
export const beginsBehind = notPromised(
  'auto.offset.reset lets a group begin behind records where it has committed nothing',
  'auto.offset.reset=earliest',
);

export const beginsBehindAfterExpiry = notPromised(
  'offsets.retention.minutes lets go what a group has committed that has no members, and auto.offset.reset lets it begin behind records then',
  'auto.offset.reset=earliest, or an offsets.retention.minutes that is longer than the group may be without members',
);

export const shared = notPromised(
  'nobody keeps consumers apart that assign themselves the same partition with one group.id',
  'consumers that subscribe, and let their group assign the partitions',
);

/** @param between What has come between work and commit: `a crash`. */
export function notTransactional(between: string): Standing {
  return notPromised(
    `work and commit are not one transaction, so that ${between} between them repeats the work`,
    'a transactional.id, and offsets that are sent to the transaction',
  );
}
