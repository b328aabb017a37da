import { type TriggerFact } from '../../sim/plan.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type Names } from '../node-names.ts';

type Known = Pick<Names, 'controller' | 'clients'>;

/** Why a fault can do nothing to that node, or what no cluster survives; undefined if it makes sense. */
export function diskProblem(
  kind: string,
  node: string,
  { controller, clients }: Known,
): string | undefined {
  if (kind !== 'wipe' && kind !== 'disk' && kind !== 'bitRot') return undefined;
  if (clients.includes(node)) return `${node} is a client, which keeps nothing on a disk`;
  if (node !== controller) return undefined;
  if (kind === 'bitRot') return `${node} has no batches of topics, and only those rot`;
  return kind === 'wipe'
    ? `${node} is the only controller: all metadata would be gone, and without them it does not start`
    : undefined;
}

/** Why there is no link between these ends; undefined if there may be one. */
export function linkProblem(from: readonly string[], to: readonly string[]): string | undefined {
  const [node, ...others] = new Set([...from, ...to]);
  if (node === undefined || others.length > 0) return undefined;
  return `there is no link from ${node} to itself`;
}

type Teller = 'broker' | 'client' | 'controller' | 'node';

/** Of each fact who tells it, and whether it is about one partition. */
const triggerFacts: {
  readonly [K in TriggerFact]: readonly [
    teller: Teller,
    hasPartition: FactOf<K> extends { readonly partition: PartitionName } ? true : false,
  ];
} = {
  batchAppended: ['broker', true],
  highWatermarkMoved: ['broker', true],
  isrViewChanged: ['broker', true],
  leaderStarted: ['broker', true],
  followerStarted: ['broker', true],
  logTruncated: ['broker', true],
  produceAnswered: ['broker', true],
  partitionChanged: ['controller', true],
  sendAcked: ['client', true],
  recordsPolled: ['client', true],
  recordsProcessed: ['client', true],
  partitionsAssigned: ['client', false],
  partitionsRevoked: ['client', false],
  offsetCommitAttempted: ['client', false],
  offsetCommitSucceeded: ['client', false],
  transactionBegun: ['client', false],
  transactionOffsetsEnded: ['client', false],
  transactionEndAttempted: ['client', false],
  transactionEndReturned: ['client', false],
  endTxnAnswered: ['broker', false],
  coordinatorLoaded: ['broker', true],
  brokerFenced: ['controller', false],
  brokerUnfenced: ['controller', false],
  nodeCrashed: ['node', false],
  nodeStarted: ['node', false],
};

/** What a trigger waits for. */
interface Awaited {
  readonly fact: TriggerFact;
  readonly partition?: string | undefined;
  readonly node?: string | undefined;
}

interface TriggerProblem {
  readonly where: 'partition' | 'node';
  readonly message: string;
}

/** Why a trigger would never come; undefined if it may. */
export function triggerProblem(
  { fact, partition, node }: Awaited,
  { controller, clients }: Known,
): TriggerProblem | undefined {
  const [teller, hasPartition] = triggerFacts[fact];
  if (partition !== undefined && !hasPartition) {
    return { where: 'partition', message: `${fact} is not about one partition` };
  }
  if (node === undefined || teller === 'node') return undefined;
  const isClient = clients.includes(node);
  const kind = isClient ? 'client' : node === controller ? 'controller' : 'broker';
  if (kind === teller) return undefined;
  return { where: 'node', message: `${fact} happens at a ${teller}, and ${node} is none` };
}
