import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ConfigError } from '../sim/config-error.ts';
import { type Plan } from '../sim/plan.ts';

const prefix = 'plan:';

/** Far more than any plan that a person pastes; a longer one is not unpacked. */
const largestPlanBytes = 16_000_000;

/**
 * A whole plan as one word that no shell reads anything into: `plan:q1YqSSwu…`. What stands in the log
 * of a CI system is then enough to run it again.
 */
export function printPlanToken(plan: Plan): string {
  return `${prefix}${deflateRawSync(JSON.stringify(plan)).toString('base64url')}`;
}

/** Whether a text means to be a plan in one word. */
export function isPlanToken(text: string): boolean {
  return text.startsWith(prefix);
}

/**
 * What the token says, to be read by `readPlan`.
 * @throws {ConfigError} If it is not whole.
 */
export function parsePlanToken(token: string): unknown {
  try {
    const packed = Buffer.from(token.slice(prefix.length), 'base64url');
    const text = inflateRawSync(packed, { maxOutputLength: largestPlanBytes }).toString('utf8');
    return JSON.parse(text);
  } catch {
    throw new ConfigError(shortened(token), 'this plan is not whole; copy all of it');
  }
}

function shortened(token: string): string {
  return token.length <= 40 ? token : `${token.slice(0, 39)}…`;
}
