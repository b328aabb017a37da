import { type GroupFact, type PartitionOffset } from '../../sim/group-facts.ts';
import { counted, type Sentences } from './sentences.ts';

/** What happens in consumer groups. */
export const groupSentences: Sentences<GroupFact['kind']> = {
  subscriptionChanged: ({ topics, pattern }) =>
    pattern === null
      ? `subscribes to ${list(topics)}`
      : `subscribes to all topics that match ${pattern}`,
  joinRefused: ({ groupId, error, isFatal }) =>
    `is not let into ${groupId}: ${error}${isFatal ? '' : ', tries again'}`,
  partitionsAssigned: ({ groupId, generation, added, owned }) =>
    `owns ${list(owned)} in ${groupId}, generation ${generation}; new: ${list(added)}`,
  partitionsRevoked: ({ groupId, partitions, areLost }) =>
    `${areLost ? 'has lost' : 'gives up'} ${list(partitions)} of ${groupId}`,
  membershipEnded: ({ groupId, why, error }) =>
    `is no member of ${groupId} any more (${error ?? why})`,
  offsetCommitAttempted: ({ groupId, commit, offsets, why }) =>
    `commits ${offsetList(offsets)} for ${groupId} (${why}, commit ${commit})`,
  offsetCommitSucceeded: ({ commit }) => `commit ${commit} is done`,
  offsetCommitFailed: ({ commit, error, definite }) =>
    `commit ${commit} has failed: ${error}${definite ? '' : ', outcome unknown'}`,
  committedOffsetsReceived: ({ groupId, from, offsets }) =>
    `hears from broker ${from} that ${groupId} has committed ${offsetList(offsets)}`,
  recordsProcessed: ({ partition, offsets, outputs, txnUid }) =>
    `has processed ${range(offsets)} of ${partition}${outputsOf(outputs)}${inTransaction(txnUid)}`,
  coordinatorLoaded: ({ partition, leaderEpoch }) =>
    `coordinates what is in ${partition}, leader epoch ${leaderEpoch}`,
  coordinatorUnloaded: ({ partition }) => `coordinates what is in ${partition} no more`,
  groupChanged: ({ groupId, state, generation, members }) =>
    `${groupId} is ${state} in generation ${generation} with ${members.length} members`,
  memberRemoved: ({ groupId, memberId, why }) => `removes ${memberId} from ${groupId} (${why})`,
  offsetCommitAnswered: ({ groupId, memberId, offsets, errors }) =>
    `answers ${memberId}, which commits ${offsetList(offsets)} for ${groupId}: ${errorsOf(errors)}`,
  offsetFetchAnswered: ({ groupId, error, offsets, errors }) =>
    `tells what ${groupId} has committed, ${offsetList(offsets)}: ${errorsOf([error, ...errors])}`,
};

function list(partitions: readonly string[]): string {
  return partitions.length === 0 ? 'nothing' : partitions.join(', ');
}

function offsetList(offsets: readonly PartitionOffset[]): string {
  return list(offsets.map(({ partition, offset }) => `${partition}@${offset}`));
}

function range(offsets: readonly number[]): string {
  const [first, last] = [offsets[0], offsets.at(-1)];
  return first === last ? String(first) : `${first} to ${last}`;
}

/** A few are named each; of more, the first and the last. */
function outputsOf(outputs: readonly number[]): string {
  if (outputs.length === 0) return '';
  if (outputs.length <= 4) return `, sent r${outputs.join(', r')}`;
  const [first, last] = [outputs[0] ?? -1, outputs.at(-1) ?? -1];
  return `, sent ${counted(outputs.length, 'record')}, r${first} to r${last}`;
}

function inTransaction(txnUid: number): string {
  return txnUid < 0 ? '' : `, in t${txnUid}`;
}

function errorsOf(errors: readonly string[]): string {
  const different = [...new Set(errors)];
  const failures = different.filter((error) => error !== 'NONE');
  return failures.length === 0 ? 'NONE' : failures.join(', ');
}
