import { type z } from 'zod';
import { type Path, type Problem } from '../problem.ts';

/** What zod has found, for a person. Needs `reportInput`. */
export function issueProblem(issue: z.core.$ZodIssue): Problem {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return { path: [...path, key], message: `there is no ${key} here` };
  }
  if (issue.input === undefined && path.length > 0) return missing(path, issue.message);
  const received = showInput(issue.input);
  const sentence = plain(issue.message);
  const isSaid = received === undefined || sentence.includes('received');
  return { path, message: isSaid ? sentence : `${sentence}, not ${received}` };
}

function missing(path: Path, message: string): Problem {
  const expected = plain(message).replace(/,? received undefined$/u, '');
  return { path, message: `${String(path.at(-1))} is missing: ${expected}` };
}

/** Zod's sentences without what the place says already. */
function plain(message: string): string {
  const sentence = message.replace(/^(?:Invalid \w+|Too \w+): /u, '');
  return sentence.replace(/^Invalid discriminator value\. Expected/u, 'expected');
}

/** What was written, if it is short enough to say again. */
function showInput(input: unknown): string | undefined {
  if (typeof input === 'string') return input.length <= 60 ? JSON.stringify(input) : undefined;
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : undefined;
}
