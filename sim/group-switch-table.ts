import { type SwitchDescription } from './switch-description.ts';

/** The switches of groups and of the offsets that they commit. */
export const groupSwitchTable = {
  'static.updateMemberId': {
    values: ['off'],
    ticket: 'KAFKA-8500',
    versions: 'fixed in 2.3.0',
    what: 'a static member that joins again gets the id of its predecessor, which is then not fenced',
    breaks: ['G1'],
  },
  'static.persist': {
    values: ['off'],
    ticket: 'KAFKA-8715, KAFKA-10284',
    versions: 'fixed in 2.3.1 and 2.6.1',
    what: 'a coordinator does not write that a static member goes on under another id',
    breaks: ['G1', 'G8'],
  },
  '848.epochBookkeeping': {
    values: ['loose'],
    ticket: 'KAFKA-16147',
    versions: 'fixed in 3.8.0',
    what: 'a partition that a member gets back before it has given it up counts as free',
    breaks: ['G2', 'G1'],
  },
  '848.staticSameIdRejoin': {
    values: ['on'],
    ticket: 'none; pull request 23542 is open',
    versions: 'in 4.3.1',
    what: 'a static member that has missed the answer to its join, or was fenced, may join again under its own id',
    breaks: [],
    mends: ['G8', 'L6', 'L8', 'L10'],
  },
  '848.commitOwnerCheck': {
    values: ['on'],
    ticket: 'none; found in 4.3.1',
    versions: 'in 4.3.1',
    what: 'a member of a consumer group commits only for partitions that it has, also in the newest epoch',
    breaks: [],
    mends: ['C11', 'C13', 'G7', 'L10'],
  },
  '848.commitEpoch': {
    values: ['equal'],
    ticket: 'KIP-1251, KAFKA-20066',
    versions: 'fixed in 4.3.0',
    what: 'a commit of a member that has not heard of its new epoch is refused, whatever it commits',
    breaks: ['C11'],
  },
  '848.zombieCommitEmpty': {
    values: ['off'],
    ticket: 'none; by design',
    versions: 'in 4.3.1',
    what: 'who was a member of a consumer group commits nothing while nobody is in it',
    breaks: [],
    mends: ['C11', 'C13', 'G7', 'L10'],
  },
  'gc.loadOffsetsFirst': {
    values: ['strict'],
    ticket: 'KAFKA-20254',
    versions: 'fixed in 4.3.0',
    what: 'a log in which offsets stand before the records of their consumer group cannot be loaded',
    breaks: ['L4', 'L10'],
  },
  'offsets.topicIdCheck': {
    values: ['off'],
    ticket: 'KAFKA-19154',
    versions: 'fixed in 4.1.0',
    what: 'offsets of a deleted topic are told for a topic that was made again under its name',
    breaks: ['C11', 'C13'],
  },
  'offsets.expireWhileRebalancing': {
    values: ['on'],
    ticket: 'KAFKA-13636',
    versions: 'fixed in 2.8.2, 3.0.1 and 3.1.1',
    what: 'offsets of a classic group expire while it rebalances',
    breaks: ['C11'],
  },
} as const satisfies Record<string, SwitchDescription>;
