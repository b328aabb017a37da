import { type ConfigValue, invalidValue, type KafkaConfigError } from './config-definition.ts';
import { parseOffsetReset } from './offset-reset.ts';
import { checkBootstrapEntry, parseVoterIds } from './quorum-voters.ts';

type CustomRule = (name: string, value: ConfigValue) => void;

/** The rules that Kafka writes as classes of their own, by what they show. */
export const customRules: ReadonlyMap<string, CustomRule> = new Map([
  ['[1,...,9] or -1', checkGzipLevel],
  ['[latest, earliest, none, by_duration:PnDTnHnMn.nS]', checkOffsetReset],
  ['[latest, earliest, by_duration:PnDTnHnMn.nS]', checkShareOffsetReset],
  ['[implicit, explicit]', checkAcknowledgementMode],
  ['[batch_optimized, record_limit]', checkAcquireMode],
  ['[partitionId]:[brokerId],[partitionId]:[brokerId],...', checkThrottledReplicas],
  ['non-empty list', checkQuorumAddresses],
]);

function checkGzipLevel(name: string, value: ConfigValue): void {
  const level = Number(value);
  if (level === -1 || (level >= 1 && level <= 9)) return;
  throw invalidValue(name, value, 'Value must be between 1 and 9 or equal to -1');
}

function checkOffsetReset(name: string, value: ConfigValue): void {
  if (parseOffsetReset(String(value)) !== undefined) return;
  const words = "'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'";
  throw invalidWord(name, value, `must be either ${words}`);
}

function checkShareOffsetReset(name: string, value: ConfigValue): void {
  const reset = parseOffsetReset(String(value));
  if (reset !== undefined && reset.kind !== 'none') return;
  const words = "'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'";
  throw invalidWord(name, value, `must be either ${words}`);
}

function checkAcknowledgementMode(name: string, value: ConfigValue): void {
  if (value === 'implicit' || value === 'explicit') return;
  throw invalidWord(name, value, "must either be 'implicit' or 'explicit'");
}

function checkAcquireMode(name: string, value: ConfigValue): void {
  if (/^(?:batch_optimized|record_limit)$/iu.test(String(value))) return;
  throw invalidWord(name, value, "must either be 'batch_optimized' or 'record_limit'");
}

function checkThrottledReplicas(name: string, value: ConfigValue): void {
  const items = listOf(value);
  if (items.length === 1 && items[0] === '*') return;
  if (items.every((item) => /^\d+:\d+$/u.test(item))) return;
  const format = '[partitionId]:[brokerId],[partitionId]:[brokerId],...';
  const demand = `must be the literal '*' or a list of replicas in the following format: ${format}`;
  throw invalidValue(name, value, `${name} ${demand}`);
}

function checkQuorumAddresses(name: string, value: ConfigValue): void {
  if (name === 'controller.quorum.voters') parseVoterIds(listOf(value));
  else for (const entry of listOf(value)) checkBootstrapEntry(entry);
}

/** Says the value twice, as the classes of these rules do. */
function invalidWord(name: string, value: ConfigValue, demand: string): KafkaConfigError {
  const problem = `Invalid value \`${String(value)}\` for configuration ${name}.`;
  return invalidValue(name, value, `${problem} The value ${demand}.`);
}

function listOf(value: ConfigValue): readonly string[] {
  return typeof value === 'object' && value !== null ? value : [];
}
