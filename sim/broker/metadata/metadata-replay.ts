import { present } from '../../kernel/assert.ts';
import { type BrokerRegistrationChangeRecord } from '../../protocol/messages/broker-registration-change-record.ts';
import { type ClearElrRecord } from '../../protocol/messages/clear-elr-record.ts';
import { type ConfigRecord } from '../../protocol/messages/config-record.ts';
import { type MetadataRecord } from '../../protocol/metadata-record.ts';
import { type MetadataDelta } from './metadata-delta.ts';
import { type MetadataImage, TopicImage } from './metadata-image.ts';
import { clearElr, mergeChange, registrationOf } from './partition-registration.ts';

const topicResource = 2;
const brokerResource = 4;
const groupResource = 32;

/** Applies one committed record of the controller's log, and notes in `delta` what it changes. */
export function replay(image: MetadataImage, delta: MetadataDelta, record: MetadataRecord): void {
  switch (record.type) {
    case 'RegisterBrokerRecord':
      image.setBroker({
        brokerId: record.brokerId,
        brokerEpoch: record.brokerEpoch,
        endpoints: record.endPoints,
        rack: record.rack,
        isFenced: record.fenced,
        isInControlledShutdown: record.inControlledShutdown,
      });
      return;
    case 'UnregisterBrokerRecord':
      image.removeBroker(record.brokerId);
      return;
    case 'BrokerRegistrationChangeRecord':
      changeBroker(image, record);
      return;
    case 'TopicRecord': {
      const topic = new TopicImage(record.name, record.topicId);
      image.addTopic(topic);
      delta.topicCreated(topic);
      return;
    }
    case 'PartitionRecord': {
      const topic = present(image.topicsById.get(record.topicId), 'the topic of a partition');
      delta.partitionChanges(topic, record.partitionId);
      topic.partitions[record.partitionId] = registrationOf(record);
      return;
    }
    case 'PartitionChangeRecord': {
      const topic = present(image.topicsById.get(record.topicId), 'the topic of a partition');
      const known = present(topic.partitions[record.partitionId], 'the partition that changes');
      delta.partitionChanges(topic, record.partitionId);
      topic.partitions[record.partitionId] = mergeChange(known, record);
      return;
    }
    case 'RemoveTopicRecord':
      delta.topicDeleted(image.removeTopic(record.topicId));
      return;
    case 'ClearElrRecord':
      clearElrOf(image, delta, record);
      return;
    case 'ConfigRecord':
      changeConfig(image, delta, record);
      return;
    case 'FeatureLevelRecord':
      image.features.set(record.name, record.featureLevel);
      return;
    case 'ProducerIdsRecord':
    case 'NoOpRecord':
      // Of no use to a broker.
      return;
  }
}

function changeBroker(image: MetadataImage, record: BrokerRegistrationChangeRecord): void {
  const known = present(image.brokers.get(record.brokerId), 'the broker that changes');
  image.setBroker({
    ...known,
    // 1 fences, -1 unfences, 0 leaves it.
    isFenced: record.fenced === 0 ? known.isFenced : record.fenced > 0,
    isInControlledShutdown:
      record.inControlledShutdown === 0
        ? known.isInControlledShutdown
        : record.inControlledShutdown > 0,
  });
}

/** An empty name stands for all topics. */
function clearElrOf(image: MetadataImage, delta: MetadataDelta, record: ClearElrRecord): void {
  for (const topic of image.topicsById.values()) {
    if (record.topicName !== '' && record.topicName !== topic.name) continue;
    topic.partitions.forEach((known, partition) => {
      const cleared = clearElr(known);
      if (cleared === known) return;
      delta.partitionChanges(topic, partition);
      topic.partitions[partition] = cleared;
    });
  }
}

function changeConfig(image: MetadataImage, delta: MetadataDelta, record: ConfigRecord): void {
  if (record.resourceType === topicResource) {
    image.setTopicConfig(record.resourceName, record.name, record.value);
    delta.configuredTopics.add(record.resourceName);
  } else if (record.resourceType === brokerResource) {
    image.setBrokerConfig(record.resourceName, record.name, record.value);
    delta.brokerConfigsChanged = true;
  } else if (record.resourceType === groupResource) {
    image.setGroupConfig(record.resourceName, record.name, record.value);
  }
}
