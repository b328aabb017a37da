import { ConfigError } from '../../sim/config-error.ts';
import { type CaseFile } from '../case-file.ts';
import { type CaseResult, type Difference, resultOf } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { type ClientCase, type ClientStep, readClientCase } from './client-case.ts';
import { type ClientPlayer } from './client-player.ts';
import { ConsumerPlayer } from './consumer-player.ts';
import { ProducerPlayer } from './producer-player.ts';
import { differenceOfEvents } from './seen-events.ts';

/**
 * Takes a model client through the case of a file.
 * @throws {ConfigError} If the case is not as it should be.
 */
export function runClientCases(file: CaseFile): readonly CaseResult[] {
  return [resultOf(file.path, differenceOf(readClientCase(file)))];
}

/** The first step in which the client did otherwise than recorded. */
function differenceOf({ given, steps }: ClientCase): Difference | undefined {
  const player: ClientPlayer =
    given.client === 'producer' ? new ProducerPlayer(given) : new ConsumerPlayer(given);
  for (const [index, step] of steps.entries()) {
    const name = `step ${index}`;
    try {
      player.play(step);
      const difference = differenceOfStep(name, step, player);
      if (difference !== undefined) return difference;
    } catch (error) {
      if (error instanceof ConfigError || !(error instanceof Error)) throw error;
      // The model does not hold what it assumes.
      return { step: name, expected: step.saw, came: error.stack };
    }
  }
  return undefined;
}

function differenceOfStep(
  name: string,
  step: ClientStep,
  player: ClientPlayer,
): Difference | undefined {
  const events = differenceOfEvents(name, step.saw, player.takeSeen());
  return events ?? differenceAt(`${name}, state`, step.state, player.takeState());
}
