import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { assignRanges } from '../assignor/range-assignor.ts';
import { assignUniformly } from '../assignor/uniform-assignor.ts';
import { changedTargets, type KnownTopics, type SubscribedMember } from './target-assignment.ts';

const none: PartitionsByTopic = new Map();

function member(
  memberId: string,
  topics: readonly string[],
  assigned: PartitionsByTopic = none,
): SubscribedMember {
  return { memberId, instanceId: null, subscribedTopics: new Set(topics), assigned };
}

/** Topics that have their names as ids, by their numbers of partitions. */
function knownTopics(counts: Readonly<Record<string, number>>): KnownTopics {
  const known = new Map(Object.entries(counts));
  return {
    topicIdOf: (name) => (known.has(name) ? name : undefined),
    partitionCountOf: (topicId) => known.get(topicId),
  };
}

function target(topic: string, ...partitions: readonly number[]): PartitionsByTopic {
  return new Map([[topic, new Set(partitions)]]);
}

test('a member whose target stays has no change; one that had none has, even if it gets nothing', () => {
  const targets = new Map([['a', target('t', 0)]]);
  const members = [member('a', ['t'], target('t', 0)), member('b', ['t'])];

  expect(
    changedTargets(
      { members, isHomogeneous: false },
      targets,
      assignUniformly,
      knownTopics({ t: 1 }),
    ),
  ).toEqual({
    kind: 'assigned',
    changed: new Map([['b', none]]),
  });
});

test('a topic that there is not is left out of subscriptions', () => {
  const members = [member('a', ['t', 'gone'])];

  for (const assignor of [assignRanges, assignUniformly]) {
    expect(
      changedTargets({ members, isHomogeneous: false }, new Map(), assignor, knownTopics({ t: 1 })),
    ).toEqual({
      kind: 'assigned',
      changed: new Map([['a', target('t', 0)]]),
    });
  }
});

test('a static member that takes the place of another keeps its partitions', () => {
  const left = target('t', 1, 2);
  const targets = new Map([
    ['a', target('t', 0, 3)],
    ['old', left],
  ]);
  const members = [
    member('a', ['t'], target('t', 0, 3)),
    { ...member('new', ['t'], left), instanceId: 'instance' },
  ];

  expect(
    changedTargets(
      { members, isHomogeneous: false },
      targets,
      assignUniformly,
      knownTopics({ t: 4 }),
    ),
  ).toEqual({
    kind: 'assigned',
    changed: new Map([['new', left]]),
  });
});

test('targets that are found once more do not change', () => {
  const subscription = fc.subarray(['t', 'u', 'v', 'gone'], { minLength: 1 });
  fc.assert(
    fc.property(
      fc.array(subscription, { minLength: 1, maxLength: 6 }),
      fc.nat(9),
      (lists, count) => {
        const topics = knownTopics({ t: count, u: 3, v: 5 });
        const members = lists.map((list, index) => member(`m${index}`, list));
        const first = changedTargets(
          { members, isHomogeneous: false },
          new Map(),
          assignRanges,
          topics,
        );
        if (first.kind === 'refused') throw new Error(first.message);
        expect([...first.changed.keys()]).toEqual(members.map(({ memberId }) => memberId));
        expect(
          changedTargets({ members, isHomogeneous: false }, first.changed, assignRanges, topics),
        ).toEqual({
          kind: 'assigned',
          changed: new Map(),
        });
      },
    ),
  );
});
