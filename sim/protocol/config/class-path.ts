/** What a real client or broker finds on its class path. */
export interface ClassPath {
  readonly has: (className: string) => boolean;
  readonly implements: (className: string, interfaceName: string) => boolean;
}

/** The classes of Kafka's own that a config of a client or broker names besides serializers. */
const kafkaClasses = new Set([
  'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
  'org.apache.kafka.clients.consumer.RangeAssignor',
  'org.apache.kafka.clients.consumer.RoundRobinAssignor',
  'org.apache.kafka.clients.consumer.StickyAssignor',
  'org.apache.kafka.clients.producer.RoundRobinPartitioner',
]);

/**
 * Believes in every class with a package, since a person's own code is not at hand. Among Kafka's
 * own assignors and partitioners it knows which there are: an upgrade takes some away.
 */
export const assumedClassPath: ClassPath = {
  has(className) {
    if (/^org\.apache\.kafka\.clients\..*(?:Assignor|Partitioner)$/u.test(className)) {
      return kafkaClasses.has(className);
    }
    return /^[\w$]+(?:\.[\w$]+)+$/u.test(className);
  },
  implements: () => true,
};
