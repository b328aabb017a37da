import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type Fact } from '../../trace.ts';
import { type Metadata } from '../metadata.ts';
import { type ConsumerNetworkClient } from './consumer-network-client.ts';
import { type SubscriptionState } from './subscription-state.ts';

/** What the parts of a consumer share. */
export interface ConsumerParts {
  readonly context: Context<Frame, Fact>;
  readonly config: ConsumerConfig;
  readonly network: ConsumerNetworkClient;
  readonly metadata: Metadata;
  readonly subscriptions: SubscriptionState;
}
