import { type Argv } from 'yargs';
import { catalogue } from '../../invariants/catalogue.ts';
import { situations } from '../../invariants/situations.ts';
import { wrapped } from '../../reports/columns.ts';
import { directedScenarios } from '../../scenarios/directed/directed.ts';
import { shippedScenarios } from '../../scenarios/shipped.ts';
import { switchTable } from '../../sim/switches/switches.ts';
import { type Terminal } from '../terminal.ts';
import { type Session } from './session.ts';

const subjects = ['scenarios', 'switches', 'invariants', 'situations'] as const;

interface Arguments {
  readonly what: (typeof subjects)[number];
  readonly json: boolean;
}

/** `list`: what there is to run, to switch and to hold. */
export function addList(cli: Argv, session: Session): Argv {
  return cli.command(
    'list [what]',
    'Name the scenarios that come with kafka-trial, its switches, invariants or situations',
    (command) =>
      command
        .positional('what', {
          choices: subjects,
          default: 'scenarios' as const,
          describe:
            'What to run, fixes of Kafka to turn off or on, promises that are checked, and what a ' +
            'campaign should get into',
        })
        .option('json', { type: 'boolean', default: false, describe: 'For programs' }),
    (given) => {
      list(given, session.terminal);
    },
  );
}

function list({ what, json }: Arguments, { print, paint }: Terminal): void {
  const entries = entriesOf(what);
  if (json) {
    print(JSON.stringify(entries, undefined, 2));
    return;
  }
  for (const { name, about, more } of entries) {
    print(`${paint.strong(name)}${more === '' ? '' : paint.faint(`  ${more}`)}`);
    for (const line of wrapped(about, '    ')) print(line);
  }
}

interface Entry {
  readonly name: string;
  readonly about: string;
  readonly more: string;
}

function entriesOf(what: Arguments['what']): readonly Entry[] {
  switch (what) {
    case 'scenarios':
      return [
        ...shippedScenarios.map(({ name, question }) => ({ name, about: question, more: '' })),
        ...directedScenarios.map(({ name, question }) => {
          return { name, about: question, more: 'shows one bug' };
        }),
      ];
    case 'switches':
      return Object.entries(switchTable).map(
        ([name, { values, versions, ticket, what: about }]) => {
          return { name: `${name}=${values.join('|')}`, about, more: `${ticket}; ${versions}` };
        },
      );
    case 'situations':
      return situations.map(({ id, what: about }) => ({ name: id, about, more: '' }));
    case 'invariants':
      return catalogue.map(({ id, name, promise, source }) => {
        return { name: `${id} ${name}`, about: promise, more: source };
      });
  }
}
