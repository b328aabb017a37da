import { type Random } from '../../../sim/kernel/random.ts';
import { type FaultAction } from '../../../sim/plan.ts';
import { type RandomFaults } from '../../schema/random-faults.ts';
import { drawNumber } from '../draws.ts';
import { type Family } from './family.ts';

/** How long a fault waits for the frame that it is for. */
const waitsMs = 5_000;

type FramesFault = Extract<FaultAction, { readonly kind: 'frames' }>;

/** Faults of single requests and answers. */
export function* frameFamilies(given: RandomFaults): Generator<Family> {
  const { lostRequests, lostResponses, resets, delays, duplicates } = given;
  if (lostRequests !== undefined) {
    const { perMinute, apis } = lostRequests;
    yield {
      name: 'lostRequests',
      perMinute,
      draw: (random) => nextFrame(random.pick(apis), 'request', { verdict: 'drop', delayMs: 0 }),
    };
  }
  if (lostResponses !== undefined) {
    const { perMinute, apis } = lostResponses;
    yield {
      name: 'lostResponses',
      perMinute,
      draw: (random) => nextFrame(random.pick(apis), 'response', { verdict: 'drop', delayMs: 0 }),
    };
  }
  if (resets !== undefined) {
    const { perMinute, apis } = resets;
    yield {
      name: 'resets',
      perMinute,
      draw: (random) =>
        nextFrame(random.pick(apis), direction(random), { verdict: 'reset', delayMs: 0 }),
    };
  }
  if (delays !== undefined) {
    const { perMinute, apis, by } = delays;
    yield {
      name: 'delays',
      perMinute,
      draw: (random) =>
        nextFrame(random.pick(apis), direction(random), {
          verdict: 'delay',
          delayMs: drawNumber(by, random),
        }),
    };
  }
  if (duplicates !== undefined) {
    const { perMinute, apis, by } = duplicates;
    yield {
      name: 'duplicates',
      perMinute,
      draw: (random) =>
        nextFrame(random.pick(apis), 'request', {
          verdict: 'duplicate',
          delayMs: drawNumber(by, random),
        }),
    };
  }
}

function direction(random: Random): 'request' | 'response' {
  return random.chance(0.5) ? 'request' : 'response';
}

function nextFrame(
  api: string,
  way: 'request' | 'response',
  what: Pick<FramesFault, 'verdict' | 'delayMs'>,
): FramesFault {
  return {
    kind: 'frames',
    match: { api, direction: way },
    ...what,
    count: 1,
    share: 1,
    forMs: waitsMs,
  };
}
