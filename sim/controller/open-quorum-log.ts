import { assert, present } from '../kernel/assert.ts';
import { type Context } from '../kernel/process.ts';
import { milliseconds } from '../kernel/time.ts';
import { type Endpoint } from '../protocol/addresses.ts';
import { type Frame } from '../protocol/api.ts';
import { type ConfigValues } from '../protocol/config/config-values.ts';
import { type BrokerId, type Fact } from '../trace.ts';
import { type QuorumLog, type QuorumLogListener } from './quorum-log.ts';
import { SingleVoterLog } from './single-voter-log.ts';

export interface QuorumLogOptions {
  readonly nodeId: BrokerId;
  readonly clusterId: string;
  readonly voters: readonly Endpoint[];
  readonly config: ConfigValues;
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
  const appendLinger = milliseconds(config.number('controller.quorum.append.linger.ms'));
  const electionTimeout = milliseconds(config.number('controller.quorum.election.timeout.ms'));
  return new SingleVoterLog(context, { clusterId, voter, appendLinger, electionTimeout }, listener);
}
