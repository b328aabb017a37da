import { ClientException } from './steps.ts';

/** What the callbacks of an application's sends have heard of since it last looked. */
export class SendFailures {
  #first: string | undefined = undefined;

  readonly add = (exception: string): void => {
    this.#first ??= exception;
  };

  /** @throws {ClientException} The first of them. */
  raise(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) throw new ClientException(first);
  }
}
