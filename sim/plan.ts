import { type LatencyModel } from './kernel/latency.ts';
import { type ErrorName } from './protocol/errors.ts';
import { type Switches } from './switches/switches.ts';

/**
 * Everything that a run is given: plain JSON, nothing drawn later, nothing left to a default that
 * could change. `simulate(plan)` is the whole run, and a failure is shrunk by taking things out of
 * its plan. Times are milliseconds of virtual time since the start, with at most three decimals.
 */
export interface Plan {
  readonly format: 1;
  /** Name of the scenario that it was drawn from. */
  readonly scenario: string;
  /** Names every random stream of the run: latencies, jitter, power losses. */
  readonly seed: string;
  /** `released`: Kafka 4.3.1 as it is. `ideal`: with every known bug of it fixed. */
  readonly kafka: 'released' | 'ideal';
  readonly switches: Switches;
  readonly cluster: ClusterPlan;
  readonly network: NetworkPlan;
  readonly clients: readonly ClientPlan[];
  readonly faults: readonly FaultPlan[];
  /** Workload and faults happen before it; then everything is healed. */
  readonly healAtMs: number;
  /** When the run ends; liveness is judged between healing and end. */
  readonly endAtMs: number;
}

export interface NetworkPlan {
  /** Of every link that `links` says nothing of. */
  readonly latency: LatencyModel;
  /** Links that are not like the others, for the whole run; the last that says something counts. */
  readonly links?: readonly LinkPlan[];
}

/** What is true of all links from any of `from` to any of `to`, and back unless `oneWay`. */
export interface LinkPlan {
  /** Nodes by name, not by role. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly oneWay: boolean;
  readonly latency?: LatencyModel;
  /** Left out: without limit. */
  readonly bytesPerSecond?: number;
}

/** Kafka's names and values as text, as in a `.properties` file. */
export type Properties = Readonly<Record<string, string>>;

export interface ClusterPlan {
  /** Ids 1 to this. */
  readonly brokers: number;
  /** Racks by position of the broker; empty without racks. */
  readonly racks: readonly string[];
  readonly brokerConfig: Properties;
  /** Levels of features that are not those of a new cluster: `transaction.version`. */
  readonly features: FeaturePlan;
  readonly topics: readonly TopicPlan[];
  /**
   * Transactional ids that were used before the run, as in a cluster that is not new. The first that
   * coordinates one writes it to its log. Left out: none.
   */
  readonly usedTransactionalIds?: readonly UsedTransactionalIdPlan[];
}

export interface UsedTransactionalIdPlan {
  readonly transactionalId: string;
  /** High enough that the cluster does not give it out. */
  readonly producerId: number;
  /** The last that was given out; beyond 32766 there is none for clients. */
  readonly producerEpoch: number;
}

export interface FeaturePlan {
  readonly 'transaction.version'?: number;
  readonly 'group.version'?: number;
  readonly 'eligible.leader.replicas.version'?: number;
}

export interface TopicPlan {
  readonly name: string;
  /** Replicas of each partition, the preferred leader first. */
  readonly assignments: readonly (readonly number[])[];
  readonly config: Properties;
}

export type ClientPlan = ProducerPlan | ConsumerPlan | AdminPlan;

export interface ProducerPlan {
  readonly kind: 'producer';
  /** Unique among the nodes: `producer-1`. */
  readonly name: string;
  readonly config: Properties;
  readonly workload: readonly ProducerOperation[];
}

export type ProducerOperation =
  | {
      readonly op: 'send';
      readonly atMs: number;
      readonly topic: string;
      /** Left out: the partitioner chooses. */
      readonly partition?: number;
      /** Taken in turn; none: records without a key. */
      readonly keys: readonly string[];
      /** How many records, one each `everyMs`. */
      readonly count: number;
      readonly everyMs: number;
      readonly valueBytes: number;
      /** Each so many-th record has no value; 0: none. */
      readonly tombstoneEvery: number;
    }
  | { readonly op: 'flush'; readonly atMs: number }
  /** Needs a `transactional.id`; what is sent between belongs to the transaction. */
  | { readonly op: 'begin' | 'commit' | 'abort'; readonly atMs: number }
  /** Transactions one after the other: one each `everyMs`, or as soon as the one before is over. */
  | {
      readonly op: 'transact';
      readonly atMs: number;
      /** The records of a transaction go to them in turn. */
      readonly topics: readonly string[];
      readonly keys: readonly string[];
      /** How many records a transaction has. */
      readonly records: number;
      /** How many transactions. */
      readonly count: number;
      readonly everyMs: number;
      readonly valueBytes: number;
      /** Each so many-th transaction is aborted; 0: none. */
      readonly abortEvery: number;
    }
  | { readonly op: 'close'; readonly atMs: number };

export interface ConsumerPlan {
  readonly kind: 'consumer';
  readonly name: string;
  readonly config: Properties;
  /** Name of the processing model: when it works on what it has polled, and when it commits. */
  readonly model: string;
  /** How long it works on what a `poll` has returned: on one record after the other. */
  readonly processingMs: number;
  /** Where it sends what it makes of its records, one for each; null: nowhere. */
  readonly output: OutputPlan | null;
  readonly workload: readonly ConsumerOperation[];
}

/** The producing side of an application that consumes, processes and produces. */
export interface OutputPlan {
  /** Of its producer; exactly once needs a `transactional.id`. */
  readonly config: Properties;
  /** Taken in turn. */
  readonly topics: readonly string[];
  readonly valueBytes: number;
}

export type ConsumerOperation =
  /** Joins the group of its `group.id`, and polls what it is assigned until it is closed. */
  | { readonly op: 'subscribe'; readonly atMs: number; readonly topics: readonly string[] }
  | {
      readonly op: 'subscribe';
      readonly atMs: number;
      /** A regular expression: all topics whose whole name matches, whenever they are created. */
      readonly pattern: string;
      /** `broker` needs `group.protocol=consumer`. */
      readonly matchedBy: 'client' | 'broker';
    }
  /** Lets the next poll join the group again; with `group.protocol=consumer` it does nothing. */
  | { readonly op: 'enforceRebalance'; readonly atMs: number; readonly reason: string }
  | { readonly op: 'unsubscribe'; readonly atMs: number }
  /** Another thread ends the call in which the application waits: `KafkaConsumer.wakeup`. */
  | { readonly op: 'wakeup'; readonly atMs: number }
  /** Takes over these partitions and polls until it is closed. `orders-0`, or `orders` for all. */
  | { readonly op: 'assign'; readonly atMs: number; readonly partitions: readonly string[] }
  | {
      readonly op: 'seek';
      readonly atMs: number;
      readonly partition: string;
      /** An offset; or to the first record that is not older than so long after the start, or else the end. */
      readonly to: number | 'beginning' | 'end' | { readonly timeMs: number };
    }
  | { readonly op: 'pause'; readonly atMs: number; readonly partitions: readonly string[] }
  | { readonly op: 'resume'; readonly atMs: number; readonly partitions: readonly string[] }
  /** Asks for the end offsets, as an application that waits for its lag to be gone does. */
  | { readonly op: 'endOffsets'; readonly atMs: number; readonly partitions: readonly string[] }
  | { readonly op: 'close'; readonly atMs: number };

export interface AdminPlan {
  readonly kind: 'admin';
  readonly name: string;
  readonly config: Properties;
  readonly workload: readonly AdminOperation[];
}

export type AdminOperation =
  | {
      readonly op: 'createTopic';
      readonly atMs: number;
      readonly topic: string;
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly config: Properties;
    }
  | { readonly op: 'deleteTopic'; readonly atMs: number; readonly topic: string }
  | {
      readonly op: 'createPartitions';
      readonly atMs: number;
      readonly topic: string;
      readonly total: number;
    }
  | {
      readonly op: 'deleteRecords';
      readonly atMs: number;
      readonly partition: string;
      /** -1: up to the high watermark. */
      readonly beforeOffset: number;
    }
  | {
      readonly op: 'alterConfig';
      readonly atMs: number;
      readonly topic: string;
      readonly config: Readonly<Record<string, string | null>>;
    }
  | {
      readonly op: 'electLeaders';
      readonly atMs: number;
      readonly partition: string;
      readonly election: 'preferred' | 'unclean';
    }
  | {
      readonly op: 'reassign';
      readonly atMs: number;
      readonly partition: string;
      /** Null cancels a reassignment that goes on. */
      readonly replicas: readonly number[] | null;
    };

/** A fault, with its trigger and, where it lasts, its duration. */
export type FaultPlan = FaultAction & {
  /** Unique in the plan: `f1`. */
  readonly id: string;
  readonly trigger: Trigger;
};

/**
 * Names a node: `broker-1`, `controller-1`, `producer-2`; or by its role when the fault begins:
 * `leader of orders-0`, `follower of orders-0` (the first in the ISR that does not lead),
 * `group coordinator of shop`, `transaction coordinator of checkout` (a transactional id).
 */
export type NodeName = string;

export type FaultAction =
  /**
   * The process is killed; the page cache stays. `restartAfterMs` null: it stays down until the heal.
   * It starts again when no other fault keeps it down.
   */
  | { readonly kind: 'crash'; readonly node: NodeName; readonly restartAfterMs: number | null }
  | { readonly kind: 'powerLoss'; readonly node: NodeName; readonly restartAfterMs: number | null }
  /** The process is asked to stop, and started again so long after, or later if it takes longer. */
  | { readonly kind: 'stop'; readonly node: NodeName; readonly restartAfterMs: number | null }
  | { readonly kind: 'pause'; readonly node: NodeName; readonly forMs: number }
  /** Nothing gets from any of `from` to any of `to`, and back unless `oneWay`. */
  | {
      readonly kind: 'cut';
      readonly from: readonly NodeName[];
      readonly to: readonly NodeName[];
      readonly oneWay: boolean;
      readonly forMs: number;
    }
  /** Frames on these links take so long. */
  | {
      readonly kind: 'slowLink';
      readonly from: readonly NodeName[];
      readonly to: readonly NodeName[];
      readonly latency: LatencyModel;
      readonly forMs: number;
    }
  | {
      readonly kind: 'bandwidth';
      readonly from: readonly NodeName[];
      readonly to: readonly NodeName[];
      readonly bytesPerSecond: number;
      readonly forMs: number;
    }
  /** Happens to each of the next `count` frames that match, with probability `share`. */
  | {
      readonly kind: 'frames';
      readonly match: FrameMatch;
      readonly verdict: 'drop' | 'reset' | 'duplicate' | 'delay';
      /** For `delay` and `duplicate`: how much later. */
      readonly delayMs: number;
      readonly count: number;
      readonly share: number;
      readonly forMs: number;
    }
  /** The wall clock is set by so much. */
  | { readonly kind: 'clockJump'; readonly node: NodeName; readonly byMs: number }
  /** The clocks gain so many microseconds a second; negative: lose. */
  | {
      readonly kind: 'clockDrift';
      readonly node: NodeName;
      readonly ppm: number;
      readonly forMs: number;
    }
  | {
      readonly kind: 'disk';
      readonly node: NodeName;
      readonly state: 'full' | 'failed' | 'slow';
      /** Where it is slow: how long an access takes. */
      readonly latencyMs?: number;
      readonly forMs: number;
    }
  /** A bit of a record batch on the node's disk flips. */
  | { readonly kind: 'bitRot'; readonly node: NodeName }
  /** The node gets a new, empty disk while it is down. */
  | { readonly kind: 'wipe'; readonly node: NodeName; readonly restartAfterMs: number | null };

/** Which frames a fault is about; what is left out matches any. */
export interface FrameMatch {
  /** Kafka's name of the request: `Produce`. */
  readonly api?: string;
  readonly direction?: 'request' | 'response';
  readonly from?: NodeName;
  readonly to?: NodeName;
  /** Only frames that concern this partition: `orders-0`. */
  readonly partition?: string;
  /** Only responses to Produce or Fetch with this error, for the partition if one is given. */
  readonly error?: ErrorName;
}

/** When a fault begins. */
export type Trigger =
  | { readonly kind: 'at'; readonly atMs: number }
  /** On the `nth` fact that matches, counted from the start or, if given, from an instant on. */
  | {
      readonly kind: 'on';
      readonly fact: TriggerFact;
      readonly partition?: string;
      readonly node?: NodeName;
      readonly nth: number;
      readonly afterMs?: number;
    };

/** The facts that a fault can wait for. */
export type TriggerFact =
  /** The leader has appended a batch that no follower has yet. */
  | 'batchAppended'
  | 'highWatermarkMoved'
  | 'isrViewChanged'
  | 'leaderStarted'
  | 'followerStarted'
  | 'logTruncated'
  | 'produceAnswered'
  | 'partitionChanged'
  | 'sendAcked'
  | 'recordsPolled'
  | 'recordsProcessed'
  | 'partitionsAssigned'
  | 'partitionsRevoked'
  | 'offsetCommitAttempted'
  | 'offsetCommitSucceeded'
  | 'transactionBegun'
  | 'transactionOffsetsEnded'
  | 'transactionEndAttempted'
  | 'transactionEndReturned'
  | 'endTxnAnswered'
  | 'coordinatorLoaded'
  | 'brokerFenced'
  | 'brokerUnfenced'
  | 'nodeCrashed'
  | 'nodeStarted';
