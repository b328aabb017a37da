import { type ControllerFact } from '../../sim/trace.ts';
import { counted, listed, type Sentences, when } from './sentences.ts';

/** What the controller decides. */
export const controllerSentences: Sentences<ControllerFact['kind']> = {
  topicCreated: ({ topic, partitions }) =>
    `creates ${topic} with ${counted(partitions, 'partition')}`,
  topicDeleted: ({ topic }) => `deletes ${topic}`,
  partitionChanged: ({ partition, leader, leaderEpoch, isr, elr, wasUnclean }) => {
    const who = leader < 0 ? 'no leader' : `leader broker-${leader}`;
    const eligible = when(elr.length > 0, `, ELR ${listed(elr)}`);
    const unclean = when(wasUnclean, ', by an unclean election');
    return `${partition} has ${who} in leader epoch ${leaderEpoch}, ISR ${listed(isr)}${eligible}${unclean}`;
  },
  alterPartitionAnswered: ({ partition, from, requestIsr, error }) =>
    error === 'NONE'
      ? `grants broker-${from} ISR ${listed(requestIsr)} of ${partition}`
      : `refuses broker-${from} ISR ${listed(requestIsr)} of ${partition}: ${error}`,
  brokerRegistered: ({ broker, brokerEpoch, wasClean }) => {
    const clean = when(wasClean, ', after a clean stop');
    return `registers broker-${broker} with broker epoch ${brokerEpoch}${clean}`;
  },
  brokerFenced: ({ broker }) => `fences broker-${broker}`,
  brokerUnfenced: ({ broker }) => `unfences broker-${broker}`,
  brokerInControlledShutdown: ({ broker }) => `lets broker-${broker} shut down`,
  configChanged: ({ resource, name, key, value }) => {
    const whom = name === '' ? `all ${resource}s` : `${resource} ${name}`;
    return value === null ? `removes ${key} of ${whom}` : `sets ${key}=${value} for ${whom}`;
  },
};
