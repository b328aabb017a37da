import { randomUuid } from '../../../protocol/uuid.ts';
import { createReaderParts, type KafkaConsumerOptions } from '../consumer-parts.ts';
import { Fetcher } from '../fetcher.ts';
import { ListOffsetsClient } from '../list-offsets-client.ts';
import { OffsetResetter } from '../offset-resetter.ts';
import { PositionValidator } from '../position-validator.ts';
import { type AsyncParts } from './async-parts.ts';
import { type BackgroundEvents } from './background-events.ts';
import { type CommitSwitches, commitSwitches } from './commit-switches.ts';
import { CommitRequestManager } from './commit-request-manager.ts';
import { CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { FetchRequestManager } from './fetch-request-manager.ts';
import { FetchWakeups } from './fetch-wakeups.ts';
import { GroupSender } from './group-sender.ts';
import { HeartbeatRequestManager } from './heartbeat-request-manager.ts';
import { Member } from './member.ts';
import { MemberFacts } from './member-facts.ts';
import { type MemberInfo } from './member-info.ts';
import { MembershipManager } from './membership-manager.ts';
import { NetworkClientDelegate } from './network-client-delegate.ts';
import { OffsetLookups } from './offset-lookups.ts';
import { PartitionRemoval } from './partition-removal.ts';
import { PatternMatching } from './pattern-matching.ts';
import { PositionsRequestManager } from './positions-request-manager.ts';
import { Reconciler } from './reconciler.ts';
import { type GroupManagers, type RequestManagers } from './request-managers.ts';
import { TopicMetadataRequestManager } from './topic-metadata-request-manager.ts';

/** What a consumer of the new protocol is made of, but for its two threads. */
export interface AsyncConsumerParts extends AsyncParts {
  readonly fetcher: Fetcher;
  readonly fetchWakeups: FetchWakeups;
  readonly validator: PositionValidator;
  readonly managers: RequestManagers;
  /** Undefined without a group. */
  readonly facts: MemberFacts | undefined;
  /** 4.3.1 takes up an assignment although the member has left its group since it got it. */
  readonly ignoresStaleAssignments: boolean;
  /** A poll returns nothing before a revocation that is due has begun. */
  readonly waitsForRevocations: boolean;
}

/** `epochChanged` is told of each epoch that the member gets, and of each time that it has none any more. */
export function createAsyncConsumerParts(
  options: KafkaConsumerOptions,
  events: BackgroundEvents,
  epochChanged: (member: MemberInfo) => void,
): AsyncConsumerParts {
  const parts = createReaderParts(options, (network) => new NetworkClientDelegate(network));
  const { groupId } = parts.config;
  const fetcher = new Fetcher(parts);
  const fetchWakeups = new FetchWakeups(fetcher);
  const validator = new PositionValidator(parts);
  const offsets = new ListOffsetsClient(parts);
  const resetter = new OffsetResetter(parts, offsets);
  const switches = commitSwitches(options.switches);
  const ofGroup =
    groupId === undefined
      ? undefined
      : createGroup(parts, { groupId, events, epochChanged, switches });
  const group = ofGroup?.managers;
  const managers = {
    group,
    positions: new PositionsRequestManager(parts, { validator, resetter, commits: group?.commits }),
    lookups: new OffsetLookups(parts, offsets),
    topics: new TopicMetadataRequestManager(parts),
    fetches: new FetchRequestManager(fetcher, () => {
      fetchWakeups.wakeUp();
    }),
  };
  return {
    ...parts,
    fetcher,
    fetchWakeups,
    validator,
    managers,
    facts: ofGroup?.facts,
    ignoresStaleAssignments: options.switches['async.staleAssignment'] === 'ignored',
    waitsForRevocations: options.switches['async.reconcileCheckBeforeCollect'] !== 'off',
  };
}

interface GroupOptions {
  readonly groupId: string;
  readonly events: BackgroundEvents;
  readonly epochChanged: (member: MemberInfo) => void;
  readonly switches: CommitSwitches;
}

function createGroup(
  parts: AsyncParts,
  { groupId, events, epochChanged, switches }: GroupOptions,
): { readonly managers: GroupManagers; readonly facts: MemberFacts } {
  const { context, config, subscriptions } = parts;
  const coordinators = new CoordinatorRequestManager(parts, groupId);
  const sender = new GroupSender(groupId);
  const commits = new CommitRequestManager(parts, { sender, coordinators, switches });
  const memberId = randomUuid(context.random('member-id'));
  const member = new Member(groupId, memberId, config.groupInstanceId ?? null, (epoch) => {
    sender.memberInfo = { memberId, epoch };
    epochChanged(sender.memberInfo);
  });
  const facts = new MemberFacts(context, member);
  const removal = new PartitionRemoval({ subscriptions, events, member, facts });
  const reconciler = new Reconciler(parts, { member, events, removal, commits });
  const membership = new MembershipManager(parts, { member, facts, removal, reconciler });
  const heartbeats = new HeartbeatRequestManager(parts, { coordinators, membership, events });
  const patterns = new PatternMatching(parts, membership);
  return { managers: { coordinators, commits, heartbeats, membership, patterns }, facts };
}
