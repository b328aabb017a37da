/** The newest leader epoch of each partition that a client has seen (`lastSeenLeaderEpochs`). */
export class LeaderEpochs {
  readonly #byTopic = new Map<string, Map<number, number>>();

  get(topic: string, partition: number): number | undefined {
    return this.#byTopic.get(topic)?.get(partition);
  }

  set(topic: string, partition: number, leaderEpoch: number): void {
    const epochs = this.#byTopic.get(topic);
    if (epochs === undefined) this.#byTopic.set(topic, new Map([[partition, leaderEpoch]]));
    else epochs.set(partition, leaderEpoch);
  }

  delete(topic: string, partition: number): void {
    this.#byTopic.get(topic)?.delete(partition);
  }

  /** Forgets the topics for which `retains` says no. */
  retain(retains: (topic: string) => boolean): void {
    for (const topic of [...this.#byTopic.keys()]) {
      if (!retains(topic)) this.#byTopic.delete(topic);
    }
  }
}
