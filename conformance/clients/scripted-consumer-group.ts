import { parseTopicPartition, groupByTopic } from '../../sim/client/topic-partition.ts';
import { type ConsumerGroupHeartbeatRequest } from '../../sim/protocol/messages/consumer-group-heartbeat-request.ts';
import {
  type Assignment,
  type ConsumerGroupHeartbeatResponse,
} from '../../sim/protocol/messages/consumer-group-heartbeat-response.ts';
import { topicIdOf } from './scripted-addresses.ts';
import { type AnswerScript } from './scripted-answers.ts';

/** The broker's default of `group.consumer.heartbeat.interval.ms`. */
const defaultIntervalMs = 5_000;

/** What a scripted coordinator answers to a member of a consumer group (KIP-848). */
export function consumerGroupHeartbeat(
  { memberId, memberEpoch }: ConsumerGroupHeartbeatRequest,
  script: AnswerScript,
): ConsumerGroupHeartbeatResponse {
  const { error: errorCode = 'NONE', throttle = 0 } = script;
  const { epoch = memberEpoch, interval = defaultIntervalMs, assigned } = script;
  const isTaken = errorCode === 'NONE';
  return {
    throttleTimeMs: throttle,
    errorCode,
    errorMessage: null,
    memberId,
    memberEpoch: isTaken ? epoch : 0,
    heartbeatIntervalMs: isTaken ? interval : 0,
    assignment: isTaken && assigned !== undefined ? assignmentOf(assigned) : null,
  };
}

function assignmentOf(names: readonly string[]): Assignment {
  const partitions = names.flatMap((name) => parseTopicPartition(name) ?? []);
  const topics = groupByTopic(partitions, ({ topic }) => topic);
  return {
    topicPartitions: [...topics].map(([topic, assigned]) => ({
      topicId: topicIdOf(topic),
      partitions: assigned.map(({ partition }) => partition),
    })),
  };
}
