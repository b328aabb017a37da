import {
  assignmentBytes,
  readAssignment,
  readSubscription,
  subscriptionBytes,
} from '../../sim/protocol/consumer-protocol.ts';
import { type Bytes } from '../../sim/protocol/record-batch.ts';
import { isList, isObject, type JsonObject } from '../json.ts';

/** The bytes that a case describes as `{"subscription":[…]}` or `{"assignment":{"orders":[0]}}`. */
export function classicBytes(described: JsonObject): Bytes {
  const { subscription, assignment } = described;
  if (isList(subscription)) {
    return subscriptionBytes({
      topics: subscription.map(String),
      userData: null,
      ownedPartitions: [],
      generationId: -1,
      rackId: null,
    });
  }
  const assigned = isObject(assignment) ? Object.entries(assignment) : [];
  const assignedPartitions = assigned.map(([topic, partitions]) => ({
    topic,
    partitions: isList(partitions) ? partitions.map(Number) : [],
  }));
  return assignmentBytes({ assignedPartitions, userData: null });
}

const subscriptionFields = ['metadata', 'memberMetadata'];
const assignmentFields = ['assignment', 'memberAssignment'];

/** Whether a field of that name holds bytes that a case describes. */
export function isClassicBytes(field: string): boolean {
  return subscriptionFields.includes(field) || assignmentFields.includes(field);
}

/** What the bytes in a field of that name say; nothing for none. */
export function describedClassicBytes(field: string, bytes: Bytes): JsonObject | '' {
  if (bytes === '') return '';
  if (subscriptionFields.includes(field)) return { subscription: readSubscription(bytes).topics };
  const { assignedPartitions } = readAssignment(bytes);
  // The recorder says nothing of an assignment without partitions.
  if (assignedPartitions.length === 0) return {};
  return {
    assignment: Object.fromEntries(
      assignedPartitions.map(({ topic, partitions }) => [topic, partitions]),
    ),
  };
}
