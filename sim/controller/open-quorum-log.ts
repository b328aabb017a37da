import { assert, present } from '../kernel/assert.ts';
import { type Context } from '../kernel/process.ts';
import { milliseconds } from '../kernel/time.ts';
import { type Endpoint } from '../protocol/addresses.ts';
import { type Frame } from '../protocol/api.ts';
import { type QuorumConfig } from '../protocol/config/quorum-config.ts';
import { type BrokerId, type Fact } from '../trace.ts';
import { type QuorumLog, type QuorumLogListener } from './quorum-log.ts';
import { SingleVoterLog } from './single-voter-log.ts';

export interface QuorumLogOptions {
  readonly nodeId: BrokerId;
  readonly clusterId: string;
  readonly voters: readonly Endpoint[];
  readonly config: QuorumConfig;
}

/** The metadata log of this node in the quorum of its voters. */
export function openQuorumLog(
  context: Context<Frame, Fact>,
  { nodeId, clusterId, voters, config }: QuorumLogOptions,
  listener: QuorumLogListener,
): QuorumLog {
  assert(voters.length === 1, 'the quorum has one voter');
  const voter = present(
    voters.find((other) => other.nodeId === nodeId),
    'this controller among the voters',
  );
  const appendLinger = milliseconds(config.controllerQuorumAppendLingerMs);
  const electionTimeout = milliseconds(config.controllerQuorumElectionTimeoutMs);
  return new SingleVoterLog(context, { clusterId, voter, appendLinger, electionTimeout }, listener);
}
