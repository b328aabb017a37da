import { present } from '../../sim/kernel/assert.ts';
import { milliseconds } from '../../sim/kernel/time.ts';
import { at, firstDifference, isList, isObject, type JsonObject, withValueAt } from '../json.ts';
import { type Ask, type Failure } from './asker.ts';
import { KeptValues } from './kept-values.ts';
import { type LiveStep, type StepOf } from './live-case.ts';
import { NodeFinder } from './node-finder.ts';
import { splitPartitionName } from './partition-name.ts';
import { type RecordedCluster } from './recorded-cluster.ts';
import { Requester } from './requester.ts';

/** What a step has led to; nothing for a step that looks at nothing. */
export interface Outcome {
  readonly saw?: unknown;
  readonly failed?: Failure | 'not within the time given' | 'no node';
  /** From sending the request to its answer. */
  readonly tookMs?: number;
}

/** What was looked at, all of it, and what of it the step shows. */
interface Look {
  readonly whole: unknown;
  readonly outcome: Outcome;
}

interface Pending {
  /** Undefined if there was no node to ask. */
  readonly ask: Ask | undefined;
  readonly step: StepOf<'send'>;
}

/**
 * The pause between two looks. The recorder made one of 50 ms; but a simulated process takes no time
 * to work, so that a state which lasts as long in a real cluster may be over in a few ms here.
 */
const pauseMs = 5;
/** How long a case waits unless it says so: for a state, and for an answer. */
const longestUntilMs = 30_000;
const longestAnswerMs = 60_000;

/** Takes one cluster through the steps of one case. */
export class CasePlayer {
  readonly #cluster: RecordedCluster;
  readonly #requester: Requester;
  readonly #nodes: NodeFinder;
  readonly #kept = new KeptValues();
  /** Requests sent without waiting, by the name under which they are awaited. */
  readonly #pending = new Map<string, Pending>();

  constructor(cluster: RecordedCluster) {
    this.#cluster = cluster;
    this.#requester = new Requester(cluster);
    this.#nodes = new NodeFinder(cluster, this.#requester);
  }

  /** @throws {ConfigError} If the step cannot be done as it is written. */
  play(step: LiveStep): Outcome {
    switch (step.kind) {
      case 'send':
        return this.#send(step);
      case 'await':
        return this.#await(step);
      case 'partition':
        return this.#repeat(step, () => this.#lookAtPartition(step));
      case 'node':
        this.#cluster.command(step.node, Number(this.#kept.substitute(String(step.id))));
        return {};
      case 'close':
        this.#cluster.asker.closeNamed(step.close);
        return {};
      case 'sleep':
        this.#cluster.run(milliseconds(step.sleep));
        return {};
      case 'let':
        for (const [name, value] of Object.entries(step.let)) {
          this.#kept.keep(name, this.#kept.substitute(value));
        }
        return {};
    }
  }

  #send(step: StepOf<'send'>): Outcome {
    if (step.async === undefined) {
      return this.#repeat(step, () => this.#answer({ ask: this.#ask(step), step }, step));
    }
    this.#pending.set(step.async, { ask: this.#ask(step), step });
    return {};
  }

  #await(step: StepOf<'await'>): Outcome {
    const pending = present(this.#pending.get(step.await), `request ${step.await}`);
    this.#pending.delete(step.await);
    return this.#answer(pending, step).outcome;
  }

  #ask(step: StepOf<'send'>): Ask | undefined {
    const node = this.#nodes.find(String(this.#kept.substitute(step.to)));
    if (node === undefined) return undefined;
    const { send: api, version, on } = step;
    const body = this.#kept.substitute(step.body);
    return this.#requester.send(on, node, { api, version, body: isObject(body) ? body : {} });
  }

  /** Waits for the answer. `asked` is the step that sent the request, `into` the one that looks. */
  #answer({ ask, step: asked }: Pending, into: StepOf<'send' | 'await'>): Look {
    if (ask === undefined) return { whole: undefined, outcome: { failed: 'no node' } };
    const answer = this.#requester.wait(ask, asked.send, into.withinMs ?? longestAnswerMs);
    if (answer.view === undefined) {
      return { whole: undefined, outcome: { failed: answer.failed } };
    }
    for (const { keep } of new Set([asked, into])) this.#kept.keepFrom(answer.view, keep);
    const whole = asked.sort.reduce((view, pointer) => this.#sorted(view, pointer), answer.view);
    const saw = this.#kept.mask(shown(whole, into.show));
    return { whole, outcome: { saw, tookMs: answer.tookMs } };
  }

  #lookAtPartition(step: StepOf<'partition'>): Look {
    const name = String(this.#kept.substitute(step.partition));
    const history = this.#cluster.historyOf(...splitPartitionName(name));
    const last = history.at(-1);
    const whole = last === undefined ? { history } : { last, history };
    return { whole, outcome: { saw: shown(whole, step.show) } };
  }

  /** Looks once, or as long as what the step waits for is not seen. */
  #repeat(step: StepOf<'send' | 'partition'>, look: () => Look): Outcome {
    const { until } = step;
    if (until === undefined) return look().outcome;
    const { world } = this.#cluster;
    const deadline = world.now() + milliseconds(step.withinMs ?? longestUntilMs);
    for (;;) {
      const { whole, outcome } = look();
      if (outcome.failed === undefined && this.#matches(whole, until)) return outcome;
      if (world.now() > deadline) return { ...outcome, failed: 'not within the time given' };
      this.#cluster.run(milliseconds(pauseMs));
    }
  }

  #matches(whole: unknown, until: JsonObject): boolean {
    return Object.entries(until).every(([pointer, wanted]) => {
      const seen = at(whole, pointer) ?? null;
      return firstDifference(this.#kept.substitute(wanted), seen) === undefined;
    });
  }

  /** The answer with the array there in the order of its masked elements. */
  #sorted(whole: JsonObject, pointer: string): JsonObject {
    const array = at(whole, pointer);
    if (!isList(array)) return whole;
    const keyed = array.map((element) => {
      return { element, key: JSON.stringify(this.#kept.mask(element)) };
    });
    keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
    const sorted = keyed.map(({ element }) => element);
    const replaced = withValueAt(whole, pointer, sorted);
    return isObject(replaced) ? replaced : whole;
  }
}

/** Everything, or what the pointers lead to. */
function shown(whole: JsonObject, pointers: readonly string[] | undefined): JsonObject {
  if (pointers === undefined) return whole;
  return Object.fromEntries(pointers.map((pointer) => [pointer, at(whole, pointer) ?? null]));
}
