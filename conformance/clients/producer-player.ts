import { ConfigError } from '../../sim/config-error.ts';
import {
  type GroupMetadata,
  type GroupOffset,
} from '../../sim/client/consumer/group/group-offset.ts';
import { KafkaProducer } from '../../sim/client/producer/kafka-producer.ts';
import { type CallEnded } from '../../sim/client/producer/send-call.ts';
import { parseTopicPartition } from '../../sim/client/topic-partition.ts';
import { assert, present } from '../../sim/kernel/assert.ts';
import { utf8Bytes } from '../../sim/protocol/bytes.ts';
import { resolveProducerConfig } from '../../sim/protocol/config/producer-config.ts';
import { type Switches } from '../../sim/switches/switches.ts';
import { type Fact } from '../../sim/trace.ts';
import { type CallThreads, type ThreadCall } from './call-threads.ts';
import { type ClientStep, type ClientStepOf, type Given } from './client-case.ts';
import { type ClientPlayer, propertiesOf, StateChanges } from './client-player.ts';
import { playOnCluster } from './cluster-steps.ts';
import { producerState } from './producer-state.ts';
import { recordValue } from './request-view.ts';
import { scriptedClient } from './scripted-client.ts';
import { type ScriptedCluster } from './scripted-cluster.ts';
import { type SeenEvent } from './seen-events.ts';

/** Takes a producer through the steps of a case. */
export class ProducerPlayer implements ClientPlayer {
  /** All that it has told of itself. */
  readonly facts: Fact[] = [];
  readonly #cluster: ScriptedCluster;
  readonly #producer: KafkaProducer;
  /** Names of records, by their ids. */
  readonly #names: string[] = [];
  readonly #threads: CallThreads;
  readonly #states = new StateChanges();
  #transactions = 0;

  constructor(given: Given, switches: Switches = {}) {
    const config = resolveProducerConfig(propertiesOf(given));
    const { cluster, client, threads } = scriptedClient(
      given,
      (context, { bootstrap, resolve }) => {
        const options = { context, config, bootstrap, resolve, switches, session: 'scripted' };
        return new KafkaProducer(options);
      },
      (fact) => {
        this.#heard(fact);
      },
    );
    this.#cluster = cluster;
    this.#producer = client;
    this.#threads = threads;
  }

  play(step: ClientStep): void {
    switch (step.kind) {
      case 'given':
        break;
      case 'send':
        for (const name of [step.send].flat()) {
          this.#threads.call(step.thread, this.#send(name, step));
        }
        break;
      case 'call':
        this.#threads.call(step.thread, this.#otherCall(step));
        break;
      case 'sequence':
        this.#setSequence(step);
        break;
      default:
        playOnCluster(this.#cluster, step);
    }
    this.#cluster.runTo(this.#cluster.nowMs);
  }

  /** What `send` throws, the record's callback does not hear, though the trace has it. */
  takeSeen(): readonly SeenEvent[] {
    const seen = this.#cluster.takeSeen();
    return seen.filter(({ failed }, index) => {
      return typeof failed !== 'string' || seen[index + 1]?.['threw'] !== `send ${failed}`;
    });
  }

  takeState(): unknown {
    return this.#states.take(producerState(this.#producer));
  }

  #send(name: string, { to, key, size }: ClientStepOf<'send'>): ThreadCall {
    const found = parseTopicPartition(to);
    const record = {
      topic: found?.topic ?? to,
      partition: found?.partition,
      key: key === undefined ? null : utf8Bytes(key),
      value: recordValue(name, size),
      headers: [],
      recordId: this.#names.push(name) - 1,
    };
    return {
      begin: (ended) => {
        this.#producer.send(record, (thrown) => {
          ended(thrown === undefined ? undefined : { threw: `send ${name}`, ...seen(thrown) });
        });
      },
    };
  }

  #otherCall(step: ClientStepOf<'call'>): ThreadCall {
    return {
      begin: (ended) => {
        this.#begin(step, (thrown) => {
          ended(
            thrown === undefined ? { returned: step.call } : { threw: step.call, ...seen(thrown) },
          );
        });
      },
    };
  }

  #begin(step: ClientStepOf<'call'>, ended: CallEnded): void {
    const producer = this.#producer;
    const returned = (): void => {
      ended(undefined);
    };
    switch (step.call) {
      case 'flush':
        producer.flush(returned);
        break;
      case 'close':
        producer.close(step.ms ?? Infinity, returned);
        break;
      case 'initTransactions':
        producer.initTransactions(ended);
        break;
      case 'begin':
        ended(producer.beginTransaction((this.#transactions += 1)));
        break;
      case 'sendOffsets':
        producer.sendOffsetsToTransaction(offsetsOf(step), groupOf(step), ended);
        break;
      case 'commit':
        producer.commitTransaction(ended);
        break;
      case 'abort':
        producer.abortTransaction(ended);
        break;
      default:
        throw new ConfigError('call', `the producer has no ${step.call}`);
    }
  }

  #setSequence({ sequence, p }: ClientStepOf<'sequence'>): void {
    const { manager } = this.#producer;
    assert(manager !== undefined, 'an idempotent producer');
    const sequences = manager.sequences.of(p);
    sequences.nextSequence = sequence;
    sequences.lastAckedSequence = sequence - 1;
  }

  #heard(fact: Fact): void {
    this.facts.push(fact);
    if (fact.kind === 'sendAcked') {
      const { recordId, partition: p, offset } = fact;
      this.#cluster.note({ acked: this.#names[recordId], p, offset });
    } else if (fact.kind === 'sendFailed') {
      this.#cluster.note({ failed: this.#names[fact.recordId], ...seen(fact.error) });
    }
  }
}

/** What a case shows of an exception. */
function seen(thrown: string): SeenEvent {
  const [error, cause] = thrown.split(' caused by ');
  return cause === undefined ? { error } : { error, cause };
}

function groupOf({ group, member, generation }: ClientStepOf<'call'>): GroupMetadata {
  return { groupId: group, memberId: member, generationId: generation, groupInstanceId: null };
}

function offsetsOf({ offsets }: ClientStepOf<'call'>): readonly GroupOffset[] {
  return Object.entries(offsets).map(([name, offset]) => {
    return { partition: present(parseTopicPartition(name), name), offset, leaderEpoch: -1 };
  });
}
