const maxNameLength = 249;

/** `a-b` of the partition `a-b-0`. */
export function topicOfPartition(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}

/** Where groups and their offsets are kept. */
export const offsetsTopic = '__consumer_offsets';

/** Where transactional ids are kept. */
export const transactionStateTopic = '__transaction_state';

/** Topics that Kafka keeps for itself (`Topic.INTERNAL_TOPICS`). */
const internalTopics = [offsetsTopic, transactionStateTopic, '__share_group_state'];

/** What is wrong with a topic's name, in Kafka's words; `undefined` if nothing (`Topic.validate`). */
export function topicNameProblem(topic: string): string | undefined {
  return nameProblem('Topic name', topic);
}

/** The same rule for other names: `what` begins the sentence. */
export function nameProblem(what: string, name: string): string | undefined {
  if (name === '') return `${what} is invalid: the empty string is not allowed`;
  if (name === '.' || name === '..') return `${what} is invalid: '${name}' is not allowed`;
  if (name.length > maxNameLength) {
    return `${what} is invalid: the length of '${name}' is longer than the max allowed length ${maxNameLength}`;
  }
  if (/^[a-zA-Z0-9._-]+$/u.test(name)) return undefined;
  return (
    `${what} is invalid: '${name}' contains one or more characters other than ASCII ` +
    "alphanumerics, '.', '_' and '-'"
  );
}

/** Whether only Kafka itself writes to the topic. */
export function isInternalTopic(topic: string): boolean {
  return internalTopics.includes(topic);
}

/** Whether the name has a `.` or a `_`, which metrics do not tell apart. */
export function hasCollisionCharacters(topic: string): boolean {
  return topic.includes('.') || topic.includes('_');
}

/** Whether two names would be one in metrics: `.` and `_` count as the same there. */
export function topicsCollide(a: string, b: string): boolean {
  return a.replaceAll('.', '_') === b.replaceAll('.', '_');
}
