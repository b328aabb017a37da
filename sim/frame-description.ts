import { Api, type ApiKey, type Frame } from './protocol/api.ts';
import { type ErrorName } from './protocol/errors.ts';

const names = new Map<ApiKey, string>(
  Object.entries(Api).map(([name, key]) => [
    key,
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  ]),
);

/** Kafka's name of a request: `Produce`. */
export function apiName(apiKey: ApiKey): string {
  return names.get(apiKey) ?? String(apiKey);
}

/** A frame in a few words: `Produce request 7`. */
export function describeFrame(frame: Frame): string {
  const direction = frame.isRequest ? 'request' : 'response';
  return `${apiName(frame.apiKey)} ${direction} ${frame.correlationId}`;
}

/** What a frame says of one partition. */
export interface FrameEntry {
  /** `orders-0` */
  readonly partition: string;
  /** Undefined in a request. */
  readonly error: ErrorName | undefined;
}

type TopicName = (id: string) => string;

/** What a Produce or Fetch says of each of its partitions; empty for all other frames. */
export function entriesOf(frame: Frame, topicName: TopicName): readonly FrameEntry[] {
  switch (frame.apiKey) {
    case Api.produce: {
      const topics = frame.isRequest ? frame.body.topicData : frame.body.responses;
      return topics.flatMap((topic) => {
        const name = topic.name === '' ? topicName(topic.topicId) : topic.name;
        const partitions =
          'partitionData' in topic ? topic.partitionData : topic.partitionResponses;
        return partitions.map((entry) => ({
          partition: `${name}-${entry.index}`,
          error: 'errorCode' in entry ? entry.errorCode : undefined,
        }));
      });
    }
    case Api.fetch: {
      const topics = frame.isRequest ? frame.body.topics : frame.body.responses;
      return topics.flatMap((topic) => {
        const name = topic.topic === '' ? topicName(topic.topicId) : topic.topic;
        return topic.partitions.map((entry) =>
          'errorCode' in entry
            ? { partition: `${name}-${entry.partitionIndex}`, error: entry.errorCode }
            : { partition: `${name}-${entry.partition}`, error: undefined },
        );
      });
    }
    default:
      return [];
  }
}
