import { apiKeyOf } from './api-names.ts';
import { type LiveCase } from './live-case.ts';

/** Why the model cannot be taken through a case; undefined if it can. */
export function notModelledReason({ cluster, steps }: LiveCase): string | undefined {
  if (cluster.controllers > 1) return 'there is no quorum of several voters yet';
  for (const step of steps) {
    if (step.kind !== 'send') continue;
    if (apiKeyOf(step.send) === undefined) return `there is no request ${step.send} yet`;
  }
  return undefined;
}
