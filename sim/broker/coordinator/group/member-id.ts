import { type Random } from '../../../kernel/random.ts';

/** Lengths of the parts of a UUID as Java writes it. */
const parts = [8, 4, 4, 4, 12];

/** An id for a member that has none: its client or instance, and a random UUID. */
export function newMemberId(random: Random, prefix: string): string {
  const uuid = parts.map((length) => {
    let digits = '';
    while (digits.length < length) digits += random.below(16).toString(16);
    return digits;
  });
  return `${prefix}-${uuid.join('-')}`;
}
