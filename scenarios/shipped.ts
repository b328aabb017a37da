import { clientCutOff } from './client-cut-off.ts';
import { compaction } from './compaction.ts';
import { healthy } from './healthy.ts';
import { lastIsrPowerLoss } from './last-isr-power-loss.ts';
import { leaderCrash } from './leader-crash.ts';
import { lostAckWithIdempotence, lostAckWithoutIdempotence } from './lost-ack.ts';
import { leadershipChurn } from './leadership-churn.ts';
import { networkChaos } from './network-chaos.ts';
import { oneWayPartition } from './one-way-partition.ts';
import { readNamed } from './read-scenario.ts';
import { rollingRestart } from './rolling-restart.ts';
import { type Scenario } from './scenario.ts';
import { slowFollower } from './slow-follower.ts';
import { uncleanElection } from './unclean-election.ts';

const written = [
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
];

/** The scenarios that come with kafka-trial, the simplest first. */
export const shippedScenarios: readonly Scenario[] = readNamed(written);
