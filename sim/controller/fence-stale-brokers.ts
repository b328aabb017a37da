import { type Instant } from '../kernel/time.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { fenceBroker } from './broker-changes.ts';
import { type BrokerHeartbeats } from './broker-heartbeats.ts';
import { type ControllerState } from './controller-state.ts';

/**
 * Fences a broker whose session has ended; true if one was found, and perhaps there are more
 * (`maybeFenceOneStaleBroker`). One at a time, so that elections see the one before.
 */
export function fenceStaleBroker(
  state: ControllerState,
  heartbeats: BrokerHeartbeats,
  now: Instant,
  records: MetadataRecord[],
): boolean {
  let found = false;
  for (;;) {
    const expired = heartbeats.sessions.takeExpired(now);
    if (expired === undefined) return found;
    found = true;
    const registration = state.cluster.registration(expired.broker);
    if (registration === undefined) heartbeats.remove(expired.broker);
    else if (registration.brokerEpoch === expired.brokerEpoch) {
      fenceBroker(state, registration, records);
      heartbeats.fence(expired.broker);
    }
    if (state.setup.rules.fencesOneByOne) return true;
  }
}
