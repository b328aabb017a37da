import { type NodeIndex } from './kernel/process.ts';
import { type NodeName } from './plan.ts';
import { type Fact } from './trace.ts';

const rolePattern = /^(?<role>leader|follower) of (?<partition>.+)$/u;

/**
 * Finds nodes by name, or by the role that they play now: it follows what the controller has
 * committed.
 */
export class NodeDirectory {
  /** Brokers and controllers. */
  readonly servers: NodeIndex[] = [];
  readonly #indexes = new Map<string, NodeIndex>();
  readonly #leaders = new Map<string, number>();
  readonly #isrs = new Map<string, readonly number[]>();
  readonly #topicNames = new Map<string, string>();

  add(name: string, index: NodeIndex): void {
    this.#indexes.set(name, index);
  }

  /** Hears every fact of the run. */
  observe(fact: Fact): void {
    if (fact.kind === 'partitionChanged') {
      this.#leaders.set(fact.partition, fact.leader);
      this.#isrs.set(fact.partition, fact.isr);
    } else if (fact.kind === 'topicCreated') this.#topicNames.set(fact.topicId, fact.topic);
  }

  /** `undefined` if there is no such node, or nobody plays the role now. */
  find(name: NodeName): NodeIndex | undefined {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const groups = rolePattern.exec(name)?.groups;
    const partition = groups?.['partition'] ?? '';
    const leader = this.#leaders.get(partition) ?? -1;
    const broker =
      groups?.['role'] === 'leader'
        ? leader
        : this.#isrs.get(partition)?.find((member) => member !== leader);
    return broker === undefined ? undefined : this.#indexes.get(`broker-${broker}`);
  }

  findAll(names: readonly NodeName[]): readonly NodeIndex[] {
    return names.map((name) => this.find(name)).filter((index) => index !== undefined);
  }

  topicName(topicId: string): string {
    return this.#topicNames.get(topicId) ?? topicId;
  }
}
