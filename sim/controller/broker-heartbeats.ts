import { present } from '../kernel/assert.ts';
import { type Duration, type Instant } from '../kernel/time.ts';
import { type BrokerHeartbeatRequest } from '../protocol/messages/broker-heartbeat-request.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { type BrokerId } from '../trace.ts';

/**
 * Where a broker stands in its life, as the active controller sees it.
 *
 * | from | when it asks for | to |
 * |---|---|---|
 * | fenced | shutdown | shutdownNow |
 * | fenced | service, and has read its own registration | unfenced |
 * | unfenced | fence and shutdown | shutdownNow |
 * | unfenced | fence | fenced |
 * | unfenced | shutdown | controlledShutdown if it leads something, else shutdownNow |
 * | controlledShutdown | anything, leads nothing, and all active brokers know that | shutdownNow |
 */
export type BrokerControlState = 'fenced' | 'unfenced' | 'controlledShutdown' | 'shutdownNow';

interface Heartbeat {
  isFenced: boolean;
  /** How far the broker had read the metadata log; -1 if not known. */
  metadataOffset: Offset;
  /** What all active brokers must have read before the broker may stop; -1 if it is not stopping. */
  controlledShutdownOffset: Offset;
}

/** A life of a broker whose session has ended. */
export interface ExpiredSession {
  readonly broker: BrokerId;
  readonly brokerEpoch: number;
}

/** When each life of a broker was last heard of (`BrokerHeartbeatTracker`). */
class ContactTimes {
  readonly #sessionTimeout: Duration;
  readonly #byBroker = new Map<BrokerId, Map<number, Instant>>();

  constructor(sessionTimeout: Duration) {
    this.#sessionTimeout = sessionTimeout;
  }

  touch(broker: BrokerId, brokerEpoch: number, now: Instant): void {
    const lives = this.#byBroker.get(broker);
    if (lives === undefined) this.#byBroker.set(broker, new Map([[brokerEpoch, now]]));
    else lives.set(brokerEpoch, now);
  }

  isValid(broker: BrokerId, brokerEpoch: number, now: Instant): boolean {
    const contact = this.#byBroker.get(broker)?.get(brokerEpoch);
    return contact !== undefined && !this.#isExpired(contact, now);
  }

  takeExpired(now: Instant): ExpiredSession | undefined {
    for (const [broker, lives] of this.#byBroker) {
      for (const [brokerEpoch, contact] of lives) {
        if (!this.#isExpired(contact, now)) continue;
        lives.delete(brokerEpoch);
        return { broker, brokerEpoch };
      }
    }
    return undefined;
  }

  #isExpired(contact: Instant, now: Instant): boolean {
    return contact + this.#sessionTimeout < now;
  }
}

/**
 * What only the active controller knows of the brokers, and forgets with its office
 * (`BrokerHeartbeatManager`).
 */
export class BrokerHeartbeats {
  readonly sessions: ContactTimes;
  readonly #brokers = new Map<BrokerId, Heartbeat>();

  constructor(sessionTimeout: Duration) {
    this.sessions = new ContactTimes(sessionTimeout);
  }

  /** Follows a registration. As in Kafka, without a change the broker's metadata offset is forgotten. */
  register(broker: BrokerId, isFenced: boolean): void {
    const known = this.#brokers.get(broker);
    if (known === undefined) {
      this.#brokers.set(broker, { isFenced, metadataOffset: -1, controlledShutdownOffset: -1 });
      return;
    }
    this.touch(broker, isFenced, known.isFenced === isFenced ? -1 : known.metadataOffset);
  }

  /** A fenced broker leaves controlled shutdown: its next heartbeat is granted at once. */
  touch(broker: BrokerId, isFenced: boolean, metadataOffset: Offset): void {
    const heartbeat = this.#of(broker);
    heartbeat.isFenced = isFenced;
    heartbeat.metadataOffset = metadataOffset;
    if (isFenced) heartbeat.controlledShutdownOffset = -1;
  }

  fence(broker: BrokerId): void {
    const heartbeat = this.#brokers.get(broker);
    if (heartbeat !== undefined) heartbeat.isFenced = true;
  }

  remove(broker: BrokerId): void {
    this.#brokers.delete(broker);
  }

  /** The broker is in controlled shutdown; the first heartbeat in that state sets the offset. */
  enterControlledShutdown(broker: BrokerId, offset: Offset): void {
    const heartbeat = this.#of(broker);
    if (heartbeat.controlledShutdownOffset < 0) heartbeat.controlledShutdownOffset = offset;
  }

  /** Brokers on which replicas may be put, but for cordoned directories, and whether they are fenced. */
  *usable(): Generator<{ readonly id: BrokerId; readonly isFenced: boolean }> {
    for (const [id, heartbeat] of this.#brokers) {
      if (heartbeat.controlledShutdownOffset < 0) yield { id, isFenced: heartbeat.isFenced };
    }
  }

  current(broker: BrokerId): BrokerControlState {
    const heartbeat = this.#of(broker);
    if (heartbeat.controlledShutdownOffset >= 0) return 'controlledShutdown';
    return heartbeat.isFenced ? 'fenced' : 'unfenced';
  }

  /** The state that a heartbeat leads to. `unfenceOffset`: what the broker must have read. */
  next(
    request: BrokerHeartbeatRequest,
    unfenceOffset: Offset,
    hasLeaderships: boolean,
  ): BrokerControlState {
    const current = this.current(request.brokerId);
    switch (current) {
      case 'fenced':
        if (request.wantShutDown) return 'shutdownNow';
        if (request.wantFence || request.currentMetadataOffset < unfenceOffset) return 'fenced';
        return 'unfenced';
      case 'unfenced':
        if (request.wantFence) return request.wantShutDown ? 'shutdownNow' : 'fenced';
        if (!request.wantShutDown) return 'unfenced';
        return hasLeaderships ? 'controlledShutdown' : 'shutdownNow';
      case 'controlledShutdown':
        if (hasLeaderships) return 'controlledShutdown';
        return this.#allActiveHaveRead(this.#of(request.brokerId).controlledShutdownOffset)
          ? 'shutdownNow'
          : 'controlledShutdown';
      case 'shutdownNow':
        return 'shutdownNow';
    }
  }

  #allActiveHaveRead(offset: Offset): boolean {
    for (const heartbeat of this.#brokers.values()) {
      const isActive = !heartbeat.isFenced && heartbeat.controlledShutdownOffset < 0;
      if (isActive && heartbeat.metadataOffset < offset) return false;
    }
    return true;
  }

  #of(broker: BrokerId): Heartbeat {
    return present(this.#brokers.get(broker), `heartbeat of broker ${broker}`);
  }
}
