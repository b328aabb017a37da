import { type BrokerHeartbeatRequest } from '../protocol/messages/broker-heartbeat-request.ts';
import { type BrokerHeartbeatResponse } from '../protocol/messages/broker-heartbeat-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset } from '../protocol/record-batch.ts';
import {
  beginControlledShutdown,
  cordonDirectories,
  fenceBroker,
  takeDirectoriesOffline,
  unfenceBroker,
} from './broker-changes.ts';
import { type BrokerControlState, type BrokerHeartbeats } from './broker-heartbeats.ts';
import { type BrokerRegistration } from './cluster-state.ts';
import { type ControllerResult, decided, immediate } from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';

/**
 * What a broker's heartbeat brings about (`ReplicationControlManager.processBrokerHeartbeat`). The
 * time of contact has been noted before. `committedEnd`: the last committed offset.
 */
export function processHeartbeat(
  state: ControllerState,
  heartbeats: BrokerHeartbeats,
  request: BrokerHeartbeatRequest,
  committedEnd: Offset,
): ControllerResult<BrokerHeartbeatResponse> {
  const { brokerId, currentMetadataOffset } = request;
  const registration = state.cluster.registration(brokerId);
  if (registration?.brokerEpoch !== request.brokerEpoch) return immediate(staleBrokerEpoch);

  const { unfencesAtRegistration } = state.setup.rules;
  const unfenceOffset = unfencesAtRegistration ? registration.registrationOffset : committedEnd;
  const hasLeaderships = state.topics.hasLeaderships(brokerId);
  const current = heartbeats.current(brokerId);
  const next = heartbeats.next(request, unfenceOffset, hasLeaderships);

  const records: MetadataRecord[] = [];
  if (next !== current) moveTo(next, state, registration, records);
  const isFenced = next === 'fenced' || next === 'shutdownNow';
  heartbeats.touch(brokerId, isFenced, currentMetadataOffset);
  takeDirectoriesOffline(state, registration, request.offlineLogDirs, records);
  cordonDirectories(registration, request.cordonedLogDirs, records);

  return decided(
    records,
    {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      isCaughtUp: currentMetadataOffset >= registration.registrationOffset,
      isFenced,
      shouldShutDown: next === 'shutdownNow',
    },
    { shuttingDown: next === 'controlledShutdown' ? brokerId : -1 },
  );
}

const staleBrokerEpoch: BrokerHeartbeatResponse = {
  throttleTimeMs: 0,
  errorCode: 'STALE_BROKER_EPOCH',
  isCaughtUp: false,
  isFenced: true,
  shouldShutDown: false,
};

function moveTo(
  next: BrokerControlState,
  state: ControllerState,
  registration: BrokerRegistration,
  records: MetadataRecord[],
): void {
  switch (next) {
    case 'fenced':
    case 'shutdownNow': {
      fenceBroker(state, registration, records);
      return;
    }
    case 'unfenced': {
      unfenceBroker(state, registration, records);
      return;
    }
    case 'controlledShutdown': {
      beginControlledShutdown(state, registration, records);
      return;
    }
  }
}
