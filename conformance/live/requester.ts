import { present } from '../../sim/kernel/assert.ts';
import { milliseconds } from '../../sim/kernel/time.ts';
import {
  type ApiKey,
  frameOverheadBytes,
  newestVersion,
  type Request,
  type RequestBodies,
} from '../../sim/protocol/api.ts';
import { type RequestHeader, requestFrame } from '../../sim/protocol/frames.ts';
import { isObject, type JsonObject } from '../json.ts';
import { viewOfAnswer } from './answer-view.ts';
import { apiKeyOf } from './api-names.ts';
import { type Ask, type Failure } from './asker.ts';
import { BatchMaker } from './batch-maker.ts';
import { type RecordedCluster } from './recorded-cluster.ts';
import { requestBody } from './request-body.ts';

export interface Sending {
  /** `ListOffsets` */
  readonly api: string;
  /** The newest one if undefined. */
  readonly version: number | undefined;
  /** What is left out has the protocol's default. */
  readonly body: JsonObject;
}

/** What came of a request. */
export type Answer =
  | { readonly view: JsonObject; readonly tookMs: number }
  | { readonly view: undefined; readonly failed: Failure };

/** Sends requests written as JSON to the brokers of a cluster, and reads the answers as JSON. */
export class Requester {
  readonly #cluster: RecordedCluster;
  readonly #batches: BatchMaker;
  #correlationId = 0;

  constructor(cluster: RecordedCluster) {
    this.#cluster = cluster;
    this.#batches = new BatchMaker(() => cluster.wallClockMs);
  }

  /**
   * Sends a request over the connection `on` to a broker.
   * @throws {ConfigError} If the body is none of such a request.
   */
  send(on: string, brokerId: number, { api, version, body }: Sending): Ask {
    const apiKey = present(apiKeyOf(api), `request ${api}`);
    this.#correlationId += 1;
    const request = requestOf(apiKey, requestBody(api, body, this.#batches), {
      apiVersion: version ?? newestVersion[apiKey],
      correlationId: this.#correlationId,
      clientId: 'ask',
      sizeInBytes: frameOverheadBytes,
    });
    return this.#cluster.asker.ask(on, this.#cluster.indexOf(brokerId), request);
  }

  /** Lets time pass until a request is answered; when it takes too long, its connection is closed. */
  wait(ask: Ask, api: string, longestMs: number): Answer {
    this.#cluster.runUntil(() => ask.isOver, milliseconds(longestMs));
    if (!ask.isOver) this.#cluster.asker.giveUp(ask);
    const { answer, failure, sentAt, answeredAt } = ask;
    if (answer === undefined) return { view: undefined, failed: failure ?? 'no answer' };
    const view = viewOfAnswer(api, answer.apiVersion, answer.body);
    return { view, tookMs: (answeredAt - sentAt) / 1000 };
  }
}

function requestOf(apiKey: ApiKey, body: JsonObject, header: RequestHeader): Request {
  if (!isBodyOf(apiKey, body)) throw new TypeError(`no body of request ${apiKey}`);
  return requestFrame(apiKey, header, body);
}

/** `requestBody` has given it all fields of the request. */
function isBodyOf<K extends ApiKey>(apiKey: K, body: unknown): body is RequestBodies[K] {
  return apiKey in newestVersion && isObject(body);
}
