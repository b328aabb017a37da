import { rememberedOf } from '../../../kernel/remembered.ts';
import { type BrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type Properties } from '../../../protocol/config/config-definition.ts';
import {
  clampGroupConfig,
  type GroupConfig,
  groupConfigOf,
  parseGroupConfig,
} from '../../../protocol/config/group-config.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';

/** The configs of single groups (`GroupConfigManager`): what they set, then the broker's. */
export class GroupConfigs {
  readonly #image: MetadataImage;
  readonly #broker: BrokerConfig;
  readonly #defaults: GroupConfig;

  constructor(image: MetadataImage, broker: BrokerConfig) {
    this.#image = image;
    this.#broker = broker;
    this.#defaults = {
      consumerSessionTimeoutMs: broker.groupConsumerSessionTimeoutMs,
      consumerHeartbeatIntervalMs: broker.groupConsumerHeartbeatIntervalMs,
      consumerAssignmentIntervalMs: broker.groupConsumerAssignmentIntervalMs,
    };
  }

  readonly configOf = (groupId: string): GroupConfig => {
    const own = this.#image.groupConfig(groupId);
    return own.size === 0 ? this.#defaults : withOwn(this.#broker, Object.fromEntries(own));
  };
}

/** What a group sets is moved into the bounds that the broker has. */
const withOwn = rememberedOf((broker: BrokerConfig, own: Properties): GroupConfig => {
  const values = parseGroupConfig(clampGroupConfig(own, broker.values), broker.values);
  const config = groupConfigOf(values);
  if (values.isGiven('consumer.assignment.interval.ms')) return config;
  return {
    ...config,
    consumerAssignmentIntervalMs: broker.groupConsumerAssignmentIntervalMs,
  };
});
