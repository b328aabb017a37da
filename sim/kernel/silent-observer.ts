import { type WorldObserver } from './observer.ts';
import { type Message, type NodeIndex } from './process.ts';
import { type Instant } from './time.ts';

/** An observer that hears facts only, for worlds whose lifecycle nobody watches. */
export function silentObserver<M extends Message, Fact>(
  heard: (at: Instant, node: NodeIndex, fact: Fact) => void = () => undefined,
): WorldObserver<M, Fact> {
  const nothing = (): number => -1;
  return {
    isTracing: false,
    fact: (at, node, fact) => {
      heard(at, node, fact);
      return -1;
    },
    nodeStarted: nothing,
    nodeStopped: nothing,
    nodeCrashed: nothing,
    nodePaused: nothing,
    frameSent: nothing,
    frameDelivered: nothing,
    frameLost: nothing,
    streamOpened: nothing,
    streamClosed: nothing,
  };
}
