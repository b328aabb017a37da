import { type BrokerId, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionState, type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { notPromised, promised, type Standing } from '../standing.ts';
import { readingStanding } from './reading-standing.ts';
import { hasSettled } from './settled.ts';

/** L1: a stall that Kafka documents is told as such, and does not count. */
export const partitionsRecover: Invariant = {
  id: 'L1',
  name: 'partitions-recover',
  promise: 'Once all faults are over, every partition gets a leader and all its replicas in sync.',
  kind: 'liveness',
  source: 'ReplicationControlManager, ReplicaFetcherThread',
  promised: alwaysPromised,

  start(truth, report) {
    const given = new GivenUp();
    const changedAt = new Map<PartitionTruth, Instant>();
    const withNewDisk = new Set<BrokerId>();

    return {
      ...given.handlers(),
      diskWiped: (_fact, { node }) => {
        const broker = truth.brokerOf(node);
        if (broker !== undefined) withNewDisk.add(broker);
      },
      partitionChanged: (_fact, { at }, partition) => {
        changedAt.set(partition, at);
      },
      runEnded: (fact) => {
        for (const partition of truth.partitions.values()) {
          const { state } = partition;
          if (state === null || !hasSettled(truth, changedAt.get(partition) ?? 0)) continue;
          report.exercised();
          const stall =
            state.leader < 0
              ? leaderless(truth, state, withNewDisk)
              : withoutReplicas(truth, partition, state, given.of(partition.name));
          if (stall === null) continue;
          report.broken({
            message: `${partition.name} ${stall.what}`,
            standing: stall.standing,
            evidence: { facts: [state, fact], partition: partition.name, brokers: stall.brokers },
          });
        }
      },
    };
  },
};

/** Which followers have given a partition up until their leader epoch changes. */
class GivenUp {
  readonly #brokers = new Map<PartitionName, Set<BrokerId>>();

  of(partition: PartitionName): ReadonlySet<BrokerId> {
    return this.#of(partition);
  }

  handlers(): ReturnType<Invariant['start']> {
    return {
      partitionFailed: ({ partition, broker }) => {
        this.#of(partition).add(broker);
      },
      followerStarted: ({ partition, broker }) => {
        this.#of(partition).delete(broker);
      },
      leaderStarted: ({ partition, broker }) => {
        this.#of(partition).delete(broker);
      },
      logLoaded: ({ partition, broker }) => {
        this.#of(partition).delete(broker);
      },
    };
  }

  #of(partition: PartitionName): Set<BrokerId> {
    const known = this.#brokers.get(partition);
    if (known !== undefined) return known;
    const made = new Set<BrokerId>();
    this.#brokers.set(partition, made);
    return made;
  }
}

interface Stall {
  readonly what: string;
  readonly brokers: readonly BrokerId[];
  readonly standing: Standing;
}

function withoutReplicas(
  truth: GroundTruth,
  partition: PartitionTruth,
  state: PartitionState,
  givenUp: ReadonlySet<BrokerId>,
): Stall | null {
  const missing = state.replicas.filter((broker) => !state.isr.includes(broker));
  if (missing.length === 0) return null;
  const standings = missing.map((broker) => absenceStanding(truth, partition, givenUp, broker));
  return {
    what: `is led by ${state.leader}, and ${missing.join(', ')} did not come back into the ISR`,
    brokers: missing,
    standing: standings.find(isPromised) ?? standings[0] ?? promised,
  };
}

function leaderless(
  truth: GroundTruth,
  state: PartitionState,
  withNewDisk: ReadonlySet<BrokerId>,
): Stall {
  const candidates = [...state.isr, ...state.elr];
  const what = 'has no leader';
  if (candidates.length === 0) {
    return {
      what,
      brokers: state.replicas,
      standing: notPromised(
        'every member of ISR and ELR had restarted uncleanly, and more than one of them may have led last',
        'unclean.leader.election.enable=true',
      ),
    };
  }
  if (state.isr.length > 0 && state.isr.every((broker) => withNewDisk.has(broker))) {
    // Kafka's brokers would say so within a second (`AssignmentsManager`), and be elected.
    return {
      what: `${what}, though ${candidates.join(', ')} may lead`,
      brokers: candidates,
      standing: notPromised(
        `in the model nobody tells the controller that replicas of broker ${state.isr.join(', ')} are on a new disk (KIP-858)`,
        'no setting; the model lacks it',
      ),
    };
  }
  const alive = candidates.filter((broker) => truth.isRunning(broker));
  return {
    what: `${what}, though ${candidates.join(', ')} may lead`,
    brokers: candidates,
    standing:
      alive.length > 0
        ? promised
        : notPromised('all who may lead are down', 'a larger replication factor'),
  };
}

function absenceStanding(
  truth: GroundTruth,
  partition: PartitionTruth,
  givenUp: ReadonlySet<BrokerId>,
  broker: BrokerId,
): Standing {
  if (!truth.isRunning(broker)) {
    return notPromised(`broker ${broker} is down`, 'no setting; the broker must be started');
  }
  if (givenUp.has(broker)) {
    return notPromised(
      `the fetcher of broker ${broker} has marked the partition failed and waits for a new leader epoch`,
      'no setting; a restart or an election',
    );
  }
  return readingStanding(partition, partition.replica(broker).log.endOffset);
}

function isPromised(standing: Standing): boolean {
  return standing.promised;
}
