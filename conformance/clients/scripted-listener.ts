import { type Connection, type Context, type Process } from '../../sim/kernel/process.ts';
import { type Frame, type Request, type Response } from '../../sim/protocol/api.ts';
import { type Fact } from '../../sim/trace.ts';

/** A request that has come in, and what it is answered, once that is known. */
export interface OpenRequest {
  readonly request: Request;
  readonly lane: AnswerLane;
  answer: Response | undefined;
}

/** The requests of one connection. Answers leave in their order, as from a real broker. */
export interface AnswerLane {
  readonly listener: ScriptedListener;
  readonly connection: Connection;
  readonly open: OpenRequest[];
}

/** Decides what happens to a request that has come in. */
export type TakeRequest = (open: OpenRequest) => void;

/** One address of a scripted node. */
export class ScriptedListener implements Process<Frame> {
  readonly #context: Context<Frame, Fact>;
  readonly #take: TakeRequest;
  readonly #lanes = new Map<number, AnswerLane>();
  readonly #lost = new Set<number>();

  constructor(context: Context<Frame, Fact>, take: TakeRequest) {
    this.#context = context;
    this.#take = take;
    context.listen();
  }

  connected(): void {
    // It opens none.
  }

  received(connection: Connection, frame: Frame): void {
    if (!frame.isRequest) return;
    const lane = this.#lanes.get(connection.id) ?? { listener: this, connection, open: [] };
    this.#lanes.set(connection.id, lane);
    const open = { request: frame, lane, answer: undefined };
    lane.open.push(open);
    this.#take(open);
  }

  disconnected(connection: Connection): void {
    this.#lanes.delete(connection.id);
  }

  stopRequested(): void {
    this.#context.exit();
  }

  /** Sends the answers before which none is missing. */
  flush({ connection, open }: AnswerLane): void {
    for (;;) {
      const answer = open[0]?.answer;
      if (answer === undefined) return;
      open.shift();
      this.#context.send(connection, answer);
    }
  }

  /** The connection is lost; open requests get no answer. */
  lose({ connection }: AnswerLane): void {
    this.#lanes.delete(connection.id);
    this.#lost.add(connection.id);
    this.#context.close(connection);
  }

  hasLost(connectionId: number): boolean {
    return this.#lost.has(connectionId);
  }

  /** Whether the connection is open, and every request on it is answered. */
  isIdle(connectionId: number): boolean {
    return this.#lanes.get(connectionId)?.open.length === 0;
  }

  loseAll(): void {
    for (const lane of [...this.#lanes.values()]) this.lose(lane);
  }
}
