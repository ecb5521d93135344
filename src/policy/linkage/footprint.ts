import { boundingCircle } from '../../kernel/geo.js';
import type { Instant } from '../../kernel/clock.js';
import type { LinkedBounty } from '../facts.js';
import type { BountySubject } from '../stages.js';

/** What linkage remembers of a bounty. Without a window it counts as open for this moment. */
export function footprintOf(subject: BountySubject, now: Instant, hazards: readonly string[]): LinkedBounty {
  const { lat, lng, radius_m } = boundingCircle(subject.area);
  const { id, kind, title, instructions, window, price_micros } = subject;
  return {
    bounty_id: id,
    lat,
    lng,
    extent_m: radius_m,
    kind,
    title,
    instructions,
    opens_at: Math.max(window?.opens_at ?? now, now),
    closes_at: window?.closes_at ?? now,
    posted_at: now,
    price_micros,
    hazards,
  };
}
