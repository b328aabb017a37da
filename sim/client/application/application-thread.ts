import { type Steps } from './steps.ts';

/** Takes the steps of a thread one after the other, each when the one before is over. */
export class ApplicationThread {
  readonly #steps: Steps<void>;
  readonly #ended: () => void;
  /** A step is over before it has returned: the thread goes on, but not deeper in the stack. */
  #isOver = false;
  #isRunning = false;

  /** `ended` is called when the last step is over. */
  constructor(steps: Steps<void>, ended: () => void = doNothing) {
    this.#steps = steps;
    this.#ended = ended;
  }

  readonly run = (): void => {
    this.#isOver = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#takeOver()) {
      const { done, value } = this.#steps.next();
      if (done === true) {
        this.#ended();
        return;
      }
      value(this.run);
    }
    this.#isRunning = false;
  };

  #takeOver(): boolean {
    const isOver = this.#isOver;
    this.#isOver = false;
    return isOver;
  }
}

function doNothing(): void {
  // Nobody waits for the end of the thread.
}
