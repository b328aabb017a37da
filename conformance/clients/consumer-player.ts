import { type Collected, type PolledPartition } from '../../sim/client/consumer/fetch-collector.ts';
import { KafkaConsumer } from '../../sim/client/consumer/kafka-consumer.ts';
import { parseTopicPartition, type TopicPartition } from '../../sim/client/topic-partition.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { present } from '../../sim/kernel/assert.ts';
import { resolveConsumerConfig } from '../../sim/protocol/config/consumer-config.ts';
import { type Switches } from '../../sim/switches.ts';
import { type CallThreads, type ThreadCall } from './call-threads.ts';
import { type ClientStep, type ClientStepOf, type Given } from './client-case.ts';
import { type ClientPlayer, propertiesOf, StateChanges } from './client-player.ts';
import { playOnCluster } from './cluster-steps.ts';
import { consumerState } from './consumer-state.ts';
import { scriptedClient } from './scripted-client.ts';
import { type ScriptedCluster } from './scripted-cluster.ts';
import { type SeenEvent } from './seen-events.ts';

/** Takes a consumer through the steps of a case. */
export class ConsumerPlayer implements ClientPlayer {
  readonly #cluster: ScriptedCluster;
  readonly #consumer: KafkaConsumer;
  readonly #threads: CallThreads;
  readonly #states = new StateChanges();

  constructor(given: Given, switches: Switches = {}) {
    const config = resolveConsumerConfig(propertiesOf(given));
    const { cluster, client, threads } = scriptedClient(
      given,
      (context, { bootstrap, resolve }) =>
        new KafkaConsumer({ context, config, bootstrap, resolve, switches }),
      () => undefined,
    );
    this.#cluster = cluster;
    this.#consumer = client;
    this.#threads = threads;
  }

  play(step: ClientStep): void {
    switch (step.kind) {
      case 'given':
        break;
      case 'call':
        this.#call(step);
        break;
      case 'send':
      case 'sequence':
        throw new ConfigError(step.kind, 'is a step of producers');
      default:
        playOnCluster(this.#cluster, step);
    }
    this.#cluster.runTo(this.#cluster.nowMs);
  }

  takeSeen(): readonly SeenEvent[] {
    return this.#cluster.takeSeen();
  }

  takeState(): unknown {
    return this.#states.take(consumerState(this.#consumer));
  }

  #call(step: ClientStepOf<'call'>): void {
    if (step.call !== 'wakeup') {
      this.#threads.call(step.thread, step.call === 'poll' ? this.#poll(step) : this.#other(step));
      return;
    }
    // Another thread makes this one, and it returns before the call that it wakes up goes on.
    this.#cluster.note({ returned: 'wakeup' });
    this.#consumer.wakeUp();
  }

  #poll({ ms = Infinity }: ClientStepOf<'call'>): ThreadCall {
    return {
      begin: (ended) => {
        this.#consumer.poll(ms, (outcome) => {
          ended(pollEvent(outcome));
        });
      },
    };
  }

  /** A call that does not wait. */
  #other(step: ClientStepOf<'call'>): ThreadCall {
    return {
      begin: (ended) => {
        this.#do(step);
        ended({ returned: step.call });
      },
    };
  }

  #do({ call, partitions, p, offset }: ClientStepOf<'call'>): void {
    switch (call) {
      case 'assign':
        this.#consumer.assign(partitions.map(partitionOf));
        break;
      case 'pause':
        this.#consumer.pause(partitions.map(partitionOf));
        break;
      case 'seek':
        this.#consumer.seek(partitionOf(p), offset);
        break;
      default:
        throw new ConfigError('call', `the consumer has no ${call}`);
    }
  }
}

function partitionOf(name: string): TopicPartition {
  return present(parseTopicPartition(name), `partition ${name}`);
}

function pollEvent({ partitions, exception }: Collected): SeenEvent {
  if (exception !== undefined) return { threw: 'poll', error: exception.name };
  const read = partitions.filter(({ records }) => records.length > 0);
  const records = Object.fromEntries(
    read.map(({ partition }) => [partition, runsOf(partition, read)]),
  );
  return { returned: 'poll', records };
}

/** The offsets that a poll returned of one partition: `2..3` for each run without a gap. */
function runsOf(partition: string, read: readonly PolledPartition[]): readonly string[] {
  const offsets = read
    .filter((polled) => polled.partition === partition)
    .flatMap(({ records }) => records.map(({ offset }) => offset));
  const runs: { first: number; last: number }[] = [];
  for (const offset of offsets) {
    const run = runs.at(-1);
    if (run?.last === offset - 1) run.last = offset;
    else runs.push({ first: offset, last: offset });
  }
  return runs.map(({ first, last }) => (first === last ? String(first) : `${first}..${last}`));
}
