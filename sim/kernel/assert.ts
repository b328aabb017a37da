/** A defect of kafka-trial itself: something that its authors thought impossible has happened. */
class DefectError extends Error {
  override readonly name = 'DefectError';
}

/**
 * Stops the run if our own reasoning was wrong. Never for a person's input or a protocol's answer.
 * @throws {DefectError} If `condition` is false.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new DefectError(message);
}

/**
 * The value, which our own reasoning says is there.
 * @throws {DefectError} If it is not.
 */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new DefectError(`${what} is missing`);
  return value;
}
