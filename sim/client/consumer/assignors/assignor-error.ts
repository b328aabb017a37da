/** An assignor gives up, where Kafka's throws an `IllegalStateException` out of the leader's poll. */
export class AssignorError extends Error {
  override readonly name = 'AssignorError';
}
