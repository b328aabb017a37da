import { type Offset, type RecordId } from '../sim/protocol/record-batch.ts';
import {
  type BrokerId,
  type Fact,
  type FactKind,
  type FactOf,
  type PartitionName,
  type TraceEvent,
} from '../sim/trace.ts';
import { type ConfigurationInForce } from './configuration.ts';
import { type GroundTruth } from './ground-truth/ground-truth.ts';
import { type Moment } from './ground-truth/moment.ts';
import { type PartitionTruth } from './ground-truth/partition-truth.ts';
import { type Standing } from './standing.ts';

/** A point in virtual time: whole microseconds since the run began. */
export type Instant = TraceEvent['at'];

/** The whole microseconds in so many milliseconds. */
export function fromMilliseconds(ms: number): Instant {
  return ms * 1000;
}

/**
 * A promise that Kafka makes, and how to find it broken. It hears facts and can influence nothing;
 * what it costs must not depend on how long the run is.
 */
export interface Invariant {
  /** Of the catalogue: `C3`. */
  readonly id: string;
  /** In words: `acknowledged-records-survive`. */
  readonly name: string;
  /** The promise in one sentence. */
  readonly promise: string;
  readonly kind: 'safety' | 'liveness';
  /** Who makes the promise: a KIP, a class of Kafka, a specification. */
  readonly source: string;
  /** Whether Kafka makes it at all under this configuration. */
  readonly promised: (configuration: ConfigurationInForce) => Standing;
  /** Begins to watch one run. State lives in the closure. */
  readonly start: (truth: GroundTruth, report: Report) => Handlers;
}

/** Where a started invariant says what it has found. */
export interface Report {
  /** The situation in which the promise could have been broken has come up. */
  readonly exercised: () => void;
  readonly broken: (breach: Breach) => void;
}

/** A promise was not kept, or would not have been if Kafka had made it. */
export interface Breach {
  readonly message: string;
  /** Of an invariant that may be broken in several ways: which one, in a word. */
  readonly kind?: string;
  /** Whether it was promised in just this case: a loss after an unclean election was not. */
  readonly standing: Standing;
  readonly evidence: Evidence;
}

/** What proves a breach. */
export interface Evidence {
  /** The fact that broke the promise comes last. */
  readonly facts: readonly Fact[];
  readonly partition?: PartitionName;
  readonly offsets?: readonly Offset[];
  readonly recordIds?: readonly RecordId[];
  readonly brokers?: readonly BrokerId[];
}

/** A breach with the place where it was found. */
export interface Violation extends Breach {
  readonly invariant: string;
  readonly at: Instant;
  /** The node that told the last fact; empty for the world itself. */
  readonly node: string;
}

type PlacedKind = Extract<Fact, { readonly partition: PartitionName }>['kind'];

/**
 * What can be heard: every kind of fact; and as kinds of their own
 * - what a leader appends; and of that, what belongs to a transaction, markers too, and what a
 *   coordinator writes;
 * - that something of what coordinators write is now durable;
 * - that an election which now takes effect has lost something that was committed.
 */
export type HandledKind = FactKind | keyof DerivedFacts;

/** The facts by which an election may take effect. */
export type ElectionFact =
  FactOf<'partitionChanged'> | FactOf<'leaderStarted'> | FactOf<'logLoaded'>;

interface DerivedFacts {
  readonly leaderAppended: FactOf<'batchAppended'>;
  readonly transactionalAppended: FactOf<'batchAppended'>;
  readonly coordinatorAppended: FactOf<'batchAppended'>;
  readonly coordinatorStored: FactOf<'highWatermarkMoved'>;
  readonly committedLost: ElectionFact;
}

export type HandledFacts = {
  readonly [K in HandledKind]: K extends keyof DerivedFacts
    ? DerivedFacts[K]
    : K extends FactKind
      ? FactOf<K>
      : never;
};

/** The partition that the fact is about, if it is about one. */
export type Subjects = {
  readonly [K in HandledKind]: K extends PlacedKind | keyof DerivedFacts ? PartitionTruth : null;
};

/** Called after the truth has taken the fact in. `moment` is only good during the call. */
export type Handler<K extends HandledKind> = (
  fact: HandledFacts[K],
  moment: Moment,
  partition: Subjects[K],
) => void;

/** What an invariant listens to; it costs nothing at other facts. */
export type Handlers = { readonly [K in HandledKind]?: Handler<K> };
