import { type Fact, type FactOf } from '../sim/trace.ts';
import { catalogue } from './catalogue.ts';
import { ConfigurationInForce, type Configuration } from './configuration.ts';
import { Finding } from './finding.ts';
import { GroundTruth } from './ground-truth/ground-truth.ts';
import { type PartitionTruth } from './ground-truth/partition-truth.ts';
import {
  type ElectionFact,
  type HandledFacts,
  type HandledKind,
  type Instant,
  type Invariant,
  type Report,
  type Subjects,
  type Violation,
} from './invariant.ts';
import { Listeners } from './listeners.ts';
import { SituationCounter, type SituationCount } from './situations.ts';
import { type Verdict } from './verdict.ts';

/** Judges one run while it goes on. */
export class Checker {
  /** How often promises were broken so far. */
  violationCount = 0;
  /** The first violation of the run. */
  firstViolation: Violation | null = null;
  readonly #truth: GroundTruth;
  readonly #findings: readonly Finding[];
  readonly #situations: SituationCounter;
  readonly #listeners: Listeners;

  constructor(configuration: Configuration, invariants: readonly Invariant[] = catalogue) {
    this.#truth = new GroundTruth(new ConfigurationInForce(configuration));
    this.#situations = new SituationCounter(this.#truth);
    this.#findings = invariants.map((invariant) => new Finding(invariant));
    this.#listeners = new Listeners([
      this.#truth.handlers,
      this.#truth.transactions.handlers,
      this.#truth.groups.handlers,
      this.#truth.subscribers.handlers,
      this.#situations.handlers,
      this.#situations.coordination,
      ...this.#findings.map((finding) =>
        finding.invariant.start(this.#truth, this.#reportTo(finding)),
      ),
    ]);
  }

  /** Takes in the next fact; `node` is the name of the node that tells it, empty for the world. */
  observe(fact: Fact, at: Instant, node: string): void {
    const { moment } = this.#truth;
    moment.at = at;
    moment.node = node;
    if (!('partition' in fact) || fact.partition === null) {
      this.#tell(fact.kind, fact, null);
      return;
    }
    const partition = this.#truth.partition(fact.partition);
    if (partition === undefined) return;
    this.#tell(fact.kind, fact, partition);
    if (fact.kind === 'batchAppended') {
      if (fact.asLeader) this.#leaderAppended(fact, partition);
    } else if (fact.kind === 'highWatermarkMoved') {
      if (partition.coordinates !== null && moment.stored.length > 0) {
        this.#tell('coordinatorStored', fact, partition);
      }
    } else if (moment.loss !== null && isElectionFact(fact)) {
      this.#tell('committedLost', fact, partition);
    }
  }

  /** One verdict for each invariant, in the order of the catalogue. */
  verdicts(): readonly Verdict[] {
    return this.#findings.map((finding) => finding.verdict(this.#truth.configuration));
  }

  /** How often each situation came up that a campaign should have tested. */
  situations(): readonly SituationCount[] {
    return this.#situations.counts();
  }

  #leaderAppended(fact: FactOf<'batchAppended'>, partition: PartitionTruth): void {
    this.#tell('leaderAppended', fact, partition);
    if (fact.batch.isTransactional) this.#tell('transactionalAppended', fact, partition);
    if (partition.coordinates !== null) this.#tell('coordinatorAppended', fact, partition);
  }

  #tell<K extends HandledKind>(kind: K, fact: HandledFacts[K], subject: Subjects[K]): void {
    const { moment } = this.#truth;
    for (const listener of this.#listeners.of(kind)) listener(fact, moment, subject);
  }

  #reportTo(finding: Finding): Report {
    return {
      exercised: () => {
        finding.exercised += 1;
      },
      broken: (breach) => {
        const { at, node } = this.#truth.moment;
        const violation = finding.add(breach, at, node);
        if (violation === null) return;
        this.violationCount += 1;
        this.firstViolation ??= violation;
      },
    };
  }
}

function isElectionFact(fact: Fact): fact is ElectionFact {
  const { kind } = fact;
  return kind === 'partitionChanged' || kind === 'leaderStarted' || kind === 'logLoaded';
}
