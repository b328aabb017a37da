import { type Context } from '../../kernel/process.ts';
import { type Duration } from '../../kernel/time.ts';
import { type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type BrokerSwitches } from '../broker-switches.ts';
import { type LogManager } from '../log/log-manager.ts';
import { type StreamRegistry } from '../outgoing/request-stream.ts';
import { type Partition } from '../replica/partition.ts';

/** What the fetchers of one broker share. */
export interface FetcherParts {
  readonly context: Context<Frame, Fact>;
  readonly registry: StreamRegistry;
  readonly resolve: Resolve;
  readonly brokerId: number;
  readonly brokerEpoch: () => number;
  readonly logs: LogManager;
  readonly switches: BrokerSwitches;
  readonly settings: FetcherSettings;
  /** A fetcher has given the partition up: nobody fetches it until its leader epoch changes. */
  readonly partitionFailed: (partition: Partition, why: string) => void;
}

/** Configs `replica.fetch.*` and of the network. */
export interface FetcherSettings {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  /** Of a whole answer. */
  readonly maxBytes: number;
  /** Of one partition. */
  readonly partitionMaxBytes: number;
  readonly backoff: Duration;
  readonly requestTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly setupTimeoutMaxMs: number;
}
