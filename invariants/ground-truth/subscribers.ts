import { type FactOf } from '../../sim/trace.ts';
import { type ConfigurationInForce } from '../configuration.ts';
import { type Handlers } from '../invariant.ts';
import { type Moment } from './moment.ts';

/** A consumer that wants to be in its group. */
export interface Subscriber {
  readonly node: string;
  readonly groupId: string;
  /** Empty for a pattern. */
  readonly topics: readonly string[];
  /** Its application was told an error when it was not let in, or was made to leave; null: it was not. */
  fatal: Refusal | null;
  /** With what error it was not let in last, since it was in the group; null: it was not refused. */
  refusedWith: string | null;
  /** Its application polls too seldom: it comes back when it polls. */
  isAway: boolean;
}

export interface Refusal {
  readonly error: string;
  readonly fact: FactOf<'joinRefused'> | FactOf<'membershipEnded'>;
}

/** The consumers that run and have subscribed. */
export class Subscribers {
  readonly handlers: Handlers;
  readonly #configuration: ConfigurationInForce;
  readonly #byNode = new Map<string, Subscriber>();

  constructor(configuration: ConfigurationInForce) {
    this.#configuration = configuration;
    const ended = (_fact: unknown, { node }: Moment): void => {
      this.#byNode.delete(node);
    };
    this.handlers = {
      nodeStopped: ended,
      nodeCrashed: ended,
      subscriptionChanged: (fact, { node }) => {
        this.#change(node, fact);
      },
      joinRefused: (fact, { node }) => {
        const subscriber = this.#byNode.get(node);
        if (subscriber === undefined) return;
        subscriber.refusedWith = fact.error;
        subscriber.isAway = false;
        if (fact.isFatal) subscriber.fatal = { error: fact.error, fact };
      },
      membershipEnded: (fact, { node }) => {
        const subscriber = this.#byNode.get(node);
        if (subscriber === undefined) return;
        if (fact.why === 'pollTimeout') subscriber.isAway = true;
        if (fact.error !== null) subscriber.fatal = { error: fact.error, fact };
      },
      partitionsAssigned: (_fact, { node }) => {
        const subscriber = this.#byNode.get(node);
        if (subscriber === undefined) return;
        subscriber.fatal = null;
        subscriber.refusedWith = null;
        subscriber.isAway = false;
      },
    };
  }

  all(): IterableIterator<Subscriber> {
    return this.#byNode.values();
  }

  #change(node: string, { topics, pattern }: FactOf<'subscriptionChanged'>): void {
    const groupId = this.#configuration.consumer(node)?.groupId ?? null;
    if (groupId === null || (topics.length === 0 && pattern === null)) {
      this.#byNode.delete(node);
      return;
    }
    const { fatal = null, refusedWith = null, isAway = false } = this.#byNode.get(node) ?? {};
    this.#byNode.set(node, { node, groupId, topics, fatal, refusedWith, isAway });
  }
}
