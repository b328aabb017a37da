import { abortedReadCommitted, abortedReadUncommitted, zombieProducer } from './transactions.ts';
import { clientCutOff } from './client-cut-off.ts';
import { compaction } from './compaction.ts';
import { dynamicRestart, staticRestart } from './member-restart.ts';
import { exactlyOnce } from './exactly-once.ts';
import { groupScaling } from './group-scaling.ts';
import { healthy } from './healthy.ts';
import { lastIsrPowerLoss } from './last-isr-power-loss.ts';
import { leaderCrash } from './leader-crash.ts';
import { lostAckWithIdempotence, lostAckWithoutIdempotence } from './lost-ack.ts';
import { leadershipChurn } from './leadership-churn.ts';
import { networkChaos } from './network-chaos.ts';
import { oneWayPartition } from './one-way-partition.ts';
import {
  autoCommit,
  autoCommitLoss,
  commitAfterProcessing,
  commitBeforeProcessing,
} from './processing-crash.ts';
import { readNamed } from './read-scenario.ts';
import { rebalanceConsumerProtocol, rebalanceCooperative, rebalanceEager } from './rebalance.ts';
import { rollingRestart } from './rolling-restart.ts';
import { type Scenario, type ScenarioInput } from './scenario.ts';
import { slowFollower } from './slow-follower.ts';
import { threeGroups } from './three-groups.ts';
import { uncleanElection } from './unclean-election.ts';

/** The scenarios that come with kafka-trial as they are written, to be changed and read; the simplest first. */
export const shippedInputs: readonly ScenarioInput[] = [
  healthy,
  leaderCrash,
  lostAckWithoutIdempotence,
  lostAckWithIdempotence,
  slowFollower,
  clientCutOff,
  oneWayPartition,
  uncleanElection,
  lastIsrPowerLoss,
  rollingRestart,
  compaction,
  leadershipChurn,
  networkChaos,
  groupScaling,
  threeGroups,
  commitBeforeProcessing,
  commitAfterProcessing,
  autoCommit,
  autoCommitLoss,
  rebalanceEager,
  rebalanceCooperative,
  rebalanceConsumerProtocol,
  dynamicRestart,
  staticRestart,
  abortedReadCommitted,
  abortedReadUncommitted,
  zombieProducer,
  exactlyOnce,
];

/** The same, ready to be run. */
export const shippedScenarios: readonly Scenario[] = readNamed(shippedInputs);
