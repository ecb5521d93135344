import type { PolicyFacts } from './facts.js';
import type { Pack } from './pack.js';
import { adultRule } from './rules/adults.js';
import { hazardRule } from './rules/hazards.js';
import { linkageRule } from './rules/linkage.js';
import { partiesRule } from './rules/parties.js';
import { jurisdictionRule, suspendedAreaRule } from './rules/places.js';
import { sensitivePlaceRule } from './rules/sensitive-places.js';
import { purposeRule, readabilityRule, wordsRule } from './rules/words.js';
import type { Hold, PolicyDecision, Refusal, Stage, SubjectOf } from './stages.js';

/** One rule: what it objects to in the subject, its own findings in published order. */
export type Rule<S> = (subject: S, facts: PolicyFacts, pack: Pack, stage: Stage) => readonly (Refusal | Hold)[];

const PLACE = [suspendedAreaRule, jurisdictionRule, sensitivePlaceRule] as const;
const TEXT = [purposeRule, wordsRule, hazardRule] as const;
/** The published order (docs/policy.md): the first refusal wins, and any refusal wins over a hold. */
const TERMS = [...PLACE, ...TEXT, linkageRule, readabilityRule] as const;
const WORK = [...PLACE, adultRule, ...TEXT, readabilityRule] as const;
const RULES: { readonly [S in Stage]: readonly Rule<SubjectOf[S]>[] } = {
  quote: TERMS,
  publish: TERMS,
  reserve: WORK,
  capture: WORK,
  deposit: [partiesRule],
  release: [partiesRule],
  payout: [partiesRule],
};

/** Whether this may happen. Pure and total: the same arguments give the same decision, and nothing is thrown. */
export function decide<S extends Stage>(
  stage: S,
  subject: SubjectOf[S],
  facts: PolicyFacts,
  pack: Pack,
): PolicyDecision {
  return judge(stage, subject, facts, pack).decision;
}

/** The decision, and every hold that has no answer yet: whoever looks at one looks at all of them. Pure and total. */
export function judge<S extends Stage>(
  stage: S,
  subject: SubjectOf[S],
  facts: PolicyFacts,
  pack: Pack,
): { readonly decision: PolicyDecision; readonly holds: readonly Hold[] } {
  const pack_version = pack.version;
  const holds: Hold[] = [];
  for (const rule of RULES[stage]) {
    for (const objection of rule(subject, facts, pack, stage)) {
      const standing = objection.outcome === 'hold' ? reviewed(objection, facts, pack) : objection;
      if (standing?.outcome === 'refuse') return { decision: { pack_version, ...standing }, holds: [] };
      if (standing) holds.push(standing);
    }
  }
  return { decision: { pack_version, ...(holds[0] ?? { outcome: 'allow', rule: null, hint: null }) }, holds };
}

/** A hold as operators have answered it: gone, a refusal, or still a hold. What is owed is never taken away: it stays held. */
function reviewed(hold: Hold, { reviews }: PolicyFacts, pack: Pack): Hold | Refusal | null {
  const review = reviews.find(({ rule, about }) => rule === hold.rule && about === (hold.about ?? ''));
  if (!review || hold.is_reviewable === false) return hold;
  if (review.answer === 'allow') return null;
  return hold.deadline_s === null ? hold : { outcome: 'refuse', rule: hold.rule, hint: pack.review.hint };
}
