import { topicNameProblem } from '../../sim/protocol/topic-name.ts';
import { type Path, type Problem } from '../problem.ts';
import { type Scenario } from '../scenario.ts';
import { type Topic, type UsedTransactionalId } from '../schema/cluster.ts';

/** What is wrong with brokers and topics. */
export function* clusterProblems({ cluster }: Scenario): Generator<Problem> {
  const { brokers, racks, topics } = cluster;
  if (racks.length > 0 && racks.length !== brokers) {
    const message = `expected a rack for each of the ${brokers} brokers, or none`;
    yield { path: ['cluster', 'racks'], message };
  }
  const seen = new Set<string>();
  for (const [index, topic] of topics.entries()) {
    const path = ['cluster', 'topics', index];
    if (seen.has(topic.name)) {
      yield { path: [...path, 'name'], message: `there are two topics ${topic.name}` };
    }
    seen.add(topic.name);
    yield* topicProblems(topic, brokers, path);
  }
  yield* usedIdProblems(cluster.usedTransactionalIds ?? []);
}

function* usedIdProblems(used: readonly UsedTransactionalId[]): Generator<Problem> {
  const ids = new Set<string>();
  const producerIds = new Set<number>();
  for (const [index, { transactionalId, producerId }] of used.entries()) {
    const path = ['cluster', 'usedTransactionalIds', index];
    if (ids.has(transactionalId)) {
      const message = `there are two transactional ids ${transactionalId}`;
      yield { path: [...path, 'transactionalId'], message };
    }
    if (producerIds.has(producerId)) {
      const message = `two transactional ids have the producer id ${producerId}`;
      yield { path: [...path, 'producerId'], message };
    }
    ids.add(transactionalId);
    producerIds.add(producerId);
  }
}

function* topicProblems(topic: Topic, brokers: number, path: Path): Generator<Problem> {
  const message = topicNameProblem(topic.name);
  if (message !== undefined) yield { path: [...path, 'name'], message };
  if ((topic.replicationFactor ?? 1) > brokers) {
    yield {
      path: [...path, 'replicationFactor'],
      message: `expected at most ${brokers}, the number of brokers`,
    };
  }
  const factor = topic.assignments?.[0]?.length;
  for (const [index, replicas] of (topic.assignments ?? []).entries()) {
    const here = [...path, 'assignments', index];
    if (replicas.length !== factor) {
      yield { path: here, message: 'expected as many replicas as the first partition has' };
    }
    if (new Set(replicas).size !== replicas.length) {
      yield { path: here, message: 'a broker can have only one replica of a partition' };
    }
    const unknown = replicas.find((id) => id > brokers);
    if (unknown !== undefined) {
      yield { path: here, message: `there is no broker ${unknown}; ids are 1 to ${brokers}` };
    }
  }
}
