import { type BrokerId, type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionState, type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** A broker as the controller's log has it. Those of which nothing was told are not judged. */
interface Registration {
  brokerEpoch: number;
  isFenced: boolean;
  isShuttingDown: boolean;
}

/** R13: what the controller commits, and what a leader asks for. */
export const isrMembersAreEligible: Invariant = {
  id: 'R13',
  name: 'isr-members-are-eligible',
  promise:
    'The leader is in the ISR, ISR and ELR are disjoint parts of the replicas, the ELR is empty with enough in-sync replicas, and only a live replica joins the ISR that has reached the high watermark and the start of the leader epoch.',
  kind: 'safety',
  source: 'KIP-841, KIP-903, KIP-966, Partition.isReplicaIsrEligible, KAFKA-7128',
  promised: alwaysPromised,

  start(_, report) {
    const registrations = new Map<BrokerId, Registration>();

    function broken(
      fact: FactOf<'partitionChanged'> | FactOf<'isrViewChanged'>,
      partition: PartitionTruth,
      what: string,
    ): void {
      report.broken({
        message: `${partition.name}: ${what}`,
        standing: promised,
        evidence: evidenceIn(partition, fact, { brokers: fact.isr }),
      });
    }

    return {
      brokerRegistered: ({ broker, brokerEpoch }) => {
        // A registration of the same incarnation keeps epoch and fencing.
        if (registrations.get(broker)?.brokerEpoch === brokerEpoch) return;
        registrations.set(broker, { brokerEpoch, isFenced: true, isShuttingDown: false });
      },
      brokerFenced: ({ broker }) => {
        const registration = registrations.get(broker);
        if (registration !== undefined) registration.isFenced = true;
      },
      brokerUnfenced: ({ broker }) => {
        const registration = registrations.get(broker);
        if (registration !== undefined) registration.isFenced = false;
      },
      brokerInControlledShutdown: ({ broker }) => {
        const registration = registrations.get(broker);
        if (registration !== undefined) registration.isShuttingDown = true;
      },
      partitionChanged: (fact, _moment, partition) => {
        report.exercised();
        const problem =
          stateProblem(fact, partition) ?? joinProblem(fact, partition, registrations);
        if (problem !== null) broken(fact, partition, problem);
      },
      isrViewChanged: (fact, _moment, partition) => {
        if (fact.state !== 'pendingExpand') return;
        report.exercised();
        const problem = proposalProblem(fact, partition);
        if (problem !== null) broken(fact, partition, problem);
      },
    };
  },
};

function stateProblem(
  { leader, isr, elr, replicas }: PartitionState,
  { topic, minimum }: PartitionTruth,
): string | null {
  if (leader >= 0 && !isr.includes(leader)) return `leader ${leader} is not in the ISR`;
  const stranger = [...isr, ...elr].find((broker) => !replicas.includes(broker));
  if (stranger !== undefined) return `${stranger} is in ISR or ELR and not a replica`;
  const both = elr.find((broker) => isr.includes(broker));
  if (both !== undefined) return `${both} is in both ISR and ELR`;
  const hasEnough = isr.length >= minimum && !topic.hasMinInsyncReplicasChanged;
  if (hasEnough && elr.length > 0) {
    return `${elr.join(', ')} are in the ELR, though the ISR has ${isr.length} members`;
  }
  return null;
}

/** An election may name a leader whom it puts into the ISR; nobody else joins without being live. */
function joinProblem(
  { isr }: PartitionState,
  { previousState }: PartitionTruth,
  registrations: ReadonlyMap<BrokerId, Registration>,
): string | null {
  if (previousState === null) return null;
  for (const broker of isr) {
    const registration = registrations.get(broker);
    if (registration === undefined || previousState.isr.includes(broker)) continue;
    if (registration.isFenced) return `${broker} joins the ISR, though it is fenced`;
    if (registration.isShuttingDown) return `${broker} joins the ISR, though it is shutting down`;
  }
  return null;
}

function proposalProblem(
  { broker, maximalIsr, isr }: FactOf<'isrViewChanged'>,
  partition: PartitionTruth,
): string | null {
  const leader = partition.replica(broker);
  for (const joining of maximalIsr) {
    if (isr.includes(joining)) continue;
    const end = leader.remoteEnd(joining);
    if (end < leader.highWatermark) {
      return `${joining} is to join the ISR, though it has fetched only up to ${end} and the high watermark is ${leader.highWatermark}`;
    }
    if (end < leader.epochStartOffset) {
      return `${joining} is to join the ISR, though it has fetched only up to ${end} and the leader epoch begins at ${leader.epochStartOffset}`;
    }
  }
  return null;
}
