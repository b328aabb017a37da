import { present } from '../../sim/kernel/assert.ts';
import {
  type Connection,
  type Context,
  type NodeIndex,
  type Process,
} from '../../sim/kernel/process.ts';
import { silentObserver } from '../../sim/kernel/silent-observer.ts';
import { milliseconds } from '../../sim/kernel/time.ts';
import { World } from '../../sim/kernel/world.ts';
import { type Endpoint } from '../../sim/protocol/addresses.ts';
import { Api, type Frame, type Request } from '../../sim/protocol/api.ts';
import { type Fact } from '../../sim/trace.ts';
import { apiName } from '../../sim/frame-description.ts';
import { type Given } from './client-case.ts';
import { requestView } from './request-view.ts';
import { coordinatorOf, listenerOf } from './scripted-addresses.ts';
import { type AnswerScript, ScriptedAnswers } from './scripted-answers.ts';
import { type ClientWatcher, ScriptedContext } from './scripted-context.ts';
import { type OpenRequest, ScriptedListener } from './scripted-listener.ts';
import { type SeenEvent } from './seen-events.ts';

/** An address that clients connect to: one of a node, or that of the bootstrap server, which is node 1. */
interface Address {
  readonly nodeId: number;
  /** The client's id for it. */
  readonly label: string;
  /** The name of it where requests go. */
  readonly destination: string;
  readonly index: NodeIndex;
  process: ScriptedListener | undefined;
}

const bootstrapNode = 1;

/** A client has a second connection to the coordinator, under this number less its id. */
const coordinatorNodeIds = 2_147_483_647;

/**
 * Nodes that do what a script says, and one client, whose every move is noted. Nothing takes time but
 * `runTo`.
 */
export class ScriptedCluster implements ClientWatcher {
  readonly answers: ScriptedAnswers;
  readonly bootstrap: readonly Endpoint[] = [{ nodeId: -1, host: 'bootstrap', port: 9_001 }];
  readonly #world: World<Frame, Fact>;
  readonly #given: Given;
  readonly #heard: (fact: Fact) => void;
  readonly #addresses = new Map<string, Address>();
  readonly #client: NodeIndex;
  #auto: ReadonlySet<string>;
  #refusing: ReadonlySet<number> = new Set();
  #silent: ReadonlySet<number> = new Set();
  /** Numbers, from 1, of requests that wait for a step, or did. */
  readonly #numbers = new Map<string, number>();
  readonly #waiting = new Map<number, OpenRequest>();
  /** Connections of which the client was told that they are lost. */
  readonly #lost = new Set<number>();
  #seen: SeenEvent[] = [];
  #recorded: SeenEvent[] = [];

  /** `boot` makes the client's process; `heard`: what it tells of itself. */
  constructor(
    given: Given,
    boot: (context: Context<Frame, Fact>, cluster: ScriptedCluster) => Process<Frame>,
    heard: (fact: Fact) => void,
  ) {
    this.#given = given;
    this.#heard = heard;
    this.#auto = new Set(given.auto);
    this.answers = new ScriptedAnswers(given);
    this.#world = new World<Frame, Fact>({
      seed: 'scripted',
      latency: { kind: 'constant', us: 0 },
      observer: silentObserver(),
    });
    this.#addAddress('bootstrap', bootstrapNode, '-1');
    for (const nodeId of new Set([bootstrapNode, ...given.cluster.nodes])) {
      this.#addAddress(listenerOf(nodeId).host, nodeId, String(nodeId));
      const connectionId = String(coordinatorNodeIds - nodeId);
      this.#addAddress(coordinatorOf(nodeId).host, nodeId, connectionId, 'coordinator');
    }
    this.#client = this.#world.addNode('client', (context) =>
      this.#watched(boot(new ScriptedContext(context, this, given), this)),
    );
    for (const { index } of this.#world.nodes) this.#world.start(index);
  }

  readonly resolve = (host: string): NodeIndex => present(this.#addresses.get(host), host).index;

  get nowMs(): number {
    return this.#world.now() / 1_000;
  }

  /** Lets everything happen that is due now, or becomes due until then. */
  runTo(ms: number): void {
    this.#world.run(milliseconds(ms));
  }

  /** What was seen in the step that comes. */
  expect(recorded: readonly SeenEvent[]): void {
    this.#recorded = [...recorded];
  }

  note(event: SeenEvent): void {
    this.#seen.push({ t: this.nowMs, ...event });
  }

  /** What the client did since the last time. */
  takeSeen(): readonly SeenEvent[] {
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }

  // What a step does.

  answer(number: number, script: AnswerScript): void {
    const open = this.#waitingRequest(number);
    open.answer = this.answers.answer(open.request, script);
    open.lane.listener.flush(open.lane);
  }

  /** The connection of a request is lost. */
  drop(number: number): void {
    const { lane } = this.#waitingRequest(number);
    lane.listener.lose(lane);
  }

  disconnect(nodeId: number): void {
    for (const address of this.#addresses.values()) {
      if (address.nodeId === nodeId) address.process?.loseAll();
    }
  }

  refuse(nodeIds: readonly number[]): void {
    this.#refusing = new Set(nodeIds);
    for (const { nodeId, index } of this.#addresses.values()) {
      this.#world.node(index).isListening = !this.#refusing.has(nodeId);
    }
  }

  /** From now on these nodes never answer to an attempt to connect. */
  silence(nodeIds: readonly number[]): void {
    this.#silent = new Set(nodeIds);
    for (const { nodeId, index } of this.#addresses.values()) {
      if (this.#silent.has(nodeId)) this.#world.network.links.cut(this.#client, index);
    }
  }

  set auto(apis: readonly string[]) {
    this.#auto = new Set(apis);
  }

  // What the client does.

  connecting(to: NodeIndex): void {
    const { nodeId, label: connect } = this.#addressAt(to);
    const open = this.#refusing.has(nodeId) ? 'refused' : 'accepted';
    const outcome = this.#silent.has(nodeId) ? 'no answer' : open;
    if (this.#given.connections) this.note({ connect, port: listenerOf(nodeId).port, outcome });
  }

  /** That a connection is closed shows only if something is expected of it, and it was not lost. */
  closing({ id, peer }: Connection): void {
    const { label: closed, process } = this.#addressAt(peer);
    if (!this.#lost.has(id) && process?.isIdle(id) !== true) this.note({ closed });
  }

  eventCount(): number {
    return this.#world.eventCount;
  }

  recording(fact: Fact): void {
    this.#heard(fact);
  }

  /** What is sent on a connection that is lost already reaches nobody. */
  sending({ id, peer }: Connection, request: Request): void {
    const { destination: to, process } = this.#addressAt(peer);
    if (request.apiKey === Api.apiVersions || process?.hasLost(id) === true) return;
    const view = { ...requestView(request), to };
    if (this.#isAnsweredAtOnce(request)) {
      this.note(view);
      return;
    }
    const n = this.#numberOf(view) ?? this.#numbers.size + 1;
    this.#numbers.set(requestName(id, request), n);
    this.note({ ...view, n });
  }

  /** A request has come in. */
  readonly #take = (open: OpenRequest): void => {
    const { request, lane } = open;
    const number = this.#numbers.get(requestName(lane.connection.id, request));
    if (number !== undefined) this.#waiting.set(number, open);
    else if (hasAnswer(request)) open.answer = this.answers.answer(request, {});
    else lane.open.pop();
    lane.listener.flush(lane);
  };

  /** As recorded: what is sent to different nodes in one instant has no order. */
  #numberOf({ sent, to }: SeenEvent): number | undefined {
    const index = this.#recorded.findIndex(
      (event) => event['sent'] === sent && event['to'] === to && event['n'] !== undefined,
    );
    if (index < 0) return undefined;
    const [{ n } = {}] = this.#recorded.splice(index, 1);
    return typeof n === 'number' ? n : undefined;
  }

  #isAnsweredAtOnce(request: Request): boolean {
    return !hasAnswer(request) || this.#auto.has(apiName(request.apiKey));
  }

  #waitingRequest(number: number): OpenRequest {
    return present(this.#waiting.get(number), `request ${number}`);
  }

  /** The client's process, of which is noted what it is told of its connections. */
  #watched(process: Process<Frame>): Process<Frame> {
    return {
      connected: (connection) => {
        process.connected(connection);
      },
      received: (connection, frame) => {
        process.received(connection, frame);
      },
      disconnected: (connection) => {
        this.#lost.add(connection.id);
        process.disconnected(connection);
      },
      stopRequested: () => {
        process.stopRequested();
      },
    };
  }

  #addressAt(index: NodeIndex): Address {
    const address = [...this.#addresses.values()].find((one) => one.index === index);
    return present(address, `address of node ${index}`);
  }

  #addAddress(host: string, nodeId: number, label: string, destination = label): void {
    const index = this.#world.addNode(host, (context) => {
      address.process = new ScriptedListener(context, this.#take);
      return address.process;
    });
    const address: Address = { nodeId, label, destination, index, process: undefined };
    this.#addresses.set(host, address);
  }
}

function requestName(connectionId: number, { correlationId }: Request): string {
  return `${connectionId}/${correlationId}`;
}

/** A Produce with acks=0 has none. */
function hasAnswer(request: Request): boolean {
  return request.apiKey !== Api.produce || request.body.acks !== 0;
}
