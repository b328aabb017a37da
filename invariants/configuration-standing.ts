import { type ConfigurationInForce, type ProducerConfiguration } from './configuration.ts';
import { notPromised, promised, type Standing } from './standing.ts';

/** Kafka promises it whatever the configuration is. */
export function alwaysPromised(): Standing {
  return promised;
}

/** What is committed stays, on some topic at least. */
export function committedIsPromised({ given }: ConfigurationInForce): Standing {
  const topics = given.topics.length > 0 ? given.topics : [given.topicDefaults];
  if (topics.some(({ uncleanLeaderElection }) => !uncleanLeaderElection)) return promised;
  return notPromised(
    'unclean.leader.election.enable=true lets a replica lead that lacks committed records',
    'unclean.leader.election.enable=false',
  );
}

/** What is acknowledged is committed, for some producer at least. */
export function acknowledgedIsPromised(configuration: ConfigurationInForce): Standing {
  const committed = committedIsPromised(configuration);
  if (!committed.promised) return committed;
  const { producers } = configuration.given;
  if (producers.length === 0 || producers.some(({ acks }) => acks === -1)) return promised;
  return notPromised('no producer waits for the in-sync replicas', 'acks=all');
}

/** One append per record, for some producer at least. */
export function deduplicationIsPromised({ given }: ConfigurationInForce): Standing {
  const { producers } = given;
  if (producers.length === 0) return promised;
  return producers.map(deduplicates).find((standing) => standing.promised) ?? notIdempotent;
}

/** Appends come in the order of the sends, for some producer at least. */
export function orderIsPromised({ given }: ConfigurationInForce): Standing {
  const { producers } = given;
  if (producers.length === 0) return promised;
  return producers.map(keepsOrder).find((standing) => standing.promised) ?? overtaking;
}

const notIdempotent = notPromised(
  'without idempotence a broker appends a retry again',
  'enable.idempotence=true with acks=all',
);

const overtaking = notPromised(
  'without idempotence a batch in flight may overtake one that is retried',
  'enable.idempotence=true with acks=all',
);

export function deduplicates(producer: ProducerConfiguration | undefined): Standing {
  return producer?.idempotence === true ? promised : notIdempotent;
}

export function keepsOrder(producer: ProducerConfiguration | undefined): Standing {
  if (producer === undefined) return overtaking;
  const { idempotence, maxInFlight, retries } = producer;
  return idempotence || maxInFlight === 1 || retries === 0 ? promised : overtaking;
}

/** What an acknowledgement with less than acks=all is worth. */
export function acksStanding(acks: -1 | 0 | 1): Standing {
  if (acks === -1) return promised;
  return notPromised(`acks=${acks} does not wait for the other in-sync replicas`, 'acks=all');
}

const worksLate = notPromised(
  'an application commits what it has not worked on yet',
  'an application that works on its records before it polls or commits again',
);

/** No record is left out, as far as the applications of a group have it in their hands. */
export function groupCommitsAfterWork({ given }: ConfigurationInForce, groupId: string): Standing {
  const consumers = given.consumers.filter((consumer) => consumer.groupId === groupId);
  return consumers.every(({ commitsAfterWork }) => commitsAfterWork) ? promised : worksLate;
}

/** The same for some group at least. */
export function workBeforeCommitIsPromised({ given }: ConfigurationInForce): Standing {
  const consumers = given.consumers.filter(({ groupId }) => groupId !== null);
  if (consumers.length === 0) return promised;
  return consumers.some(({ commitsAfterWork }) => commitsAfterWork) ? promised : worksLate;
}
