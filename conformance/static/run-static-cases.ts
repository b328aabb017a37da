import { ConfigError } from '../../sim/config-error.ts';
import { type CaseFile } from '../case-file.ts';
import { type CaseResult, resultOf } from '../case-result.ts';
import { isList, isObject, parseJson } from '../json.ts';
import { sections } from './sections.ts';

/**
 * Compares every case of a file with what the model computes.
 * @throws {ConfigError} If a section is unknown, or a case in it is not as it should be.
 */
export function runStaticCases({ path, text }: CaseFile): CaseResult[] {
  const content = parseJson(text, path);
  if (!isObject(content)) throw new ConfigError(path, 'expected an object');
  const file = String(content['file']);
  return Object.entries(content).flatMap(([name, cases]) =>
    isList(cases) ? runSection(path, `${file}.${name}`, cases) : [],
  );
}

function runSection(path: string, name: string, cases: readonly unknown[]): CaseResult[] {
  const found = sections.get(name);
  if (found === undefined) throw new ConfigError(path, `there is no section ${name}`);
  const compare = 'reason' in found ? () => found : found.start();
  return cases.map((recorded, index) => {
    const place = `${path} ${name} ${index + 1}`;
    const came = compare(recorded, place);
    if (came !== undefined && 'reason' in came) {
      return { case: place, outcome: 'not modelled', reason: came.reason };
    }
    return resultOf(place, came);
  });
}
