import { Properties } from 'properties-file/parser';
import { ConfigError } from '../sim/config-error.ts';

/** One line of a `.properties` file, or several continued by backslashes. */
export interface PropertyEntry {
  readonly name: string;
  /** As `java.util.Properties` reads it: with blanks at its end, which Kafka then trims. */
  readonly value: string;
  /** Where its name stands: `producer.properties:3`. */
  readonly place: string;
}

export interface PropertiesFile {
  /** In the order of the file. Of several with one name the last counts, and only that one is here. */
  readonly entries: readonly PropertyEntry[];
  /** What a person may not have meant. */
  readonly notices: readonly string[];
}

/**
 * Reads the text of a `.properties` file as `java.util.Properties` does.
 * @throws {ConfigError} If a `\u` is not followed by four hexadecimal digits.
 */
export function parsePropertiesFile(text: string, file: string): PropertiesFile {
  const document = parseDocument(text, file);
  const placeOf = (line: number): string => `${file}:${line}`;
  const notices: string[] = [];
  if (document.hasBom) {
    notices.push(
      `${placeOf(1)}: begins with a byte order mark, which Java takes for part of the first line`,
    );
  }
  const lastByName = new Map<string, PropertyEntry>();
  for (const { key: name, value, startingLineNumber } of document.getProperties()) {
    const place = placeOf(startingLineNumber);
    const earlier = lastByName.get(name);
    if (earlier !== undefined) {
      notices.push(`${place}: ${name} is set again; what ${earlier.place} says does not count`);
      lastByName.delete(name);
    }
    if (name === '') notices.push(`${place}: a value without a name; Kafka ignores it`);
    lastByName.set(name, { name, value, place });
  }
  return { entries: [...lastByName.values()].filter(({ name }) => name !== ''), notices };
}

function parseDocument(text: string, file: string): Properties {
  const line = text.split(/\r\n|\n|\r/u).findIndex(hasMalformedEscape);
  if (line === -1) return new Properties(text);
  throw new ConfigError(
    `${file}:${line + 1}`,
    'expected four hexadecimal digits after \\u, as in \\u00e9',
  );
}

/** Comments may say anything. */
function hasMalformedEscape(line: string): boolean {
  if (/^[ \t\f]*[#!]/u.test(line)) return false;
  return /(?<!\\)(?:\\\\)*\\u(?![0-9a-fA-F]{4})/u.test(line);
}
