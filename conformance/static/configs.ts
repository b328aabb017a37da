import { z } from 'zod';
import { type ConfigDefinition } from '../../sim/protocol/config/config-definition.ts';
import { differenceAt } from '../difference.ts';
import { type ComparedSection, section } from './section.ts';

const definitionCase = z.looseObject({ name: z.string() });

/** What the tables of the model say of each config; how important Kafka holds it, they do not. */
export function definitions(table: readonly ConfigDefinition[]): ComparedSection {
  const byName = new Map(table.map((definition) => [definition.name, definition]));
  return section(definitionCase, (recorded) => {
    const { importance } = recorded;
    const came = byName.get(recorded.name);
    return differenceAt(
      'config',
      recorded,
      came === undefined ? undefined : { ...came, importance },
    );
  });
}
