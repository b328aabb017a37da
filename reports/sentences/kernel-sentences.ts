import { type KernelFact } from '../../sim/kernel-facts.ts';
import { counted, positioned, type Sentences } from './sentences.ts';

/** What happens to nodes, streams and disks. */
export const kernelSentences: Sentences<KernelFact['kind']> = {
  nodeStarted: ({ life }) => (life > 1 ? `starts again, life ${life}` : 'starts'),
  nodeStopped: () => 'has stopped in good order',
  nodeCrashed: ({ powerLost, entriesLost, failure }) => {
    if (failure !== undefined) return `halts: ${failure}`;
    return powerLost
      ? `loses its power, and ${counted(entriesLost, 'unflushed entry', 'unflushed entries')}`
      : 'is killed';
  },
  nodePaused: () => 'is paused',
  nodeResumed: () => 'goes on',
  clockChanged: ({ offsetMs, driftPpm }) =>
    `has its clock off by ${offsetMs} ms, drifting by ${driftPpm} ppm`,
  diskChanged: ({ state }) => `has a disk that is ${state}`,
  diskSlowed: ({ latencyMs }) =>
    latencyMs > 0
      ? `has a slow disk, which takes ${latencyMs} ms each time`
      : 'has a disk that is not slow any more',
  diskWiped: () => 'gets a new, empty disk',
  batchRotted: ({ partition, baseOffset, lastOffset }) =>
    `has a rotten batch on its disk: ${positioned(partition, baseOffset, lastOffset)}`,
  frameSent: ({ to, what, sizeInBytes }) => `→ ${to}: ${what}, ${counted(sizeInBytes, 'byte')}`,
  frameDelivered: ({ from, what }) => `← ${from}: ${what}`,
  frameLost: ({ to, what, cause }) => `→ ${to}: ${what} is lost (${cause})`,
  connectionOpened: ({ to }) => `is connected with ${to}`,
  connectionClosed: ({ to, cause }) => `is no longer connected with ${to} (${cause})`,
  faultStarted: ({ fault, what }) => `${fault} begins: ${what}`,
  faultEnded: ({ fault }) => `${fault} ends`,
  faultNeverFired: ({ fault, what }) => `${fault} never began: ${what}`,
  faultsHealed: () => 'everything is healed',
  runEnded: () => 'the run ends',
};
