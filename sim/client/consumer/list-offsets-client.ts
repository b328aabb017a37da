import { type Instant } from '../../kernel/time.ts';
import { Api, type Response } from '../../protocol/api.ts';
import { type ListOffsetsResponse } from '../../protocol/messages/list-offsets-response.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type TopicPartition, topicPartition } from '../topic-partition.ts';
import { type ReaderParts } from './consumer-parts.ts';
import {
  latestTimestamp,
  type ListedOffsets,
  listOffsetsRequest,
  type OffsetQuestion,
  readListOffsets,
} from './list-offsets.ts';

/** What is looked for in a partition, whoever leads it. */
export interface OffsetTarget {
  readonly partition: TopicPartition;
  readonly timestamp: number;
}

/** What is asked of one leader. */
export interface LeaderQuestions {
  readonly leader: ClusterNode;
  readonly questions: readonly OffsetQuestion[];
}

export interface GroupedTargets {
  readonly byLeader: readonly LeaderQuestions[];
  /** Their leader is not known, or not to be reached for the moment. */
  readonly unreachable: readonly OffsetTarget[];
}

/** Exactly one of the two is called. */
export interface ListOffsetsHandler {
  readonly listed: (answer: ListedOffsets) => void;
  /** No answer came. */
  readonly failed: () => void;
}

/** Asks leaders for offsets (`OffsetFetcher.sendListOffsetRequest`). */
export class ListOffsetsClient {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** Finds out whom to ask; asks for new metadata where a leader is not known. */
  group(targets: readonly OffsetTarget[]): GroupedTargets {
    const { metadata, network } = this.#parts;
    const byLeader = new Map<number, { leader: ClusterNode; questions: OffsetQuestion[] }>();
    const unreachable: OffsetTarget[] = [];
    for (const target of targets) {
      const { topic, partition } = target.partition;
      const { leader, leaderEpoch } = metadata.currentLeader(topic, partition);
      if (leader === undefined) metadata.requestUpdate(true);
      if (leader === undefined || network.isUnavailable(leader)) {
        unreachable.push(target);
        continue;
      }
      const question = { leaderEpoch, ...target };
      const asked = byLeader.get(leader.nodeId);
      if (asked === undefined) byLeader.set(leader.nodeId, { leader, questions: [question] });
      else asked.questions.push(question);
    }
    return { byLeader: [...byLeader.values()], unreachable };
  }

  send({ leader, questions }: LeaderQuestions, handler: ListOffsetsHandler): void {
    const { network, config, context } = this.#parts;
    const { isolationLevel, requestTimeoutMs } = config;
    const askedAt = context.monotonic();
    const request = listOffsetsRequest(questions, isolationLevel, requestTimeoutMs);
    network.send(leader, Api.listOffsets, request, {
      answered: (response: Response) => {
        if (response.apiKey !== Api.listOffsets) return;
        this.#tellEndOffsets(leader, questions, response.body, askedAt);
        handler.listed(readListOffsets(response.body));
      },
      failed: handler.failed,
    });
  }

  #tellEndOffsets(
    leader: ClusterNode,
    questions: readonly OffsetQuestion[],
    response: ListOffsetsResponse,
    askedAt: Instant,
  ): void {
    const latest = new Set(
      questions
        .filter(({ timestamp }) => timestamp === latestTimestamp)
        .map(({ partition }) => partition.name),
    );
    for (const topic of response.topics) {
      for (const { partitionIndex, leaderEpoch, errorCode, offset } of topic.partitions) {
        const { name } = topicPartition(topic.name, partitionIndex);
        if (!latest.has(name)) continue;
        this.#parts.context.record({
          kind: 'endOffsetReceived',
          partition: name,
          from: leader.nodeId,
          leaderEpoch,
          error: errorCode,
          offset,
          askedAt,
        });
      }
    }
  }
}
