import { type Properties } from '../../sim/protocol/config/config-definition.ts';
import { type ClientStep, type Given } from './client-case.ts';
import { type SeenEvent } from './seen-events.ts';

/** Takes a model client through the steps of a case. */
export interface ClientPlayer {
  readonly play: (step: ClientStep) => void;
  /** What the client did since the last time. */
  readonly takeSeen: () => readonly SeenEvent[];
  /** The client's state, if it has changed. */
  readonly takeState: () => unknown;
}

/** Passes a state on when it is another one than before. */
export class StateChanges {
  #last = '';

  take(state: unknown): unknown {
    const text = JSON.stringify(state);
    if (text === this.#last) return undefined;
    this.#last = text;
    return state;
  }
}

export function propertiesOf({ config }: Given): Properties {
  const properties: Record<string, string> = { 'enable.metrics.push': 'false' };
  for (const [name, value] of Object.entries(config)) properties[name] = String(value);
  return properties;
}
