import { type SwitchDescription } from './switch-description.ts';

/** The switches of consumers that are members of groups. */
export const consumerSwitchTable = {
  'consumer.validatePosition': {
    values: ['off'],
    ticket: 'KIP-320, KAFKA-7747',
    versions: 'fixed in 2.3.0',
    what: 'a consumer does not ask a new leader whether the log before its position is still the one that it read',
    breaks: ['C10'],
  },
  'async.autoCommitRace': {
    values: ['off'],
    ticket: 'none; KAFKA-18641 came back with KAFKA-18376',
    versions: 'in 4.3.1',
    what: 'an automatic commit of the new consumer commits nothing that the poll which makes it is about to return',
    breaks: [],
    mends: ['C11', 'G6'],
  },
  'async.commitOrder': {
    values: ['strict'],
    ticket: 'none; found in 4.3.1',
    versions: 'in 4.3.1',
    what: 'a commit of the new consumer that is tried again is not overtaken by those that were made after it',
    breaks: [],
    mends: ['C11', 'C13', 'G7', 'L10'],
  },
  'async.staleAssignment': {
    values: ['ignored'],
    ticket: 'none; KAFKA-20428 mends it for unsubscribe alone',
    versions: 'in 4.3.1',
    what: 'a new consumer does not take up an assignment that it had not taken up yet when it was fenced, or left since it polled too late',
    breaks: [],
    mends: ['C11', 'C13', 'G1'],
  },
  'async.unknownTopicId': {
    values: ['taken'],
    ticket: 'none; found in 4.3.1',
    versions: 'in 4.3.1',
    what: 'a consumer whose coordinator matches its pattern asks for metadata again after it was told that a topic of its assignment is gone',
    breaks: [],
    mends: ['L4', 'L6', 'L10'],
  },
  '848.fetchStaleAsNone': {
    values: ['on'],
    ticket: 'platformatic/kafka 267',
    versions: 'never in Kafka; seen in another client',
    what: 'a consumer that asks for committed offsets with an old member epoch takes the refusal for "nothing is committed"',
    breaks: ['C10', 'C11'],
  },
  'consumer.commitFetchPosition': {
    values: ['on'],
    ticket: 'KAFKA-2942',
    versions: 'fixed in 0.9.0.1 and 0.10.0',
    what: 'an automatic commit of a classic consumer commits what was fetched, returned to the application or not',
    breaks: ['C11', 'G6'],
  },
  'consumer.retryAsyncCommit': {
    values: ['on'],
    ticket: 'none',
    versions: 'never in Kafka; what a client must not do',
    what: 'a classic consumer sends an asynchronous commit that has failed again, perhaps after a newer one',
    breaks: ['C11', 'G7'],
  },
  'consumer.pendingRevocation': {
    values: ['off'],
    ticket: 'KAFKA-14196',
    versions: 'fixed in 3.2.3 and 3.3.0',
    what: 'a classic consumer goes on returning records of partitions whose last commit before a revocation is under way',
    breaks: ['C11'],
  },
  'coop.skipRevokePhase': {
    values: ['on'],
    ticket: 'KIP-429',
    versions: 'a design without the second rebalance',
    what: 'the cooperative assignor gives a partition to its next owner before the last one has given it up',
    breaks: ['C11', 'G1'],
  },
} as const satisfies Record<string, SwitchDescription>;
