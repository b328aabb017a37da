import { type ClusterNode } from '../metadata-snapshot.ts';

export type CoordinatorType = 'transaction' | 'group';

/** What FindCoordinator asks for. */
export interface CoordinatorKey {
  readonly type: CoordinatorType;
  /** A transactional id, or a group. */
  readonly key: string;
}

/** Which brokers coordinate the producer's transactions, and the group whose offsets it commits. */
export class ProducerCoordinators {
  #transaction: ClusterNode | undefined = undefined;
  #group: ClusterNode | undefined = undefined;

  /** `undefined` while it is not known. */
  node(type: CoordinatorType): ClusterNode | undefined {
    return type === 'transaction' ? this.#transaction : this.#group;
  }

  set(type: CoordinatorType, node: ClusterNode | undefined): void {
    if (type === 'transaction') this.#transaction = node;
    else this.#group = node;
  }
}
