/** Parts of a pattern that a class, a group or a repetition is made of. */
const lookaround = /^\(\?<?[=!]/u;
const backReference = /^\\[1-9]/u;

/**
 * A pattern of RE2, as far as JavaScript can do the same. RE2 knows no look-around and no references to
 * what was matched before.
 */
export class TopicPattern {
  readonly #expression: RegExp;

  private constructor(expression: RegExp) {
    this.#expression = expression;
  }

  /** The pattern; or, as a text, what is wrong with it, in the words of RE2/J. */
  static compile(pattern: string): TopicPattern | string {
    const fault = faultOf(pattern);
    if (fault !== undefined) return fault;
    try {
      return new TopicPattern(new RegExp(`^(?:${pattern})$`, 'u'));
    } catch {
      return 'invalid or unsupported Perl syntax';
    }
  }

  /** Whether all of the name is matched. */
  matches(name: string): boolean {
    return this.#expression.test(name);
  }
}

function faultOf(pattern: string): string | undefined {
  let depth = 0;
  let index = 0;
  let canRepeat = false;
  while (index < pattern.length) {
    const rest = pattern.slice(index);
    if (rest === '\\') return 'trailing backslash at end of expression';
    if (backReference.test(rest)) return 'invalid escape sequence';
    if (lookaround.test(rest)) return 'invalid or unsupported Perl syntax';
    const character = rest.charAt(0);
    if ('*+?'.includes(character) && !canRepeat) return 'missing argument to repetition operator';
    if (character === '[') {
      const end = endOfClass(pattern, index);
      if (end < 0) return 'missing closing ]';
      index = end;
    }
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return 'unexpected )';
    canRepeat = character !== '(' && character !== '|';
    index += startLength(rest);
  }
  return depth > 0 ? 'missing closing )' : undefined;
}

/** An escaped character, and the sign of a special group, go with what stands before them. */
function startLength(rest: string): number {
  if (rest.startsWith('\\') || rest.startsWith('(?')) return 2;
  return 1;
}

/** A bracket that stands first in a class is a character of it. */
function endOfClass(pattern: string, start: number): number {
  let index = start + (pattern.charAt(start + 1) === '^' ? 2 : 1);
  if (pattern.charAt(index) === ']') index += 1;
  while (index < pattern.length && pattern.charAt(index) !== ']') {
    index += pattern.charAt(index) === '\\' ? 2 : 1;
  }
  return index < pattern.length ? index : -1;
}
