interface NodeTimes {
  /** When it last had something to be sent. */
  wantedMs: number;
  /** When it last could be sent to. */
  servedMs: number;
  isSlow: boolean;
}

/**
 * Which nodes have let batches wait for longer than `partitioner.availability.timeout.ms`, so that no
 * records without a key are sent to them (`RecordAccumulator.NodeLatencyStats`). 0 switches it off.
 */
export class NodeLatencies {
  readonly #timeoutMs: number;
  readonly #nodes = new Map<number, NodeTimes>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Notes whether a node that had something to be sent could be sent to. */
  update(nodeId: number, nowMs: number, couldSend: boolean): void {
    if (this.#timeoutMs <= 0) return;
    const known = this.#nodes.get(nodeId);
    if (known === undefined) {
      this.#nodes.set(nodeId, { wantedMs: nowMs, servedMs: nowMs, isSlow: false });
      return;
    }
    if (couldSend) known.servedMs = nowMs;
    known.wantedMs = nowMs;
  }

  /** The sender looks at its queues: what is slow now counts as slow until its next look. */
  look(): void {
    if (this.#timeoutMs <= 0) return;
    for (const node of this.#nodes.values()) {
      node.isSlow = node.wantedMs - node.servedMs > this.#timeoutMs;
    }
  }

  isSlow(nodeId: number): boolean {
    return this.#nodes.get(nodeId)?.isSlow === true;
  }
}
