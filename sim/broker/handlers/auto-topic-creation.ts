import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import {
  type CreatableTopic,
  type CreatableTopicConfig,
} from '../../protocol/messages/create-topics-request.ts';
import { topicNameProblem } from '../../protocol/topic-name.ts';
import { type ControllerChannel } from '../outgoing/controller-channel.ts';

export interface AutoTopicCreationSettings {
  readonly requestTimeoutMs: number;
  /** -1 leaves it to the controller's default. */
  readonly numPartitions: number;
  /** -1 leaves it to the controller's default. */
  readonly replicationFactor: number;
  /** Of topics that Kafka keeps for itself. */
  readonly configs?: readonly CreatableTopicConfig[];
}

/** Asks the controller for topics that are needed and not there (`AutoTopicCreationManager`). */
export class AutoTopicCreation {
  readonly #channel: ControllerChannel;
  readonly #settings: AutoTopicCreationSettings;
  /** Asked for and not yet answered: not asked for twice. */
  readonly #inFlight = new Set<string>();

  constructor(channel: ControllerChannel, settings: AutoTopicCreationSettings) {
    this.#channel = channel;
    this.#settings = settings;
  }

  /** What Metadata says of each name meanwhile; the client asks again. */
  create(names: readonly string[]): ErrorName[] {
    const creatable: string[] = [];
    const errors = names.map((name): ErrorName => {
      if (topicNameProblem(name) !== undefined) return 'INVALID_TOPIC_EXCEPTION';
      if (!this.#inFlight.has(name)) {
        this.#inFlight.add(name);
        creatable.push(name);
      }
      return 'UNKNOWN_TOPIC_OR_PARTITION';
    });
    if (creatable.length > 0) this.#send(creatable);
    return errors;
  }

  #send(names: readonly string[]): void {
    const done = (): void => {
      for (const name of names) this.#inFlight.delete(name);
    };
    const { numPartitions, replicationFactor, requestTimeoutMs, configs = [] } = this.#settings;
    const topics = names.map((name): CreatableTopic => ({
      name,
      numPartitions,
      replicationFactor,
      assignments: [],
      configs,
    }));
    this.#channel.send(
      Api.createTopics,
      { topics, timeoutMs: requestTimeoutMs, validateOnly: false },
      { answered: done, timedOut: done },
    );
  }
}
