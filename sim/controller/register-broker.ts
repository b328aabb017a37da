import { type Instant } from '../kernel/time.ts';
import {
  type BrokerRegistrationRequest,
  type Feature,
} from '../protocol/messages/broker-registration-request.ts';
import { type BrokerRegistrationResponse } from '../protocol/messages/broker-registration-response.ts';
import { type RegisterBrokerRecord } from '../protocol/messages/register-broker-record.ts';
import { type ErrorName } from '../protocol/errors.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { reservedDirectory, type Uuid } from '../protocol/uuid.ts';
import { cleanUpAfterShutdown } from './broker-changes.ts';
import { type BrokerHeartbeats } from './broker-heartbeats.ts';
import { type BrokerRegistration } from './cluster-state.ts';
import { type ControllerResult, decided, immediate } from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';

/** The feature that every broker has to know. */
const metadataVersion = 'metadata.version';

const reservedDirectories = new Set<Uuid>(Object.values(reservedDirectory));

export interface RegistrationCircumstances {
  readonly heartbeats: BrokerHeartbeats;
  readonly now: Instant;
  readonly apiVersion: number;
  /** Where the first record of this operation will lie: the epoch of a broker's new life. */
  readonly nextOffset: Offset;
}

/**
 * A broker's process registers (`ClusterControlManager.registerBroker`). A new life cleans up after
 * the former one first and is registered last, so that a controller that fails in between leaves
 * the old registration.
 */
export function registerBroker(
  state: ControllerState,
  request: BrokerRegistrationRequest,
  circumstances: RegistrationCircumstances,
): ControllerResult<BrokerRegistrationResponse> {
  const known = state.cluster.registration(request.brokerId);
  const error = refusalOf(state, request, known, circumstances);
  if (error !== 'NONE') return immediate({ throttleTimeMs: 0, errorCode: error, brokerEpoch: -1 });

  const { heartbeats, apiVersion, nextOffset } = circumstances;
  const { brokerId } = request;
  const records: MetadataRecord[] = [];
  if (known?.incarnationId === request.incarnationId) {
    const record = registrationRecord(request, known.brokerEpoch, known);
    heartbeats.register(brokerId, known.isFenced);
    return decided([record], answer(known.brokerEpoch));
  }

  // Before version 3 a broker did not say how its former life ended.
  const wasClean = apiVersion >= 3 && known?.brokerEpoch === request.previousBrokerEpoch;
  cleanUpAfterShutdown(state, brokerId, wasClean, records);
  records.push(registrationRecord(request, nextOffset, undefined));
  heartbeats.remove(brokerId);
  heartbeats.register(brokerId, true);
  return decided(records, answer(nextOffset), {
    committedFacts: [
      { kind: 'brokerRegistered', broker: brokerId, brokerEpoch: nextOffset, wasClean },
    ],
  });
}

function answer(brokerEpoch: number): BrokerRegistrationResponse {
  return { throttleTimeMs: 0, errorCode: 'NONE', brokerEpoch };
}

function registrationRecord(
  request: BrokerRegistrationRequest,
  brokerEpoch: number,
  known: BrokerRegistration | undefined,
): RegisterBrokerRecord {
  return {
    type: 'RegisterBrokerRecord',
    brokerId: request.brokerId,
    isMigratingZkBroker: false,
    incarnationId: request.incarnationId,
    brokerEpoch,
    endPoints: request.listeners,
    features: request.features,
    rack: request.rack,
    fenced: known?.isFenced ?? true,
    inControlledShutdown: known?.inControlledShutdown ?? false,
    logDirs: request.logDirs,
    cordonedLogDirs: null,
  };
}

function refusalOf(
  state: ControllerState,
  request: BrokerRegistrationRequest,
  known: BrokerRegistration | undefined,
  { heartbeats, now }: RegistrationCircumstances,
): ErrorName {
  if (request.clusterId !== state.setup.clusterId) return 'INCONSISTENT_CLUSTER_ID';
  if (
    known !== undefined &&
    known.incarnationId !== request.incarnationId &&
    heartbeats.sessions.isValid(known.id, known.brokerEpoch, now)
  ) {
    return 'DUPLICATE_BROKER_REGISTRATION';
  }
  if (request.isMigratingZkBroker) return 'BROKER_ID_NOT_REGISTERED';
  if (!hasUsableDirectories(state, request)) return 'INVALID_REGISTRATION';
  if (!request.features.every((feature) => supports(feature, state.features.get(feature.name)))) {
    return 'UNSUPPORTED_VERSION';
  }
  const named = new Set(request.features.map((feature) => feature.name));
  if (!named.has(metadataVersion)) return 'INVALID_REGISTRATION';
  for (const [name, level] of state.features) {
    if (level !== 0 && !named.has(name)) return 'UNSUPPORTED_VERSION';
  }
  return 'NONE';
}

function hasUsableDirectories(
  { cluster }: ControllerState,
  { brokerId, logDirs }: BrokerRegistrationRequest,
): boolean {
  if (logDirs.length === 0 || new Set(logDirs).size !== logDirs.length) return false;
  return logDirs.every((directory) => {
    if (reservedDirectories.has(directory)) return false;
    return (cluster.ownerOfDirectory(directory) ?? brokerId) === brokerId;
  });
}

function supports({ minSupportedVersion, maxSupportedVersion }: Feature, level = 0): boolean {
  return minSupportedVersion <= level && level <= maxSupportedVersion;
}
