import { type ApiVersionsResponse } from '../protocol/messages/api-versions-response.ts';

/** The features that the cluster has agreed on, as the newest ApiVersions answer says (`ApiVersions`). */
export class FinalizedFeatures {
  /** -1 while none is known. */
  epoch = -1;
  #levels: ReadonlyMap<string, number> = new Map();

  update(response: ApiVersionsResponse): void {
    if (response.finalizedFeaturesEpoch <= this.epoch) return;
    this.epoch = response.finalizedFeaturesEpoch;
    this.#levels = new Map(
      response.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]),
    );
  }

  /** `undefined` if the feature is off or not known. */
  level(name: string): number | undefined {
    return this.#levels.get(name);
  }
}
