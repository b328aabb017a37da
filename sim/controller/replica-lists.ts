import { type BrokerId } from '../trace.ts';

/** Brokers in an order that means something: assignment, ISR, ELR. */
export type ReplicaList = readonly BrokerId[];

/** No brokers. One object, so that most partitions share it. */
export const noReplicas: ReplicaList = [];

/** The same brokers in the same order. */
export function sameReplicas(a: ReplicaList, b: ReplicaList): boolean {
  return a.length === b.length && a.every((replica, index) => replica === b[index]);
}

export function containsAll(list: ReplicaList, members: ReplicaList): boolean {
  return members.every((member) => list.includes(member));
}

/** `list` without the brokers of `excluded`, in the same order. */
export function without(list: ReplicaList, excluded: ReplicaList): ReplicaList {
  return excluded.length === 0 ? list : list.filter((replica) => !excluded.includes(replica));
}

/** As Kafka's sets of small numbers come out. */
export function ascending(list: ReplicaList): ReplicaList {
  return list.toSorted((a, b) => a - b);
}

/** Whether `isr` can be the ISR of a partition with these replicas (`Replicas.validateIsr`). */
export function isValidIsr(replicas: ReplicaList, isr: ReplicaList): boolean {
  return new Set(isr).size === isr.length && containsAll(replicas, isr);
}
