import { type Random } from '../kernel/random.ts';
import { clusterFeatures } from '../protocol/features.ts';
import { type BrokerRegistrationRequest } from '../protocol/messages/broker-registration-request.ts';
import { randomUuid, type Uuid } from '../protocol/uuid.ts';
import { type BrokerOptions } from './broker-options.ts';

/** Kafka's number of a listener without encryption (`SecurityProtocol.PLAINTEXT`). */
const plaintext = 0;

/** What the broker tells the controller of itself in this life. */
export function registrationRequest(
  { brokerId, clusterId, listener, rack }: BrokerOptions,
  life: {
    readonly random: Random;
    readonly directoryId: Uuid;
    /** Of the last life, if it has ended in good order; else -1. */
    readonly previousBrokerEpoch: number;
  },
): BrokerRegistrationRequest {
  return {
    brokerId,
    clusterId,
    incarnationId: randomUuid(life.random),
    listeners: [
      {
        name: 'PLAINTEXT',
        host: listener.host,
        port: listener.port,
        securityProtocol: plaintext,
      },
    ],
    features: clusterFeatures.map(({ name, minLevel, maxLevel }) => ({
      name,
      minSupportedVersion: minLevel,
      maxSupportedVersion: maxLevel,
    })),
    rack,
    isMigratingZkBroker: false,
    logDirs: [life.directoryId],
    previousBrokerEpoch: life.previousBrokerEpoch,
  };
}
