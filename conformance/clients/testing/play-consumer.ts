import { type Switches } from '../../../sim/switches/switches.ts';
import { ConsumerPlayer } from '../consumer-player.ts';
import { type SeenEvent } from '../seen-events.ts';
import { scriptedCase } from './scripted-case.ts';

/** What a consumer that is taken through the steps does in the last `count` of them. */
export function playConsumer(
  given: object,
  steps: readonly object[],
  { switches = {}, count = 1 }: { readonly switches?: Switches; readonly count?: number } = {},
): readonly SeenEvent[] {
  const scripted = scriptedCase(given, steps);
  const player = new ConsumerPlayer(scripted.given, switches);
  const seen = scripted.steps.map((step) => {
    player.play(step);
    return player.takeSeen();
  });
  return seen.slice(-count).flat();
}
