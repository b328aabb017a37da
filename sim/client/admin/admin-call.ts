import { type ApiKey, type RequestBodies, type Response } from '../../protocol/api.ts';

/** Who can serve a call (`KafkaAdminClient.NodeProvider`). */
export type CallTarget =
  /** The node that metadata call the controller: in KRaft any broker, which forwards. */
  | { readonly kind: 'controller' }
  | { readonly kind: 'leastLoaded' }
  | { readonly kind: 'broker'; readonly brokerId: number };

/** Puts the one request of a call on the wire. */
export type SendRequest = <K extends ApiKey>(apiKey: K, body: RequestBodies[K]) => void;

/** The exceptions that end a call, or an attempt of it, without an answer. */
export type CallException =
  | 'DisconnectException'
  | 'TimeoutException'
  | 'NotControllerException'
  | 'UnsupportedVersionException';

/** What becomes of a call when its request is answered. */
export type AnswerVerdict =
  | 'done'
  /** The controller is another one now: the call is tried again. */
  | 'notController'
  /** A quota is exceeded: the call is made anew, when the throttle is over. */
  | 'throttled';

/** A request that an admin client sends until it is answered or its time is over (`Call`). */
export interface AdminCall {
  readonly target: CallTarget;
  /** `timeoutMs`: how long the answer may take. */
  readonly send: (send: SendRequest, timeoutMs: number) => void;
  readonly answered: (response: Response, nowMs: number) => AnswerVerdict;
  /** The last attempt has failed. */
  readonly failed: (exception: CallException, nowMs: number) => void;
  /** The connection was lost; true if the call takes care of it, and is over. */
  readonly takesDisconnect?: (nowMs: number) => boolean;
  /** Its broker is not in the metadata; true if the call takes care of it, and is over. */
  readonly takesUnknownBroker?: (nowMs: number) => boolean;
}

/** A call on its way to its end. Times are the client's wall clock, in milliseconds. */
export interface OpenCall {
  readonly call: AdminCall;
  readonly deadlineMs: number;
  tries: number;
  nextTryAtMs: number;
}
