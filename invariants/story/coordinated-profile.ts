import { type Configuration } from '../configuration.ts';
import { safeProfile } from './safe-profile.ts';

/** One replica of each partition, so that what is appended is soon committed; consumers read committed. */
export const coordinatedProfile: Configuration = {
  ...safeProfile,
  topics: ['orders', 'payments', '__consumer_offsets', '__transaction_state'].map((name) => ({
    ...safeProfile.topicDefaults,
    name,
    replicationFactor: 1,
    isCompacted: name.startsWith('__'),
  })),
  producers: ['producer-1', 'producer-2'].flatMap((node) =>
    safeProfile.producers.map((producer) => ({ ...producer, node })),
  ),
  consumers: ['consumer-1', 'consumer-2'].map((node) => ({
    node,
    isolationLevel: 'read_committed' as const,
    groupId: 'billing',
    commitsAfterWork: true,
    assignsItself: false,
  })),
};
