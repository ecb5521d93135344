import { decide } from '../decide.js';
import { FACTS, NOW, PACK, payment } from '../subjects.fixture.js';

const HOUR_MS = 3_600_000;
const LIST = {
  as_of: NOW - HOUR_MS,
  ids: ['ctr_listed'],
  names: ['Doe, Jane Élise'],
  wallets: ['0xABCDEF0000000000000000000000000000000001'],
};
const fresh = { ...FACTS, sanctions: LIST };

describe('money', () => {
  it.each(['deposit', 'release', 'payout'] as const)('of test mode is not screened at %s', (stage) => {
    expect(decide(stage, payment({ mode: 'test', parties: [] }), FACTS, PACK).outcome).toBe('allow');
  });

  it.each(['deposit', 'release', 'payout'] as const)('passes %s when nobody is listed', (stage) => {
    expect(decide(stage, payment(), fresh, PACK).outcome).toBe('allow');
  });

  it.each([
    ['no list', null],
    ['a list that is a minute too old', { ...LIST, as_of: NOW - 24 * HOUR_MS - 60_000 }],
    ['a list from the future', { ...LIST, as_of: NOW + HOUR_MS }],
    ['a list without a date', { ...LIST, as_of: Number.NaN }],
  ])('is held with %s', (_, sanctions) => {
    const facts = { ...FACTS, sanctions };
    const rule = 'sanctions_list_stale';
    expect(decide('payout', payment(), facts, PACK)).toMatchObject({ outcome: 'hold', rule, deadline_s: null });
    expect(decide('release', payment(), facts, PACK)).toMatchObject({ outcome: 'hold', rule, deadline_s: null });
    expect(decide('deposit', payment(), facts, PACK)).toMatchObject({ outcome: 'hold', rule, deadline_s: 86_400 });
  });

  it('passes with a list that is just fresh enough', () => {
    const facts = { ...FACTS, sanctions: { ...LIST, as_of: NOW - 24 * HOUR_MS } };
    expect(decide('payout', payment(), facts, PACK).outcome).toBe('allow');
  });

  it.each([
    ['id', { id: 'ctr_listed' }],
    ['name, whatever its order, case and marks', { id: 'ctr_2', name: 'JANE ELISE DOE' }],
    ['name in look-alike letters', { id: 'ctr_2', name: 'J\u0430ne \u0415lise Doe' }],
    ['wallet, whatever its case', { id: 'ctr_2', wallet: '0xabcdef0000000000000000000000000000000001' }],
  ])('to a party listed by %s is held, and turned away at deposit', (_, party) => {
    const subject = payment({ parties: [{ id: 'agt_1' }, party] });
    expect(decide('payout', subject, fresh, PACK)).toMatchObject({ outcome: 'hold', rule: 'sanctioned_party' });
    expect(decide('release', subject, fresh, PACK)).toMatchObject({ outcome: 'hold', deadline_s: null });
    expect(decide('deposit', subject, fresh, PACK)).toMatchObject({ outcome: 'refuse', rule: 'sanctioned_party' });
  });

  it('is held when nobody is named', () => {
    const decision = decide('payout', payment({ parties: [] }), fresh, PACK);
    expect(decision).toMatchObject({ outcome: 'hold', rule: 'parties_unknown' });
  });

  it('to a similar name passes', () => {
    const subject = payment({ parties: [{ id: 'ctr_2', name: 'Jane Doe', wallet: '0xabc' }] });
    expect(decide('payout', subject, fresh, PACK).outcome).toBe('allow');
  });
});
