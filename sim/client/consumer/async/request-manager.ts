/** A part of the background thread that sends requests of one kind (`RequestManager`). Times in ms. */
export interface RequestManager {
  /**
   * Hands to the network what is to be sent now.
   * @returns After how long it must be asked again; Infinity: when something happens.
   */
  readonly poll: (nowMs: number) => number;
  /** How long the application's thread may wait before it has to come back. */
  readonly maximumTimeToWait?: (nowMs: number) => number;
  /** Hands to the network what is still to be sent when the consumer is closed. */
  readonly pollOnClose?: (nowMs: number) => void;
}
