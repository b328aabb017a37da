import { type Instant } from '../invariant.ts';
import { notPromised, promised, type Standing } from '../standing.ts';

/** Once a run is longer than producers are remembered, any broker may have forgotten any of them. */
export function expiryStanding(at: Instant, expiration: Instant): Standing {
  if (at < expiration) return promised;
  return notPromised(
    'the broker may have forgotten the producer',
    'a larger producer.id.expiration.ms',
  );
}
