import { seconds } from '../../kernel/clock.js';
import type { Pack } from '../pack.js';
import type { Hold, MoneySubject, Party, PolicyFacts, Refusal, SanctionsList, Stage } from '../stages.js';
import { foldName } from '../text/fold.js';

/** How far ahead of our clock a list may be dated before its date is not believed. */
const CLOCK_SKEW_S = 300;

/**
 * Screens who gives and who gets live money, and fails closed: without a fresh list, or without a party to screen, nothing moves.
 * Test money is worth nothing, so there is nothing to screen.
 */
export function partiesRule(subject: MoneySubject, facts: PolicyFacts, pack: Pack, stage: Stage): (Refusal | Hold)[] {
  if (subject.mode === 'test') return [];
  const { sanctions } = pack;
  const hold = (reason: { rule: string; hint: string }): Hold[] => [
    { outcome: 'hold', ...reason, deadline_s: stage === 'deposit' ? sanctions.deadline_s : null },
  ];
  if (!facts.sanctions || !isFresh(facts.sanctions, facts.now, sanctions.list_age_s_max)) return hold(sanctions.stale);
  if (subject.parties.length === 0) return hold(sanctions.unknown);
  const list = facts.sanctions;
  if (!subject.parties.some((party) => isListed(party, list))) return [];
  // What is owed is neither paid nor taken away; what was not yet accepted is turned away.
  return stage === 'deposit' ? [{ outcome: 'refuse', ...sanctions.listed }] : hold(sanctions.listed);
}

function isFresh({ as_of }: SanctionsList, now: number, list_age_s_max: number): boolean {
  return as_of <= now + seconds(CLOCK_SKEW_S) && now - as_of <= seconds(list_age_s_max);
}

function isListed(party: Party, list: SanctionsList): boolean {
  const name = party.name ? foldName(party.name) : '';
  const wallet = party.wallet?.toLowerCase();
  return (
    list.ids.includes(party.id) ||
    (name !== '' && list.names.some((listed) => foldName(listed) === name)) ||
    (!!wallet && list.wallets.some((listed) => listed.toLowerCase() === wallet))
  );
}
