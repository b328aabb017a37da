import { type NodeIndex } from '../kernel/process.ts';

/** Where a broker or controller listens, as registrations and metadata say it. */
export interface Endpoint {
  /** Kafka's node id. */
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** Finds the node that listens there: the name service of the simulated world. */
export type Resolve = (host: string, port: number) => NodeIndex;
