import { seconds } from '../../kernel/clock.js';
import type { PolicyFacts, SanctionsList } from '../facts.js';
import type { Pack } from '../pack.js';
import type { Hold, MoneySubject, Party, Refusal, Stage } from '../stages.js';
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
  const deadline_s = stage === 'deposit' ? sanctions.deadline_s : null;
  // No operator can say that a list is fresh, or who somebody is.
  const waitFor = (reason: { rule: string; hint: string }): Hold[] => [
    { outcome: 'hold', ...reason, deadline_s, is_reviewable: false },
  ];
  const list = facts.sanctions;
  if (!list || !isFresh(list, facts.now, sanctions.list_age_s_max)) return waitFor(sanctions.stale);
  if (subject.parties.length === 0) return waitFor(sanctions.unknown);
  const about = listed(subject.parties, list);
  if (about === '') return [];
  // What is owed is neither paid nor taken away; what was not yet accepted is turned away.
  const { rule, hint } = sanctions.listed;
  return stage === 'deposit'
    ? [{ outcome: 'refuse', rule, hint }]
    : [{ outcome: 'hold', rule, hint, deadline_s, about }];
}

function isFresh({ as_of }: SanctionsList, now: number, list_age_s_max: number): boolean {
  return as_of <= now + seconds(CLOCK_SKEW_S) && now - as_of <= seconds(list_age_s_max);
}

/** By what which of the parties is on the list, such as `0:name`; empty when none is. An answer to one match is none to another. */
function listed(parties: readonly Party[], list: SanctionsList): string {
  const { ids, names, wallets } = indexOf(list);
  return parties
    .flatMap(({ id, name, wallet }, at) => [
      ...(ids.has(id) ? [`${at}:id`] : []),
      ...(name && names.has(foldName(name)) ? [`${at}:name`] : []),
      ...(wallet && wallets.has(wallet.toLowerCase()) ? [`${at}:wallet`] : []),
    ])
    .join(' ');
}

interface Index {
  readonly ids: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly wallets: ReadonlySet<string>;
}
/** Lists are long and asked often; each is made ready once. */
const INDEXES = new WeakMap<SanctionsList, Index>();

function indexOf(list: SanctionsList): Index {
  const known = INDEXES.get(list);
  if (known) return known;
  const index = {
    ids: new Set(list.ids),
    names: new Set(list.names.map(foldName).filter((name) => name !== '')),
    wallets: new Set(list.wallets.map((wallet) => wallet.toLowerCase())),
  };
  INDEXES.set(list, index);
  return index;
}
