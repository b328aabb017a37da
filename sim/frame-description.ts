import { Api, type ApiKey, type Frame } from './protocol/api.ts';

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

/** The partitions that a frame is about, as `orders-0`; empty where it names none or only ids. */
export function partitionsOf(frame: Frame, topicName: (id: string) => string): readonly string[] {
  switch (frame.apiKey) {
    case Api.produce: {
      const topics = frame.isRequest
        ? frame.body.topicData.map((topic) => ({
            name: topic.name === '' ? topicName(topic.topicId) : topic.name,
            partitions: topic.partitionData,
          }))
        : frame.body.responses.map((topic) => ({
            name: topic.name === '' ? topicName(topic.topicId) : topic.name,
            partitions: topic.partitionResponses,
          }));
      return topics.flatMap(({ name, partitions }) =>
        partitions.map(({ index }) => `${name}-${index}`),
      );
    }
    case Api.fetch: {
      if (frame.isRequest) {
        return frame.body.topics.flatMap((topic) =>
          topic.partitions.map(({ partition }) => `${nameOf(topic, topicName)}-${partition}`),
        );
      }
      return frame.body.responses.flatMap((topic) =>
        topic.partitions.map(
          ({ partitionIndex }) => `${nameOf(topic, topicName)}-${partitionIndex}`,
        ),
      );
    }
    default:
      return [];
  }
}

function nameOf(
  topic: { readonly topic: string; readonly topicId: string },
  topicName: (id: string) => string,
): string {
  return topic.topic === '' ? topicName(topic.topicId) : topic.topic;
}
