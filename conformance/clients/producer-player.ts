import { ConfigError } from '../../sim/config-error.ts';
import { KafkaProducer } from '../../sim/client/producer/kafka-producer.ts';
import { parseTopicPartition } from '../../sim/client/topic-partition.ts';
import { assert, present } from '../../sim/kernel/assert.ts';
import { type Process } from '../../sim/kernel/process.ts';
import { type Frame } from '../../sim/protocol/api.ts';
import { utf8Bytes } from '../../sim/protocol/bytes.ts';
import { type Properties } from '../../sim/protocol/config/config-definition.ts';
import { resolveProducerConfig } from '../../sim/protocol/config/producer-config.ts';
import { type Switches } from '../../sim/switches.ts';
import { type Fact } from '../../sim/trace.ts';
import { type ClientStep, type ClientStepOf, type Given } from './client-case.ts';
import { producerState } from './producer-state.ts';
import { recordValue } from './request-view.ts';
import { ScriptedCluster } from './scripted-cluster.ts';
import { type SeenEvent } from './seen-events.ts';

/** A call of one thread. */
interface ThreadCall {
  readonly name: string;
  /** `ended` hears what the call has thrown. */
  readonly begin: (ended: (thrown: string | undefined) => void) => void;
  /** Its return is not seen. */
  readonly isSend: boolean;
}

/** Takes a producer through the steps of a case. */
export class ProducerPlayer {
  readonly #cluster: ScriptedCluster;
  readonly #producer: KafkaProducer;
  /** Names of records, by their ids. */
  readonly #names: string[] = [];
  /** Calls of each thread: the first one goes on, the others wait for it. */
  readonly #threads = new Map<string, ThreadCall[]>();
  #lastState = '';

  constructor(given: Given, switches: Switches = {}) {
    let producer: KafkaProducer | undefined;
    const config = resolveProducerConfig(propertiesOf(given));
    this.#cluster = new ScriptedCluster(
      given,
      (context, { bootstrap, resolve }) => {
        const options = { context, config, bootstrap, resolve, switches, session: 'scripted' };
        producer = new KafkaProducer(options);
        return processOf(producer);
      },
      (fact) => {
        this.#heard(fact);
      },
    );
    this.#producer = present(producer, 'producer');
  }

  play(step: ClientStep): void {
    this.#do(step);
    if (step.kind !== 'advance' && step.kind !== 'at') this.#cluster.runTo(this.#cluster.nowMs);
  }

  /**
   * What the client did since the last time. What `send` throws, the record's callback does not hear,
   * though the trace has it; and the connections that `close` closes are not seen.
   */
  takeSeen(): readonly SeenEvent[] {
    const seen = this.#cluster.takeSeen();
    const isClosed = seen.some(({ returned }) => returned === 'close');
    return seen.filter(({ failed, closed }, index) => {
      if (typeof failed === 'string') return seen[index + 1]?.['threw'] !== `send ${failed}`;
      return closed === undefined || !isClosed;
    });
  }

  /** The producer's state, if it has changed. */
  takeState(): unknown {
    const state = producerState(this.#producer);
    const text = JSON.stringify(state);
    if (text === this.#lastState) return undefined;
    this.#lastState = text;
    return state;
  }

  #do(step: ClientStep): void {
    const cluster = this.#cluster;
    switch (step.kind) {
      case 'given':
        break;
      case 'advance':
        cluster.runTo(cluster.nowMs + step.advance);
        break;
      case 'at':
        cluster.runTo(step.at);
        break;
      case 'send':
        for (const name of [step.send].flat()) this.#call(step.thread, this.#send(name, step));
        break;
      case 'call':
        this.#call(step.thread, this.#otherCall(step));
        break;
      case 'answer':
        cluster.answer(step.answer, step);
        break;
      case 'drop':
        cluster.drop(step.drop);
        break;
      case 'disconnect':
        cluster.disconnect(step.disconnect);
        break;
      case 'refuse':
        cluster.refuse(step.refuse);
        break;
      case 'silent':
        cluster.silence(step.silent);
        break;
      case 'cluster':
        cluster.answers.topics = step.cluster.topics;
        break;
      case 'auto':
        cluster.auto = step.auto;
        break;
      case 'sequence':
        this.#setSequence(step);
        break;
    }
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
      name: `send ${name}`,
      isSend: true,
      begin: (ended) => {
        this.#producer.send(record, ended);
      },
    };
  }

  #otherCall({ call: name, ms = Infinity }: ClientStepOf<'call'>): ThreadCall {
    const begin = (ended: (thrown: string | undefined) => void): void => {
      const returned = (): void => {
        ended(undefined);
      };
      if (name === 'flush') this.#producer.flush(returned);
      else if (name === 'close') this.#producer.close(ms, returned);
      else throw new ConfigError('call', `the producer has no ${name}`);
    };
    return { name, isSend: false, begin };
  }

  #call(thread: string, call: ThreadCall): void {
    const calls = this.#threads.get(thread) ?? [];
    this.#threads.set(thread, calls);
    calls.push(call);
    if (calls.length === 1) this.#begin(calls, call);
  }

  #begin(calls: ThreadCall[], call: ThreadCall): void {
    call.begin((thrown) => {
      if (thrown !== undefined) this.#cluster.note({ threw: call.name, error: thrown });
      else if (!call.isSend) this.#cluster.note({ returned: call.name });
      calls.shift();
      const [next] = calls;
      if (next !== undefined) this.#begin(calls, next);
    });
  }

  #setSequence({ sequence, p }: ClientStepOf<'sequence'>): void {
    const { manager } = this.#producer;
    assert(manager !== undefined, 'an idempotent producer');
    const sequences = manager.sequences.of(p);
    sequences.nextSequence = sequence;
    sequences.lastAckedSequence = sequence - 1;
  }

  #heard(fact: Fact): void {
    if (fact.kind === 'sendAcked') {
      const { recordId, partition: p, offset } = fact;
      this.#cluster.note({ acked: this.#names[recordId], p, offset });
    } else if (fact.kind === 'sendFailed') {
      const [error, cause] = fact.error.split(' caused by ');
      const failed = { failed: this.#names[fact.recordId], error };
      this.#cluster.note(cause === undefined ? failed : { ...failed, cause });
    }
  }
}

/** A process that is only the producer: what calls it stands outside the world. */
function processOf(producer: KafkaProducer): Process<Frame> {
  return {
    connected: (connection) => {
      producer.connected(connection);
    },
    received: (connection, frame) => {
      producer.received(connection, frame);
    },
    disconnected: (connection) => {
      producer.disconnected(connection);
    },
    stopRequested: () => undefined,
  };
}

function propertiesOf({ config }: Given): Properties {
  const properties: Record<string, string> = { 'enable.metrics.push': 'false' };
  for (const [name, value] of Object.entries(config)) properties[name] = String(value);
  return properties;
}
