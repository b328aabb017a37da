import { silentObserver } from '../sim/kernel/silent-observer.ts';
import {
  type Connection,
  type Context,
  type Message,
  type NodeIndex,
  type Process,
} from '../sim/kernel/process.ts';
import { World } from '../sim/kernel/world.ts';

interface Ball extends Message {
  readonly hops: number;
}

/** Plays with a partner: returns every ball at once. */
class Player implements Process<Ball> {
  readonly #context: Context<Ball, never>;

  constructor(context: Context<Ball, never>, partner: NodeIndex | undefined) {
    this.#context = context;
    context.listen();
    if (partner !== undefined) context.connect(partner);
  }

  connected(connection: Connection): void {
    this.#context.send(connection, { hops: 0, sizeInBytes: 64 });
  }

  received(connection: Connection, ball: Ball): void {
    this.#context.send(connection, { hops: ball.hops + 1, sizeInBytes: 64 });
  }

  disconnected(): void {
    // Nobody leaves the game.
  }

  stopRequested(): void {
    this.#context.exit();
  }
}

/** Pairs of nodes that play ping-pong over streams with 0.1 to 3 ms latency: the bare kernel. */
export function pingPong(nodes: number): World<Ball, never> {
  const world = new World<Ball, never>({
    seed: 'ping-pong',
    latency: { kind: 'uniform', minUs: 100, maxUs: 3_000 },
    observer: silentObserver(),
  });
  for (let index = 0; index < nodes; index += 1) {
    const partner = index % 2 === 1 ? index - 1 : undefined;
    world.addNode(`player-${index}`, (context) => new Player(context, partner));
  }
  for (let index = 0; index < nodes; index += 1) world.start(index);
  return world;
}
