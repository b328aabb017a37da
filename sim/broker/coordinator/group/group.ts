import { type ClassicGroup } from './classic/classic-group.ts';
import { type ConsumerGroup } from './consumer/consumer-group.ts';

/** A group of either protocol. */
export type Group = ClassicGroup | ConsumerGroup;
