import { boundingCircle, distanceM } from '../../kernel/geo.js';
import type { LinkedBounty, PolicyFacts } from '../facts.js';
import { isFollowing } from '../linkage/following.js';
import { footprintOf } from '../linkage/footprint.js';
import { isWatch } from '../linkage/watch.js';
import { readTogether } from '../linkage/together.js';
import type { Pack } from '../pack.js';
import type { BountySubject, Hold, Refusal } from '../stages.js';
import { hazardsOf } from './hazards.js';

/** What several bounties of one requester, or of linked ones, ask for together that none of them asks for alone. */
export function linkageRule(subject: BountySubject, facts: PolicyFacts, pack: Pack): (Refusal | Hold)[] {
  if (facts.linked.length === 0) return [];
  const { linkage } = pack;
  if (boundingCircle(subject.area).radius_m > linkage.extent_m_max) return [];
  const now = footprintOf(subject, facts.now, hazardsOf(subject, facts, pack).map(({ rule }) => rule)); // prettier-ignore
  const near = facts.linked.filter((other) => gapM(now, other) <= linkage.reach_m);
  return [
    ...together(now, near, pack),
    ...overpaid(now, near, pack),
    ...(isWatch(now, near, linkage.watch) ? [holdOf(linkage.watch)] : []),
    ...(isFollowing(now, facts.linked, linkage.following) ? [holdOf(linkage.following)] : []),
  ];
}

/** One text in pieces. */
function together(now: LinkedBounty, near: readonly LinkedBounty[], { linkage, prohibited }: Pack): Refusal[] {
  const text = readTogether(now, near);
  if (!text) return [];
  const hit = prohibited.find(({ vocabulary }) => vocabulary.isIn(text));
  return hit ? [{ outcome: 'refuse', ...linkage.words, limits: { together: hit.rule } }] : [];
}

/** One job in pieces, each below the cap: whoever does it can do all of them in one go. */
function overpaid(now: LinkedBounty, near: readonly LinkedBounty[], { linkage, hazards }: Pack): Refusal[] {
  const beside = near.filter(({ opens_at, closes_at }) => opens_at < now.closes_at && now.opens_at < closes_at);
  return hazards
    .filter(({ rule }) => now.hazards.includes(rule))
    .filter(({ rule, price_max_micros }) => {
      const pieces = beside.filter(({ hazards: classes }) => classes.includes(rule));
      const sum = pieces.reduce((total, { price_micros }) => total + price_micros, now.price_micros);
      return pieces.length > 0 && sum > price_max_micros;
    })
    .map(({ rule }) => ({ outcome: 'refuse', ...linkage.price, limits: { together: rule } }));
}

/** From edge to edge; negative where they overlap. */
const gapM = (one: LinkedBounty, other: LinkedBounty): number => distanceM(one, other) - one.extent_m - other.extent_m;

const holdOf = ({ rule, hint, deadline_s }: { rule: string; hint: string; deadline_s: number }): Hold => ({
  outcome: 'hold',
  rule,
  hint,
  deadline_s,
});
