import { type Context } from '../kernel/process.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { type BrokerOptions } from './broker-options.ts';
import { type CommitListener, MetadataTail } from './metadata/metadata-tail.ts';
import { ControllerChannel } from './outgoing/controller-channel.ts';
import { type StreamRegistry } from './outgoing/request-stream.ts';

/** How long forwarded requests are tried. */
const forwardingTimeoutMs = 60_000;

/** The streams of a broker to its controllers: one for the metadata log, one for each use besides. */
export class BrokerChannels {
  readonly tail: MetadataTail;
  readonly lifecycle: ControllerChannel;
  readonly alterPartition: ControllerChannel;
  /** For what clients ask of the controller, and for producer ids. */
  readonly forwarding: ControllerChannel;

  constructor(
    context: Context<Frame, Fact>,
    registry: StreamRegistry,
    { brokerId, clusterId, config, controllers, resolve }: BrokerOptions,
    committed: CommitListener,
  ) {
    const setup = setupTimeouts(config);
    this.tail = new MetadataTail(
      context,
      registry,
      {
        brokerId,
        clusterId,
        controllers,
        resolve,
        requestTimeoutMs: config.controllerQuorumRequestTimeoutMs,
        ...setup,
      },
      committed,
    );
    const channel = (retryTimeoutMs: number): ControllerChannel =>
      new ControllerChannel(
        context,
        registry,
        {
          resolve,
          activeController: () => this.tail.leader,
          clientId: String(brokerId),
          socketTimeoutMs: config.controllerSocketTimeoutMs,
          ...setup,
        },
        retryTimeoutMs,
      );
    this.lifecycle = channel(config.brokerHeartbeatIntervalMs);
    this.alterPartition = channel(Infinity);
    this.forwarding = channel(forwardingTimeoutMs);
  }

  close(): void {
    this.tail.close();
    this.lifecycle.close();
    this.alterPartition.close();
    this.forwarding.close();
  }
}

/** How long a broker waits for a stream to open. */
export function setupTimeouts({ values }: BrokerOptions['config']): {
  readonly setupTimeoutMs: number;
  readonly setupTimeoutMaxMs: number;
} {
  return {
    setupTimeoutMs: values.number('socket.connection.setup.timeout.ms'),
    setupTimeoutMaxMs: values.number('socket.connection.setup.timeout.max.ms'),
  };
}
