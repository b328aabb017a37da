import { describe, expect, test } from 'vitest';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { buildPartitionChange } from './partition-change-builder.ts';
import { partitionHistory } from './partition-history.ts';
import { partitionRecord, registrationOf } from './partition-registration.ts';

const created = partitionRecord('id-1', 0, {
  replicas: [1, 2],
  directories: ['a', 'b'],
  isr: [1, 2],
  addingReplicas: [],
  removingReplicas: [],
  elr: [],
  lastKnownElr: [],
  leader: 1,
  leaderRecoveryState: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
});
const shrunk = buildPartitionChange(
  registrationOf(created),
  { election: 'online', isr: [1] },
  {
    topicId: 'id-1',
    partitionId: 0,
    rules: {
      elrEnabled: true,
      lastKnownLeader: 'active',
      elrOfReplicasOnly: false,
      bumpsEpochOnShrink: false,
      completesReassignmentEarly: false,
    },
    minInsyncReplicas: 2,
    isAcceptableLeader: () => true,
    defaultDirectory: () => 'a',
  },
);
const records: MetadataRecord[] = [
  { type: 'TopicRecord', name: 't', topicId: 'id-1' },
  created,
  { ...created, partitionId: 1 },
  ...(shrunk === undefined ? [] : [shrunk]),
  { type: 'ClearElrRecord', topicName: 'other' },
  { type: 'ClearElrRecord', topicName: '' },
];

describe('the history of a partition', () => {
  test('has every state, and of each only what is not empty', () => {
    expect(partitionHistory(records, 't', 0)).toEqual([
      { leader: 1, leaderEpoch: 0, partitionEpoch: 0, replicas: [1, 2], isr: [1, 2] },
      { leader: 1, leaderEpoch: 0, partitionEpoch: 1, replicas: [1, 2], isr: [1], elr: [2] },
      { leader: 1, leaderEpoch: 0, partitionEpoch: 2, replicas: [1, 2], isr: [1] },
    ]);
  });

  test('begins anew with the topic', () => {
    const again: MetadataRecord = { type: 'TopicRecord', name: 't', topicId: 'id-2' };
    expect(partitionHistory([...records, again], 't', 0)).toEqual([]);
  });
});
