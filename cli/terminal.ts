import { Chalk, supportsColor, supportsColorStderr } from 'chalk';
import { type Paint } from '../reports/paint.ts';

/** Where results and everything else go. */
export interface Terminal {
  /** Results. */
  readonly print: (text: string) => void;
  readonly paint: Paint;
  /** Everything that is not a result. */
  readonly tell: (text: string) => void;
  readonly tellPaint: Paint;
}

/** The process's own. Colours follow NO_COLOR (which chalk does not read), FORCE_COLOR and CI. */
export function processTerminal(): Terminal {
  const isPlain = (process.env['NO_COLOR'] ?? '') !== '';
  return {
    print: (text) => {
      process.stdout.write(`${text}\n`);
    },
    paint: paintOf(isPlain || supportsColor === false ? 0 : supportsColor.level),
    tell: (text) => {
      process.stderr.write(`${text}\n`);
    },
    tellPaint: paintOf(isPlain || supportsColorStderr === false ? 0 : supportsColorStderr.level),
  };
}

function paintOf(level: 0 | 1 | 2 | 3): Paint {
  const chalk = new Chalk({ level });
  return {
    good: chalk.green,
    bad: chalk.red,
    warning: chalk.yellow,
    faint: chalk.dim,
    strong: chalk.bold,
  };
}
