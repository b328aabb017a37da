#!/usr/bin/env node
import yargs from 'yargs';
import { replayCommand } from '../reports/replay-command.ts';
import { ConfigError } from '../sim/config-error.ts';
import { addDemo } from './commands/demo.ts';
import { addList } from './commands/list.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import { Session } from './commands/session.ts';
import { addSweep } from './commands/sweep.ts';
import { DefectFound } from './defect-found.ts';
import { ExitCode } from './exit-code.ts';
import { version } from './package-root.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** Runs the command line, and says what the process shall end with. */
async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const session = new Session(terminal);
  const cli = yargs([...args])
    .scriptName('kafka-trial')
    .locale('en')
    .usage('$0 <command>\n\nBreaks an Apache Kafka cluster on purpose, and says what held.')
    .version(version)
    .strict()
    .demandCommand(1, 'expected a command')
    .recommendCommands()
    .exitProcess(false)
    .check(refuseRepeated)
    .fail((message, error) => {
      throw failure(message, error);
    });
  for (const add of [addRun, addSweep, addReplay, addList, addDemo]) add(cli, session);
  try {
    await cli.parseAsync();
    return session.exitCode;
  } catch (error) {
    return report(error, terminal);
  }
}

/** What yargs gives: the error of a command, or what is wrong with the arguments. */
function failure(message: string, error: Error | undefined): Error {
  if (error === undefined) return new ConfigError('arguments', message);
  return error.name === 'YError' ? new ConfigError('arguments', error.message) : error;
}

const repeatable: ReadonlySet<string> = new Set(['_', 'scenarios', 'set', 'switch']);

/** @throws {ConfigError} If an option that has one value is given several. */
function refuseRepeated(given: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(given)) {
    if (!Array.isArray(value) || repeatable.has(name)) continue;
    throw new ConfigError('arguments', `--${name} is given ${value.length} times`);
  }
  return true;
}

/** Says what went wrong, and to whom it matters. */
function report(error: unknown, { tell, tellPaint }: Terminal): ExitCode {
  if (error instanceof ConfigError) {
    tell(tellPaint.bad(error.message));
    if (error.place === 'arguments') tell('see kafka-trial --help');
    return ExitCode.wrongInput;
  }
  tell(tellPaint.bad('This is a defect of kafka-trial itself, not of Kafka or of your settings.'));
  if (error instanceof DefectFound) {
    tell(error.details);
    tell(`again: ${replayCommand(error.run)}`);
  } else tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return ExitCode.defect;
}

// Whoever reads the results may stop reading: `kafka-trial list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2), processTerminal());
