import { type BrokerRegistrationChangeRecord } from './messages/broker-registration-change-record.ts';
import { type ClearElrRecord } from './messages/clear-elr-record.ts';
import { type ConfigRecord } from './messages/config-record.ts';
import { type FeatureLevelRecord } from './messages/feature-level-record.ts';
import { type NoOpRecord } from './messages/no-op-record.ts';
import { type PartitionChangeRecord } from './messages/partition-change-record.ts';
import { type PartitionRecord } from './messages/partition-record.ts';
import { type ProducerIdsRecord } from './messages/producer-ids-record.ts';
import { type RegisterBrokerRecord } from './messages/register-broker-record.ts';
import { type RemoveTopicRecord } from './messages/remove-topic-record.ts';
import { type TopicRecord } from './messages/topic-record.ts';
import { type UnregisterBrokerRecord } from './messages/unregister-broker-record.ts';

/** A record of the controller's log, which brokers replay (kafka `metadata/*.json`). */
export type MetadataRecord =
  | BrokerRegistrationChangeRecord
  | ClearElrRecord
  | ConfigRecord
  | FeatureLevelRecord
  | NoOpRecord
  | PartitionChangeRecord
  | PartitionRecord
  | ProducerIdsRecord
  | RegisterBrokerRecord
  | RemoveTopicRecord
  | TopicRecord
  | UnregisterBrokerRecord;
