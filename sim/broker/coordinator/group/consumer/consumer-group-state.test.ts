import { expect, test } from 'vitest';
import { consumerGroupState } from './consumer-group-state.ts';

const reconciled = { state: 'STABLE', memberEpoch: 3 } as const;

test('a group without members is empty, whatever its epochs', () => {
  expect(consumerGroupState(4, 3, [])).toBe('Empty');
});

test('a group of which the target is out of date is assigning', () => {
  expect(consumerGroupState(4, 3, [reconciled])).toBe('Assigning');
});

test('a group is stable once all members have their targets', () => {
  const behind = { state: 'STABLE', memberEpoch: 2 } as const;
  const waiting = { state: 'UNRELEASED_PARTITIONS', memberEpoch: 3 } as const;

  expect(consumerGroupState(3, 3, [reconciled, behind])).toBe('Reconciling');
  expect(consumerGroupState(3, 3, [reconciled, waiting])).toBe('Reconciling');
  expect(consumerGroupState(3, 3, [reconciled, reconciled])).toBe('Stable');
});
