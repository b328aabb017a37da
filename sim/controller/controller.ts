import { type Boot, type Connection, type Context, type Process } from '../kernel/process.ts';
import { type Endpoint, type Resolve } from '../protocol/addresses.ts';
import { type Frame, type Response } from '../protocol/api.ts';
import { type BrokerConfig } from '../protocol/config/broker-config.ts';
import { featureName } from '../protocol/features.ts';
import { type Switches } from '../switches/switches.ts';
import { type BrokerId, type Fact } from '../trace.ts';
import { featureLevel, type FeatureLevels } from './bootstrap-records.ts';
import { controllerRules } from './controller-rules.ts';
import { openQuorumLog } from './open-quorum-log.ts';
import { QuorumController } from './quorum-controller.ts';
import { type ChannelOwner, type Exchange, RequestChannel } from './request-channel.ts';

/** What a node that is a controller and nothing else is given. */
export interface ControllerOptions {
  readonly controllerId: BrokerId;
  readonly config: BrokerConfig;
  readonly clusterId: string;
  /** The nodes of the quorum; this one is among them. */
  readonly voters: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** Levels that differ from those of a newly formatted 4.3 cluster. */
  readonly features: FeatureLevels;
}

/** A process that is a KRaft controller (`ControllerServer`). */
export function bootController(options: ControllerOptions): Boot<Frame, Fact> {
  return (context) => new ControllerProcess(context, options);
}

class ControllerProcess implements Process<Frame>, ChannelOwner {
  readonly #context: Context<Frame, Fact>;
  readonly #channels = new Map<number, RequestChannel>();
  readonly #controller: QuorumController;

  constructor(context: Context<Frame, Fact>, options: ControllerOptions) {
    this.#context = context;
    const { controllerId, clusterId, config, voters, switches } = options;
    const features: FeatureLevels =
      switches.elr === 'off'
        ? { ...options.features, [featureName.eligibleLeaderReplicas]: 0 }
        : options.features;
    const hasElr = featureLevel(features, featureName.eligibleLeaderReplicas) > 0;
    this.#controller = new QuorumController(context, {
      setup: {
        controllerId,
        clusterId,
        rules: controllerRules(switches, hasElr),
        config,
      },
      features,
      openLog: (listener) => {
        return openQuorumLog(
          context,
          { nodeId: controllerId, clusterId, voters, config },
          listener,
        );
      },
    });
    this.#controller.start();
    context.listen();
  }

  /** It opens no streams itself. */
  connected(): void {
    return;
  }

  received(connection: Connection, frame: Frame): void {
    if (!frame.isRequest) return;
    let channel = this.#channels.get(connection.id);
    if (channel === undefined) {
      channel = new RequestChannel(connection, this);
      this.#channels.set(connection.id, channel);
    }
    channel.received(frame);
  }

  disconnected(connection: Connection): void {
    this.#dropChannel(connection);
  }

  stopRequested(): void {
    this.#context.exit();
  }

  /** As Kafka does, it closes a connection that asks for what no controller does. */
  serve(exchange: Exchange): void {
    if (this.#controller.serve(exchange)) return;
    const { connection } = exchange.channel;
    this.#context.close(connection);
    this.#dropChannel(connection);
  }

  send(connection: Connection, response: Response): void {
    this.#context.send(connection, response);
  }

  #dropChannel({ id }: Connection): void {
    const current = this.#channels.get(id)?.current;
    this.#channels.delete(id);
    if (current !== undefined) this.#controller.forget(current);
  }
}
