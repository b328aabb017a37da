import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../sim/config-error.ts';
import { parsePropertiesFile } from './properties-file.ts';

describe('a .properties file', () => {
  test('separates by =, : or blanks, and has comments by # and !', () => {
    expect(read('acks=all\nlinger.ms : 5\n  retries\t3\n# x=1\n ! y=2\nempty\n')).toEqual([
      ['acks', 'all', 'f:1'],
      ['linger.ms', '5', 'f:2'],
      ['retries', '3', 'f:3'],
      ['empty', '', 'f:6'],
    ]);
  });

  test('goes on over lines that end in a backslash', () => {
    expect(read('servers=a:1,\\\n   b:2\r\nacks=1')).toEqual([
      ['servers', 'a:1,b:2', 'f:1'],
      ['acks', '1', 'f:3'],
    ]);
  });

  test('knows the escapes of Java, in names too', () => {
    expect(read('a\\ b=\\u0041\\tx\\\\y\\z')).toEqual([['a b', 'A\tx\\yz', 'f:1']]);
  });

  test('is refused at the line of a malformed escape, but not in a comment', () => {
    expect(read('# \\users\na=1')).toHaveLength(1);
    expect(() => parsePropertiesFile('a=1\npath=C:\\users', 'f')).toThrow(
      new ConfigError('f:2', 'expected four hexadecimal digits after \\u, as in \\u00e9'),
    );
  });

  test('tells of names set twice, values without a name and byte order marks', () => {
    const { entries, notices } = parsePropertiesFile('\ufeffacks=1\n=x\nacks=0', 'f');
    expect(entries).toEqual([{ name: 'acks', value: '0', place: 'f:3' }]);
    expect(notices).toEqual([
      'f:1: begins with a byte order mark, which Java takes for part of the first line',
      'f:2: a value without a name; Kafka ignores it',
      'f:3: acks is set again; what f:1 says does not count',
    ]);
  });

  test('gives back every value that was written with escapes', () => {
    const holds = fc.property(fc.array(fc.nat(0xffff)), (codes) => {
      const escaped = codes.map((code) => `\\u${code.toString(16).padStart(4, '0')}`);
      const value = String.fromCharCode(...codes);
      expect(read(`name=${escaped.join('')}`)).toEqual([['name', value, 'f:1']]);
    });
    fc.assert(holds);
  });
});

function read(text: string): string[][] {
  return parsePropertiesFile(text, 'f').entries.map(({ name, value, place }) => [
    name,
    value,
    place,
  ]);
}
