import {
  type Boot,
  type Connection,
  type Context,
  type NodeIndex,
  type Process,
  type Task,
} from './kernel/process.ts';
import { milliseconds } from './kernel/time.ts';
import { type TopicPlan } from './plan.ts';
import { Api, type Frame, newestVersion } from './protocol/api.ts';
import { requestFrame } from './protocol/frames.ts';
import { type CreatableTopic } from './protocol/messages/create-topics-request.ts';
import { type Fact } from './trace.ts';

const retryAfter = milliseconds(100);

/**
 * Creates the topics of a plan at the start of its run, as an operator does who speaks to the
 * controller (KIP-919): asks again until every topic is there, then leaves.
 */
export function bootTopicSetup(
  topics: readonly TopicPlan[],
  controller: NodeIndex,
): Boot<Frame, Fact> {
  return (context) => new TopicSetup(context, topics, controller);
}

class TopicSetup implements Process<Frame>, Task {
  readonly taskName = 'create-topics';
  readonly #context: Context<Frame, Fact>;
  readonly #controller: NodeIndex;
  #missing: readonly TopicPlan[];
  #connection: Connection;
  #correlationId = 0;

  constructor(context: Context<Frame, Fact>, topics: readonly TopicPlan[], controller: NodeIndex) {
    this.#context = context;
    this.#missing = topics;
    this.#controller = controller;
    this.#connection = context.connect(controller);
  }

  connected(): void {
    this.run();
  }

  run(): void {
    if (!this.#connection.isOpen) {
      this.#connection = this.#context.connect(this.#controller);
      return;
    }
    this.#correlationId += 1;
    const header = {
      apiVersion: newestVersion[Api.createTopics],
      correlationId: this.#correlationId,
      clientId: 'setup',
      sizeInBytes: 100,
    };
    const topics = this.#missing.map(creatableTopic);
    const body = { topics, timeoutMs: 30_000, validateOnly: false };
    this.#context.send(this.#connection, requestFrame(Api.createTopics, header, body));
  }

  received(_connection: Connection, frame: Frame): void {
    if (frame.isRequest || frame.apiKey !== Api.createTopics) return;
    const there = new Set(
      frame.body.topics
        .filter(({ errorCode }) => errorCode === 'NONE' || errorCode === 'TOPIC_ALREADY_EXISTS')
        .map(({ name }) => name),
    );
    this.#missing = this.#missing.filter(({ name }) => !there.has(name));
    if (this.#missing.length === 0) this.#context.exit();
    else this.#context.setTimer(retryAfter, this);
  }

  disconnected(): void {
    this.#context.setTimer(retryAfter, this);
  }

  stopRequested(): void {
    this.#context.exit();
  }
}

function creatableTopic({ name, assignments, config }: TopicPlan): CreatableTopic {
  return {
    name,
    numPartitions: -1,
    replicationFactor: -1,
    assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
    configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
  };
}
