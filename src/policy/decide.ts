import type { Pack } from './pack.js';
import { adultRule } from './rules/adults.js';
import { jurisdictionRule, suspendedAreaRule } from './rules/places.js';
import { partiesRule } from './rules/parties.js';
import { purposeRule, readabilityRule, wordsRule } from './rules/words.js';
import type { Hold, PolicyDecision, PolicyFacts, Refusal, Stage, SubjectOf } from './stages.js';

/** One rule: what it objects to in the subject, its own findings in published order. */
export type Rule<S> = (subject: S, facts: PolicyFacts, pack: Pack, stage: Stage) => readonly (Refusal | Hold)[];

/** The published order (docs/policy.md): the first refusal wins, and any refusal wins over a hold. */
const TERMS = [suspendedAreaRule, jurisdictionRule, purposeRule, wordsRule, readabilityRule] as const;
const WORK = [suspendedAreaRule, jurisdictionRule, adultRule, purposeRule, wordsRule, readabilityRule] as const;
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
  let held: Hold | null = null;
  for (const rule of RULES[stage]) {
    for (const objection of rule(subject, facts, pack, stage)) {
      if (objection.outcome === 'refuse') return { pack_version: pack.version, ...objection };
      held ??= objection;
    }
  }
  return { pack_version: pack.version, ...(held ?? { outcome: 'allow', rule: null, hint: null }) };
}
