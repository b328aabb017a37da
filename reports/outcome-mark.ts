import { type Judgement } from '../explore/run.ts';
import { type Paint } from './paint.ts';

export type Outcome = Judgement['outcome'];

interface Mark {
  readonly symbol: string;
  readonly colour: keyof Paint;
  readonly meaning: string;
}

/** How each outcome is shown. */
export const marks: Readonly<Record<Outcome, Mark>> = {
  violated: { symbol: '✗', colour: 'bad', meaning: 'promised and broken' },
  'known defect': {
    symbol: '!',
    colour: 'warning',
    meaning: 'promised and broken by a bug that Kafka 4.3.1 has',
  },
  held: { symbol: '✓', colour: 'good', meaning: 'promised, put to the test, and kept' },
  'not promised': {
    symbol: '○',
    colour: 'warning',
    meaning: 'this configuration does not promise it',
  },
  'not exercised': {
    symbol: '·',
    colour: 'faint',
    meaning: 'the situation never arose: nothing is proved',
  },
};

/** Most serious first. */
export const outcomes: readonly Outcome[] = [
  'violated',
  'known defect',
  'not promised',
  'held',
  'not exercised',
];

/** What the symbols mean, in one line. */
export function legend(paint: Paint): string {
  const entries = outcomes.map((outcome) => {
    const { symbol, colour } = marks[outcome];
    return `${paint[colour](symbol)} ${outcome}`;
  });
  return entries.join('   ');
}
