import { ExitCode } from '../exit-code.ts';
import { type Terminal } from '../terminal.ts';

/** What a command is given, and where it leaves how it ended. */
export class Session {
  readonly terminal: Terminal;
  exitCode: ExitCode = ExitCode.held;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }
}
