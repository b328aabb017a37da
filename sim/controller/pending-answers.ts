import { type Response } from '../protocol/api.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { type ControllerFact } from '../trace.ts';
import { type ApiError } from './controller-result.ts';
import { errorAnswer } from './error-answers.ts';
import { type Exchange } from './request-channel.ts';

/** Who waits for the log to be committed up to an offset (`DeferredEventQueue`). */
export interface PendingAnswer {
  readonly offset: Offset;
  /** Told first. */
  readonly committedFacts: readonly ControllerFact[];
  /** `undefined` for what nobody asked for, or what is answered already. */
  readonly exchange: Exchange | undefined;
  readonly response: Response | undefined;
  readonly answeredFacts: readonly ControllerFact[];
}

/** Answers that rest on records which are not committed yet, in the order of their offsets. */
export class PendingAnswers {
  readonly #waiting: PendingAnswer[] = [];
  readonly #record: (fact: ControllerFact) => void;

  constructor(record: (fact: ControllerFact) => void) {
    this.#record = record;
  }

  add(pending: PendingAnswer): void {
    this.#waiting.push(pending);
  }

  /** All up to `offset`, inclusive, is committed. */
  completeUpTo(offset: Offset): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (first.offset > offset) return;
      this.#waiting.shift();
      for (const fact of first.committedFacts) this.#record(fact);
      if (first.exchange === undefined || first.response === undefined) continue;
      for (const fact of first.answeredFacts) this.#record(fact);
      first.exchange.answer(first.response);
    }
  }

  /** Nobody will ever know whether the records are committed. */
  failAll(error: ApiError): void {
    const failed = this.#waiting.splice(0);
    for (const { exchange } of failed) {
      if (exchange === undefined) continue;
      const answer = errorAnswer(exchange.request, error);
      if (answer !== undefined) exchange.answer(answer);
    }
  }
}
