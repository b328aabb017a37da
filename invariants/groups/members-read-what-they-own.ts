import { type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * G9: by what the member itself has been told. Who was removed and does not know it reads on, and so does
 * who knows it until its partitions are taken away; who has unsubscribed may assign itself what it likes.
 */
export const membersReadWhatTheyOwn: Invariant = {
  id: 'G9',
  name: 'members-read-what-they-own',
  promise:
    'Who has subscribed is given records only of partitions that its group has assigned to it.',
  kind: 'safety',
  source: 'ConsumerRebalanceListener, SubscriptionState.isFetchable, KIP-429, KIP-848',
  promised: alwaysPromised,

  start(_truth, report) {
    /** By node, of those that have subscribed. */
    const owned = new Map<string, Set<PartitionName>>();

    return {
      nodeStarted: (_fact, { node }) => {
        owned.delete(node);
      },
      subscriptionChanged: ({ topics, pattern }, { node }) => {
        if (topics.length === 0 && pattern === null) owned.delete(node);
        else if (!owned.has(node)) owned.set(node, new Set());
      },
      partitionsAssigned: (fact, { node }) => {
        owned.set(node, new Set(fact.owned));
      },
      partitionsRevoked: ({ partitions }, { node }) => {
        for (const partition of partitions) owned.get(node)?.delete(partition);
      },
      recordsPolled: (fact, { node }, partition) => {
        const mine = owned.get(node);
        if (mine === undefined) return;
        report.exercised();
        if (mine.has(partition.name)) return;
        const has = mine.size === 0 ? 'nothing' : [...mine].join(', ');
        report.broken({
          message: `${node} has subscribed, and is given records of ${partition.name}; its group has assigned ${has} to it`,
          standing: promised,
          evidence: evidenceIn(partition, fact, { offsets: [fact.position] }),
        });
      },
    };
  },
};
