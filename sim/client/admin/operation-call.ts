import { type Response } from '../../protocol/api.ts';
import { errorProperties } from '../../protocol/errors.ts';
import {
  type AdminCall,
  type AnswerVerdict,
  type CallException,
  type CallTarget,
  type SendRequest,
} from './admin-call.ts';
import { errorIn, sendOperation, type SingleOperation } from './operation-request.ts';

/** The exception that a call ended with, by its Java class; `undefined` if it succeeded. */
export type CallEnded = (exception: string | undefined) => void;

/** An operation that is one request: whoever serves it answers for good. */
export class OperationCall implements AdminCall {
  readonly #operation: SingleOperation;
  readonly #ended: CallEnded;

  constructor(operation: SingleOperation, ended: CallEnded) {
    this.#operation = operation;
    this.#ended = ended;
  }

  get target(): CallTarget {
    return { kind: this.#operation.op === 'alterConfig' ? 'leastLoaded' : 'controller' };
  }

  send(send: SendRequest, timeoutMs: number): void {
    sendOperation(this.#operation, send, timeoutMs);
  }

  answered(response: Response): AnswerVerdict {
    const error = errorIn(response);
    // The answer to ElectLeaders is taken as it is.
    if (error === 'NOT_CONTROLLER' && this.#operation.op !== 'electLeaders') return 'notController';
    if (error === 'THROTTLING_QUOTA_EXCEEDED') return 'throttled';
    this.#ended(error === 'NONE' ? undefined : errorProperties(error).exception);
    return 'done';
  }

  failed(exception: CallException): void {
    this.#ended(exception);
  }
}
