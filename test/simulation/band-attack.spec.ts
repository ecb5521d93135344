import {
  requiredChecks,
  criteriaSchema,
  plannedChecks,
  reviewRoute,
  type CheckResult,
} from '@groundtruth/sdk/protocol';
import { activeMax } from '../../src/bounties/reservation.rules.js';
import { earnsReputation } from '../../src/fulfilment/settlement.rules.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { randomOf } from '../support/random.js';
import { expectationOf, playedOnce, type BandAssumptions, type BandRules } from './band-attack.js';

const config = loadConfig({});
const RULES: BandRules = {
  price_max: Number(config.SIGNED_VALUE_MAX) / 1e6,
  silence_is_lost: true,
  requester_may_object: true,
};

/**
 * Assumed, not measured; docs/operations/review.md says what follows when one is wrong. A requester is a program that is sent the picture
 * and saves price and fee by objecting, so it looks nearly always. The attacker has the models at home and hits the band with every try. A
 * fresh device key is free, a fresh address block is not; a picture that resembles no earlier one takes some work.
 */
const ASSUMED: BandAssumptions = {
  looks: 0.98,
  decides: 0.95,
  identity_cost: 1,
  attempt_cost_share: 0.05,
  attempts_max: 10_000,
};
const PRICES = [0.05, 0.25, 1, 5, 10, RULES.price_max];
const profit = (price: number, rules = RULES, assumed = ASSUMED): number => {
  const { earned, spent } = expectationOf(price, rules, assumed);
  return earned - spent;
};

describe('an attacker that only aims at the inconclusive band', () => {
  it.each(PRICES)('earns less than it spends at %d dollars', (price) => {
    expect(profit(price)).toBeLessThan(0);
  });

  it('also when identities cost nothing but a picture costs what it is not caught for', () => {
    const assumed = { ...ASSUMED, identity_cost: 0, attempt_cost_share: 1 - ASSUMED.looks * ASSUMED.decides + 0.001 };
    for (const price of PRICES) expect(profit(price, RULES, assumed)).toBeLessThan(0);
  });

  it('never widens its limits: silence earns no reputation, so it stays new', () => {
    expect(earnsReputation('silence')).toBe(false);
    expect(activeMax(0, config)).toBe(config.RESERVATIONS_ACTIVE_NEW_MAX);
    expect(config.RESERVATIONS_ACTIVE_NEW_MAX).toBeLessThan(config.RESERVATIONS_ACTIVE_MAX);
  });

  it('would earn more than it spends if no requester could object, or if an objection found right cost it nothing', () => {
    expect(profit(RULES.price_max, { ...RULES, requester_may_object: false })).toBeGreaterThan(0);
    expect(profit(RULES.price_max, { ...RULES, silence_is_lost: false })).toBeGreaterThan(0);
  });

  it('would earn more than it spends from requesters who seldom look: the rules need that attention, and we say so', () => {
    expect(profit(RULES.price_max, RULES, { ...ASSUMED, looks: 0.5 })).toBeGreaterThan(0);
    expect(profit(RULES.price_max, RULES, { ...ASSUMED, decides: 0.5 })).toBeGreaterThan(0);
  });

  it('meets in every single life what the formula says of all of them', () => {
    const random = randomOf(7, 7, 7);
    for (const assumed of [ASSUMED, { ...ASSUMED, looks: 0.5 }]) {
      const lives = Array.from({ length: 200_000 }, () => playedOnce(10, RULES, assumed, random));
      const expected = expectationOf(10, RULES, assumed);
      const mean = (of: 'earned' | 'spent') => lives.reduce((sum, life) => sum + life[of], 0) / lives.length;
      expect(Math.abs(mean('earned') / expected.earned - 1)).toBeLessThan(0.03);
      expect(Math.abs(mean('spent') / expected.spent - 1)).toBeLessThan(0.03);
    }
  });

  it('finds the door to silence no wider than the band: one more doubt and only the operator can pay it', () => {
    const criteria = criteriaSchema.parse({ all: [{ object: { label: 'sheep' } }] });
    const near = { status: 'inconclusive', score: 0.3, threshold: 0.42, fail_below: 0.18 } as const;
    const checks = (doubted: readonly string[]): CheckResult[] =>
      plannedChecks(criteria, 'photo').map((check) => ({
        check,
        evidence: {},
        duration_ms: 0,
        version: 1,
        ...(doubted.includes(check) ? near : { status: 'pass' as const }),
      }));
    const routeOf = (doubted: readonly string[]) =>
      reviewRoute({ criteria, kind: 'photo', declared: 'present', checks: checks(doubted), suspicious: false });
    expect(routeOf(['objects'])).toBe('requester');
    const others = plannedChecks(criteria, 'photo').filter((check) => check !== 'objects');
    expect(others.length).toBeGreaterThan(requiredChecks(criteria).length - 1);
    for (const other of others) expect(routeOf(['objects', other])).toBe('operator');
  });
});
