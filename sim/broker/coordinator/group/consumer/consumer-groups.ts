import { type Random } from '../../../../kernel/random.ts';
import { type CoordinatorTimers } from '../../runtime/coordinator-timers.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { type ClassicRebalance } from '../classic/classic-rebalance.ts';
import { type GroupFactRecorder } from '../group-fact-recorder.ts';
import { type GroupSwitches } from '../group-switches.ts';
import { type GroupTopics } from '../group-topics.ts';
import { ClassicMembers } from './classic-members.ts';
import { ConsumerFencing } from './consumer-fencing.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import { ConsumerHeartbeats } from './consumer-heartbeats.ts';
import { type ConsumerSettings } from './consumer-settings.ts';
import { GroupConversion } from './group-conversion.ts';
import { MemberTimers } from './member-timers.ts';
import { MemberUpdates } from './member-updates.ts';
import { RegexResolution } from './regex-resolution.ts';

/** What the consumer groups of a partition need from outside. */
export interface ConsumerGroupParts {
  readonly timers: CoordinatorTimers;
  readonly rebalance: ClassicRebalance;
  readonly topics: GroupTopics;
  readonly settings: ConsumerSettings;
  readonly switches: GroupSwitches;
  readonly random: Random;
  readonly facts: GroupFactRecorder;
  readonly wallClockMs: () => number;
  readonly find: (groupId: string) => ClassicGroup | ConsumerGroup | undefined;
  /** Puts a group in the place of the one with its id, without a record. */
  readonly replaceGroup: (group: ClassicGroup) => void;
}

/** All that happens to the consumer groups of one partition of `__consumer_offsets` (KIP-848). */
export class ConsumerGroups {
  readonly heartbeats: ConsumerHeartbeats;
  /** Members that use the classic protocol. */
  readonly classicMembers: ClassicMembers;
  readonly #timers: MemberTimers;
  readonly #expressions: RegexResolution;
  readonly #settings: ConsumerSettings;

  constructor(parts: ConsumerGroupParts) {
    const { settings } = parts;
    const find = (groupId: string): ConsumerGroup | undefined => {
      const group = parts.find(groupId);
      return group?.type === 'consumer' ? group : undefined;
    };
    const timers = new MemberTimers(parts.timers, (member, why) => fencing.expire(member, why));
    const conversion = new GroupConversion({ ...parts, timers });
    const fencing: ConsumerFencing = new ConsumerFencing({ ...parts, timers, conversion, find });
    const expressions = new RegexResolution({ ...parts, find });
    const updates = new MemberUpdates({ ...parts, timers });
    const all = { ...parts, timers, conversion, fencing, expressions, updates };
    this.#settings = settings;
    this.#timers = timers;
    this.#expressions = expressions;
    this.heartbeats = new ConsumerHeartbeats(all);
    this.classicMembers = new ClassicMembers(all);
  }

  /** The time of every member begins anew with its coordinator. */
  loaded(group: ConsumerGroup): void {
    const { groupId } = group;
    const { consumerSessionTimeoutMs } = this.#settings.configOf(groupId);
    for (const member of group.members.values()) {
      this.#timers.startSession(groupId, member.memberId, consumerSessionTimeoutMs);
      if (member.state === 'UNREVOKED_PARTITIONS') this.#timers.startRebalance(groupId, member);
    }
  }

  /** The metadata have changed, or are seen for the first time. */
  metadataChanged(hasNewTopics: boolean): void {
    this.#expressions.metadataChanged(hasNewTopics);
  }
}
