import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The replay lines that a text shows, each once. */
export function replayLinesIn(text: string): readonly string[] {
  return [
    ...new Set(
      text.match(
        /npx kafka-trial replay (?:'[^\n]*'|[^\s"<]+)(?: --models (?:'[^\n]*'|[^\s"<]+))?/gu,
      ),
    ),
  ];
}

/** What a shell prints for a replay line, exactly as a report shows it. Needs what `npm run build` makes. */
export function replayed(line: string): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { stdout, stderr } = spawnSync(line, { shell: true, cwd: root, encoding: 'utf8' });
  if (stdout === '') throw new Error(`${line}\n${stderr}`);
  return stdout;
}
