import { printToken, type RunName } from '../explore/replay-token.ts';

/** What to paste into a shell to see a run again. */
export function replayCommand(run: RunName): string {
  const models = run.modelsFile === null ? '' : ` --models ${quoted(run.modelsFile)}`;
  return `npx kafka-trial replay ${quoted(printToken(run))}${models}`;
}

/** In single quotes where a shell would read something into it. */
export function quoted(argument: string): string {
  if (/^[\w@,.=%/:+-]+$/u.test(argument)) return argument;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
