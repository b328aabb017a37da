import { describe, expect, test } from 'vitest';
import { FinalizedFeatures } from '../finalized-features.ts';
import { EpochBumps } from './epoch-bumps.ts';

describe('the epoch of a producer', () => {
  test('is raised by the client at the end of a transaction of version 1 that has failed', () => {
    const { bumps } = withVersion(1);
    bumps.coordinatorReady(6);
    bumps.request();
    expect([bumps.isVersion2, bumps.areSupported, bumps.isRequired]).toEqual([false, true, true]);
    bumps.done();
    expect(bumps.isRequired).toBe(false);
  });

  test('cannot be raised at a coordinator before 2.5', () => {
    const { bumps } = withVersion(1);
    bumps.coordinatorReady(2);
    bumps.request();
    expect([bumps.areSupported, bumps.isRequired]).toEqual([false, false]);
  });

  test('is raised by the coordinator with version 2', () => {
    const { bumps } = withVersion(2);
    bumps.coordinatorReady(6);
    bumps.request();
    expect([bumps.isVersion2, bumps.areSupported, bumps.isRequired]).toEqual([true, true, false]);
  });

  test('is raised by the client once more when the cluster goes over to version 2', () => {
    const { bumps, agree } = withVersion(1);
    agree(2);
    bumps.updateVersion(false);
    expect([bumps.isVersion2, bumps.isRequired]).toEqual([true, true]);
    bumps.done();
    bumps.updateVersion(false);
    expect(bumps.isRequired).toBe(false);
  });
});

/** What a producer knows after `initTransactions`; `agree`: the cluster agrees on another version. */
function withVersion(version: number): {
  readonly bumps: EpochBumps;
  readonly agree: (level: number) => void;
} {
  const features = new FinalizedFeatures();
  let epoch = 0;
  const agree = (level: number): void => {
    features.update({
      errorCode: 'NONE',
      apiKeys: [],
      throttleTimeMs: 0,
      supportedFeatures: [],
      finalizedFeaturesEpoch: (epoch += 1),
      finalizedFeatures: [
        { name: 'transaction.version', maxVersionLevel: level, minVersionLevel: level },
      ],
      zkMigrationReady: false,
    });
  };
  agree(version);
  const bumps = new EpochBumps(features);
  bumps.updateVersion(true);
  return { bumps, agree };
}
