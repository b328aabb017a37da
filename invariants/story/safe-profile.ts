import { type Configuration } from '../configuration.ts';

/** The profile under which nothing acknowledged may be lost: three replicas, two of them in sync. */
export const safeProfile: Configuration = {
  brokers: [1, 2, 3],
  elr: true,
  producerIdExpirationMs: 86_400_000,
  topics: [
    {
      name: 'orders',
      replicationFactor: 3,
      minInsyncReplicas: 2,
      uncleanLeaderElection: false,
      isCompacted: false,
      hasRetention: false,
      own: ['min.insync.replicas'],
    },
  ],
  topicDefaults: {
    replicationFactor: 3,
    minInsyncReplicas: 1,
    uncleanLeaderElection: false,
    isCompacted: false,
    hasRetention: false,
    own: [],
  },
  internalTopics: [],
  producers: [
    {
      node: 'producer-1',
      acks: -1,
      idempotence: true,
      maxInFlight: 5,
      retries: 2_147_483_647,
      deliveryTimeoutMs: 120_000,
      maxBlockMs: 60_000,
    },
  ],
  consumers: [
    {
      node: 'consumer-1',
      isolationLevel: 'read_uncommitted',
      groupId: null,
      commitsAfterWork: true,
      assignsItself: false,
    },
  ],
  settleWithinMs: 60_000,
  groupsSettleWithinMs: 60_000,
  transactionAbortIntervalMs: 10_000,
};

/** The safe profile with other settings of its one topic. */
export function withTopic(
  settings: Partial<Configuration['topics'][number]>,
  more: Partial<Configuration> = {},
): Configuration {
  return {
    ...safeProfile,
    topics: safeProfile.topics.map((topic) => ({ ...topic, ...settings })),
    ...more,
  };
}

/** The safe profile with other settings of its one producer. */
export function withProducer(settings: Partial<Configuration['producers'][number]>): Configuration {
  const producers = safeProfile.producers.map((producer) => ({ ...producer, ...settings }));
  return { ...safeProfile, producers };
}
