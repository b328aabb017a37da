import { type NodeIndex } from './kernel/process.ts';
import { type NodeName } from './plan.ts';
import { javaHashCode, positiveHash } from './protocol/java-hash.ts';
import { type Fact, type FactKind } from './trace.ts';

const rolePattern =
  /^(?<role>leader|follower|group coordinator|transaction coordinator) of (?<of>.+)$/u;

/** The topics whose leaders are coordinators. */
const coordinatorTopics = new Map([
  ['group coordinator', '__consumer_offsets'],
  ['transaction coordinator', '__transaction_state'],
]);

/**
 * Finds nodes by name, or by the role that they play now: it follows what the controller has
 * committed.
 */
export class NodeDirectory {
  /** The facts that it has to hear. */
  readonly kinds: readonly FactKind[] = ['partitionChanged', 'topicCreated'];
  /** Brokers and controllers. */
  readonly servers: NodeIndex[] = [];
  readonly #indexes = new Map<string, NodeIndex>();
  readonly #leaders = new Map<string, number>();
  readonly #isrs = new Map<string, readonly number[]>();
  readonly #topicNames = new Map<string, string>();
  readonly #partitionCounts = new Map<string, number>();

  add(name: string, index: NodeIndex): void {
    this.#indexes.set(name, index);
  }

  observe(fact: Fact): void {
    if (fact.kind === 'partitionChanged') {
      this.#leaders.set(fact.partition, fact.leader);
      this.#isrs.set(fact.partition, fact.isr);
    } else if (fact.kind === 'topicCreated') {
      this.#topicNames.set(fact.topicId, fact.topic);
      this.#partitionCounts.set(fact.topic, fact.partitions);
    }
  }

  /** `undefined` if there is no such node, or nobody plays the role now. */
  find(name: NodeName): NodeIndex | undefined {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const groups = rolePattern.exec(name)?.groups;
    const broker = this.#brokerInRole(groups?.['role'] ?? '', groups?.['of'] ?? '');
    return broker === undefined ? undefined : this.#indexes.get(`broker-${broker}`);
  }

  #brokerInRole(role: string, of: string): number | undefined {
    const topic = coordinatorTopics.get(role);
    if (topic !== undefined) {
      const count = this.#partitionCounts.get(topic);
      if (count === undefined) return undefined;
      const index = positiveHash(javaHashCode(of)) % count;
      return this.#leaders.get(`${topic}-${index}`);
    }
    const leader = this.#leaders.get(of) ?? -1;
    return role === 'leader' ? leader : this.#isrs.get(of)?.find((member) => member !== leader);
  }

  findAll(names: readonly NodeName[]): readonly NodeIndex[] {
    return names.map((name) => this.find(name)).filter((index) => index !== undefined);
  }

  topicName(topicId: string): string {
    return this.#topicNames.get(topicId) ?? topicId;
  }
}
