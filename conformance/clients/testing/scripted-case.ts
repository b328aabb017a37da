import { type ClientCase, readClientCase } from '../client-case.ts';

/** A case of a test's own, of which nobody has recorded what is seen. */
export function scriptedCase(given: object, steps: readonly object[]): ClientCase {
  const lines = [{ given }, ...steps].map((step) => JSON.stringify({ ...step, saw: [] }));
  return readClientCase({ path: 'scripted.jsonl', format: 'clients', text: lines.join('\n') });
}
