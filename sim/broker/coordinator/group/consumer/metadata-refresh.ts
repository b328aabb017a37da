/** Nearly 25 days (`METADATA_REFRESH_INTERVAL_MS`). */
const refreshIntervalMs = 2_147_483_647;

/**
 * When a group has to look at the metadata of its topics again (`ModernGroup.metadataRefreshDeadline`):
 * at first, when a topic has changed, when the write of the last look was undone, and very rarely else.
 */
export class MetadataRefresh {
  #deadlineMs = 0;
  #groupEpoch = 0;

  isDue(nowMs: number, groupEpoch: number): boolean {
    return nowMs >= this.#deadlineMs || groupEpoch < this.#groupEpoch;
  }

  /** @param groupEpoch To which the look has led. */
  done(nowMs: number, groupEpoch: number): void {
    this.#deadlineMs = nowMs + refreshIntervalMs;
    this.#groupEpoch = groupEpoch;
  }

  request(): void {
    this.#deadlineMs = 0;
    this.#groupEpoch = 0;
  }
}
