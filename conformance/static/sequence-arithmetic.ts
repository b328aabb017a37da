import { z } from 'zod';
import { decrementSequence, incrementSequence } from '../../sim/protocol/record-batch.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

const arithmeticCase = z.strictObject({
  seq: z.int(),
  n: z.int(),
  plus: z.int(),
  minus: z.int(),
});

export const sequenceArithmetic = section(arithmeticCase, ({ seq, n, plus, minus }) => {
  const came = { plus: incrementSequence(seq, n), minus: decrementSequence(seq, n) };
  return differenceAt('sequence', { plus, minus }, came);
});
