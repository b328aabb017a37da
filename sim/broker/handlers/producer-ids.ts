import { type Context } from '../../kernel/process.ts';
import { type Duration, type Instant, milliseconds } from '../../kernel/time.ts';
import { Api, type Frame, type Response } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type ControllerChannel } from '../outgoing/controller-channel.ts';

interface ProducerIdBlock {
  readonly first: number;
  readonly size: number;
}

const retryBackoff: Duration = milliseconds(50);
const prefetchShare = 0.9;

/**
 * Gives out producer ids from blocks that the controller allots (`RPCProducerIdManager`). It never
 * waits: without an id at hand it asks for a block and gives none, so the first producer of each life
 * of a broker has to ask twice.
 */
export class ProducerIds {
  readonly #context: Context<Frame, Fact>;
  readonly #channel: ControllerChannel;
  readonly #broker: { readonly brokerId: number; readonly brokerEpoch: () => number };
  #block: ProducerIdBlock = { first: 0, size: 0 };
  #nextId = 0;
  #nextBlock: ProducerIdBlock | undefined = undefined;
  #isAsking = false;
  #mayAskAt: Instant = 0;

  constructor(
    context: Context<Frame, Fact>,
    channel: ControllerChannel,
    broker: { readonly brokerId: number; readonly brokerEpoch: () => number },
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#broker = broker;
  }

  /** A new producer id; undefined while none is at hand, to be answered with COORDINATOR_LOAD_IN_PROGRESS. */
  next(): number | undefined {
    if (this.#isExhausted && !this.#takeNextBlock()) {
      this.#ask();
      return undefined;
    }
    const id = this.#nextId;
    this.#nextId += 1;
    const prefetchAt = this.#block.first + Math.trunc(this.#block.size * prefetchShare);
    if (id === prefetchAt) this.#ask();
    return id;
  }

  get #isExhausted(): boolean {
    return this.#nextId >= this.#block.first + this.#block.size;
  }

  #takeNextBlock(): boolean {
    if (this.#nextBlock === undefined) return false;
    this.#block = this.#nextBlock;
    this.#nextId = this.#block.first;
    this.#nextBlock = undefined;
    // Only now may the block after it be asked for.
    this.#isAsking = false;
    return true;
  }

  #ask(): void {
    if (this.#isAsking || this.#nextBlock !== undefined) return;
    if (this.#context.monotonic() < this.#mayAskAt) return;
    this.#isAsking = true;
    this.#channel.send(
      Api.allocateProducerIds,
      { brokerId: this.#broker.brokerId, brokerEpoch: this.#broker.brokerEpoch() },
      {
        answered: (response) => {
          this.#answered(response);
        },
        timedOut: () => {
          this.#isAsking = false;
          this.#mayAskAt = 0;
        },
      },
    );
  }

  #answered(response: Response): void {
    if (response.apiKey !== Api.allocateProducerIds) return;
    const { errorCode, producerIdStart, producerIdLen } = response.body;
    const isSane = producerIdStart >= this.#block.first + this.#block.size && producerIdLen >= 0;
    if (errorCode === 'NONE' && isSane) {
      this.#nextBlock = { first: producerIdStart, size: producerIdLen };
      this.#mayAskAt = 0;
    } else {
      this.#mayAskAt = this.#context.monotonic() + retryBackoff;
      this.#isAsking = false;
    }
  }
}
