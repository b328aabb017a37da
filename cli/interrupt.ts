import { type Terminal } from './terminal.ts';

/** Ctrl-C, once: aborts a signal. A second one ends the process as usual. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Leaves Ctrl-C to the process again. */
  readonly stop: () => void;
}

export function onInterrupt({ tell, tellPaint }: Terminal): Interrupt {
  const controller = new AbortController();
  const abort = (): void => {
    tell(tellPaint.warning('stopping; what is done is reported'));
    controller.abort();
  };
  process.once('SIGINT', abort);
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', abort);
    },
  };
}
