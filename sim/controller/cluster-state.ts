import { present } from '../kernel/assert.ts';
import { type BrokerRegistrationChangeRecord } from '../protocol/messages/broker-registration-change-record.ts';
import { type RegisterBrokerRecord } from '../protocol/messages/register-broker-record.ts';
import { type UnregisterBrokerRecord } from '../protocol/messages/unregister-broker-record.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { reservedDirectory, type Uuid } from '../protocol/uuid.ts';
import { type BrokerId } from '../trace.ts';
import { type BrokerHeartbeats } from './broker-heartbeats.ts';

/** What the log says of a broker. Immutable. */
export interface BrokerRegistration {
  readonly id: BrokerId;
  readonly brokerEpoch: number;
  /** Drawn anew by each life of the broker's process. */
  readonly incarnationId: Uuid;
  readonly rack: string | null;
  readonly isFenced: boolean;
  readonly inControlledShutdown: boolean;
  /** Online log directories. */
  readonly directories: readonly Uuid[];
  /** Directories that take no new replicas (KIP-1066); null until the broker has said so. */
  readonly cordonedDirectories: readonly Uuid[] | null;
  /** Of its newest RegisterBrokerRecord. */
  readonly registrationOffset: Offset;
}

/** In a `BrokerRegistrationChangeRecord`; 0 leaves it as it is. */
export const fencingChange = { fence: 1, unfence: -1 } as const;
export const inControlledShutdownChange = 1;

/** The registered brokers (`ClusterControlManager`). Only `replay…` changes it. */
export class ClusterState {
  readonly #registrations = new Map<BrokerId, BrokerRegistration>();
  readonly #directoryOwners = new Map<Uuid, BrokerId>();
  /** Soft state of the active controller, which follows the registrations; null on standby. */
  heartbeats: BrokerHeartbeats | null = null;

  registration(broker: BrokerId): BrokerRegistration | undefined {
    return this.#registrations.get(broker);
  }

  registrations(): Iterable<BrokerRegistration> {
    return this.#registrations.values();
  }

  /** Registered, not fenced and not shutting down. */
  isActive(broker: BrokerId): boolean {
    const registration = this.#registrations.get(broker);
    if (registration === undefined) return false;
    return !registration.isFenced && !registration.inControlledShutdown;
  }

  /** Whether a request that names this epoch comes from the broker's registered life. */
  isCurrent(broker: BrokerId, brokerEpoch: number): boolean {
    return this.#registrations.get(broker)?.brokerEpoch === brokerEpoch;
  }

  /** Whether a replica in this directory can be used (`DirectoryId.isOnline`). */
  hasOnlineDirectory(broker: BrokerId, directory: Uuid): boolean {
    const registration = this.#registrations.get(broker);
    if (registration === undefined) return false;
    if (directory === reservedDirectory.unassigned || directory === reservedDirectory.migrating) {
      return true;
    }
    if (directory === reservedDirectory.lost) return false;
    return registration.directories.length === 0 || registration.directories.includes(directory);
  }

  /** What the log says of a new replica's directory: the broker chooses if it has several. */
  defaultDirectory(broker: BrokerId): Uuid {
    const directories = this.#registrations.get(broker)?.directories;
    if (directories === undefined) return reservedDirectory.unassigned;
    const [first, second] = directories;
    if (first === undefined) return reservedDirectory.migrating;
    return second === undefined ? first : reservedDirectory.unassigned;
  }

  ownerOfDirectory(directory: Uuid): BrokerId | undefined {
    return this.#directoryOwners.get(directory);
  }

  replayRegister(record: RegisterBrokerRecord, offset: Offset): void {
    const known = this.#registrations.get(record.brokerId);
    this.#put(known, {
      id: record.brokerId,
      brokerEpoch: record.brokerEpoch,
      incarnationId: record.incarnationId,
      rack: record.rack,
      isFenced: record.fenced,
      inControlledShutdown: record.inControlledShutdown,
      directories: record.logDirs,
      cordonedDirectories: record.cordonedLogDirs,
      registrationOffset: offset,
    });
    if (known !== undefined) this.heartbeats?.remove(record.brokerId);
    this.heartbeats?.register(record.brokerId, record.fenced);
  }

  replayChange(record: BrokerRegistrationChangeRecord): void {
    const known = present(this.#registrations.get(record.brokerId), 'the changed registration');
    const { fenced, inControlledShutdown, logDirs, cordonedLogDirs } = record;
    const isFenced = fenced === 0 ? known.isFenced : fenced === fencingChange.fence;
    this.#put(known, {
      ...known,
      isFenced,
      inControlledShutdown:
        known.inControlledShutdown || inControlledShutdown === inControlledShutdownChange,
      directories: logDirs.length === 0 ? known.directories : logDirs,
      cordonedDirectories: cordonedLogDirs ?? known.cordonedDirectories,
    });
    this.heartbeats?.register(record.brokerId, isFenced);
  }

  replayUnregister(record: UnregisterBrokerRecord): void {
    const known = present(this.#registrations.get(record.brokerId), 'the removed registration');
    this.heartbeats?.remove(record.brokerId);
    for (const directory of known.directories) this.#directoryOwners.delete(directory);
    this.#registrations.delete(record.brokerId);
  }

  #put(known: BrokerRegistration | undefined, registration: BrokerRegistration): void {
    if (known?.directories !== registration.directories) {
      for (const directory of known?.directories ?? []) this.#directoryOwners.delete(directory);
      for (const directory of registration.directories) {
        this.#directoryOwners.set(directory, registration.id);
      }
    }
    this.#registrations.set(registration.id, registration);
  }
}
