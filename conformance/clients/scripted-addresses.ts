/** A host and a port of a node. */
export interface ScriptedAddress {
  readonly host: string;
  readonly port: number;
}

/** Where clients are told that a node listens. */
export function listenerOf(nodeId: number): ScriptedAddress {
  return { host: `node-${nodeId}`, port: portOf(nodeId) };
}

/** The same listener, under another name, so that one sees which requests are for the coordinator. */
export function coordinatorOf(nodeId: number): ScriptedAddress {
  return { host: `coordinator-${nodeId}`, port: portOf(nodeId) };
}

function portOf(nodeId: number): number {
  return 9_000 + nodeId;
}

const idPrefix = 'topic-id-';

export function topicIdOf(topic: string): string {
  return `${idPrefix}${topic}`;
}

/** The topic that has the id. */
export function topicNameOf(topicId: string): string {
  return topicId.slice(idPrefix.length);
}

/** The topic of which a request speaks, by name or by id. */
export function topicNameIn(topic: { readonly name: string; readonly topicId: string }): string {
  return topic.name === '' ? topicNameOf(topic.topicId) : topic.name;
}
