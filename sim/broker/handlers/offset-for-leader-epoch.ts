import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import {
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderPartition,
} from '../../protocol/messages/offset-for-leader-epoch-request.ts';
import { type EpochEndOffset } from '../../protocol/messages/offset-for-leader-epoch-response.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type Partition } from '../replica/partition.ts';
import { type Exchange } from '../server/request-server.ts';

/** Answers where an epoch ends in the leader's log (`ReplicaManager.lastOffsetForLeaderEpoch`). */
export function offsetForLeaderEpoch(
  exchange: Exchange,
  request: OffsetForLeaderEpochRequest,
  hosted: HostedPartitions,
): void {
  const topics = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((asked) => endOf(hosted.find(topic, asked.partition), asked)),
  }));
  exchange.respond(Api.offsetForLeaderEpoch, { throttleTimeMs: 0, topics });
}

function endOf(
  found: Partition | ErrorName,
  { partition, currentLeaderEpoch, leaderEpoch }: OffsetForLeaderPartition,
): EpochEndOffset {
  const errorCode = typeof found === 'string' ? found : found.accessError(currentLeaderEpoch, true);
  const log = typeof found === 'string' ? undefined : found.log;
  const end = errorCode === 'NONE' ? log?.endOffsetFor(leaderEpoch) : undefined;
  return {
    errorCode,
    partition,
    leaderEpoch: end?.leaderEpoch ?? -1,
    endOffset: end?.endOffset ?? -1,
  };
}
