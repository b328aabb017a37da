import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topicPartition } from '../topic-partition.ts';
import { LingeringQueues } from './lingering-queues.ts';
import { PartitionQueue } from './partition-queue.ts';

test('the queue whose linger ends first comes first, whatever is added and removed', () => {
  const step = fc.record({ untilMs: fc.nat(20), removes: fc.boolean(), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const lingering = new LingeringQueues();
      let there: PartitionQueue[] = [];
      for (const [index, { untilMs, removes, which }] of steps.entries()) {
        const removed = there[which % there.length];
        if (removes && removed !== undefined) {
          lingering.remove(removed);
          there = there.filter((queue) => queue !== removed);
        } else {
          const queue = new PartitionQueue(topicPartition('t', index));
          lingering.add(queue, untilMs);
          there.push(queue);
        }
        const earliest = Math.min(...there.map((queue) => queue.lingersUntilMs));
        expect(lingering.next?.lingersUntilMs ?? Infinity).toBe(earliest);
      }
    }),
  );
});
