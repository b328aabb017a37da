import { type Endpoint, type Resolve } from '../protocol/addresses.ts';
import { type BrokerConfig } from '../protocol/config/broker-config.ts';
import { type Switches } from '../switches/switches.ts';

/** What a broker is given; the same in all its lives. What it remembers besides is on its disk. */
export interface BrokerOptions {
  readonly brokerId: number;
  readonly config: BrokerConfig;
  readonly rack: string | null;
  readonly controllers: readonly Endpoint[];
  /** Where it listens for clients and brokers. */
  readonly listener: Endpoint;
  readonly resolve: Resolve;
  readonly clusterId: string;
  readonly switches: Switches;
  /** The first coordinator of each finds them in its log, as if they had been used before. */
  readonly usedTransactionalIds: readonly UsedTransactionalId[];
}

/** A transactional id that a producer has had before the run. */
export interface UsedTransactionalId {
  readonly transactionalId: string;
  readonly producerId: number;
  /** The last that was given out. */
  readonly producerEpoch: number;
}
