import fc from 'fast-check';
import {
  priceAt,
  standingTemplateSchema,
  standingTriggerSchema,
  type Fact,
  type FactCondition,
} from '@groundtruth/sdk/protocol';
import { bountyAt, holdOfOne, holds, newestDue, nextSlot, templateOf, templateToWire } from './standing.rules.js';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-11-21T06:00:00Z');
const written = (price: unknown) => ({
  kind: 'photo',
  title: 'Sheep in the upper pasture',
  area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
  criteria: { all: [{ object: { label: 'sheep' } }] },
  price,
  quantity: 2,
  open_for_s: 3_600,
});
const templateWith = (price: unknown) => standingTemplateSchema.parse(written(price));

describe('a slot', () => {
  it('is run when it is due, not before, and only the newest of those that are', () => {
    expect(newestDue(NOW, 60, NOW - 1)).toBeNull();
    expect(newestDue(NOW, 60, NOW)).toEqual({ at: NOW, missed: 0 });
    expect(newestDue(NOW, 60, NOW + 59_999)).toEqual({ at: NOW, missed: 0 });
    expect(newestDue(NOW, 60, NOW + 3 * MINUTE_MS + 1)).toEqual({ at: NOW + 3 * MINUTE_MS, missed: 3 });
  });

  it('keeps the beat of the first whatever the moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 86_400 }), fc.integer({ min: -1e9, max: 1e9 }), (every_s, after) => {
        const next = nextSlot(NOW, every_s, NOW + after);
        expect(next).toBeGreaterThanOrEqual(NOW + after);
        expect((next - NOW) % (every_s * 1_000)).toBe(0);
        if (after > 0) expect(next - (NOW + after)).toBeLessThan(every_s * 1_000);
        else expect(next).toBe(NOW);
      }),
    );
  });
});

describe('a template', () => {
  it('makes bounties whose times count from their opening', () => {
    const ramp = { schedule: 'linear', start: '1', cap: '3', starts_after_s: 60, ends_after_s: 180 };
    const { window, price } = bountyAt(templateWith(ramp), NOW);
    expect(window).toEqual({ closes_at: NOW + 60 * MINUTE_MS });
    expect([1, 2, 3].map((minute) => priceAt(price, NOW + minute * MINUTE_MS))).toEqual([
      1_000_000n,
      2_000_000n,
      3_000_000n,
    ]);
  });

  it('holds price cap and fee of every slot', () => {
    const steps = { schedule: 'steps', steps: [{ after_s: 0, amount: '1' }, { after_s: 60, amount: '2' }], cap: '2.5' }; // prettier-ignore
    expect(holdOfOne(templateWith(steps), 1_000)).toBe(5_500_000n);
  });

  it.each([
    [{ schedule: 'fixed', amount: '5.000000' }],
    [{ schedule: 'exponential', start: '1.000000', cap: '3.000000', starts_after_s: 0, ends_after_s: 600 }],
    [{ schedule: 'steps', steps: [{ after_s: 9, amount: '1.000000' }], cap: '2.000000' }],
  ])('is the same once it was stored: %j', (price) => {
    const template = templateWith(price);
    const stored = JSON.parse(JSON.stringify(templateToWire(template))) as unknown;
    expect(templateOf({ template: stored })).toEqual(template);
    expect(stored).toMatchObject({ price });
  });

  it.each([
    { schedule: 'linear', start: '3', cap: '1', ends_after_s: 60 },
    { schedule: 'linear', start: '1', cap: '3', starts_after_s: 60, ends_after_s: 60 },
    { schedule: 'steps', steps: [{ after_s: 9, amount: '2' }, { after_s: 9, amount: '3' }], cap: '3' },
    { schedule: 'steps', steps: [{ after_s: 9, amount: '4' }], cap: '3' },
  ])('is refused with a price that falls or has no order: %j', (price) => {
    expect(standingTemplateSchema.safeParse(written(price)).success).toBe(false);
  }); // prettier-ignore

  it('has no window, rail or pledges of its own', () => {
    for (const extra of [{ window: { closes_at: '2026-11-21T09:00:00Z' } }, { rail: 'stablecoin' }, { pledges: {} }])
      expect(standingTemplateSchema.safeParse({ ...written({ schedule: 'fixed', amount: '5' }), ...extra }).success).toBe(false); // prettier-ignore
  });
});

describe('a trigger', () => {
  it('is quiet for a minute or more after each bounty, and says one thing only', () => {
    const refused = [
      { on: 'observation' },
      { on: 'observation', cooldown_s: 59 },
      { on: 'observation', cooldown_s: 60, fact: { reading: { quantity_kind: 'temperature', unit: 'Cel' } } },
      { on: 'observation', cooldown_s: 60, feed: `fed_${'0'.repeat(32)}`, query: {} },
      { every_s: 59 },
    ];
    for (const trigger of refused) expect(standingTriggerSchema.safeParse(trigger).success).toBe(false);
    expect(standingTriggerSchema.safeParse({ on: 'observation', cooldown_s: 60 }).success).toBe(true);
  });

  const reading = (value: number, unit = 'Cel'): Fact => ({
    reading: { quantity_kind: 'temperature', unit, value, at: NOW, samples: 1 },
  });
  const sheep = (count: number): Fact => ({ object: { label: 'sheep', count, score: 0.9 } });
  const text = (...matched: string[]): Fact => ({ text: { pattern: 'OPEN|CLOSED', matched } });
  const temperature = (range: { above?: number; below?: number }): FactCondition => ({
    reading: { quantity_kind: 'temperature', unit: 'Cel', ...range },
  });
  const object = (is: 'present' | 'absent'): FactCondition => ({ object: { label: 'sheep', is } });
  const says = (is: 'present' | 'absent'): FactCondition => ({ text: { contains: 'closed', is } });

  it.each<[string, FactCondition, Fact[], boolean]>([
    ['above', temperature({ above: 30 }), [reading(30.1)], true],
    ['not above', temperature({ above: 30 }), [reading(30)], false],
    ['below', temperature({ below: 0 }), [reading(-1)], true],
    ['between', temperature({ above: 0, below: 10 }), [reading(5)], true],
    ['outside', temperature({ above: 0, below: 10 }), [reading(11)], false],
    ['another unit', temperature({ above: 30 }), [reading(90, '[degF]')], false],
    ['another fact', temperature({ above: 30 }), [sheep(40)], false],
    ['seen', object('present'), [sheep(2)], true],
    ['asked and not seen', object('absent'), [sheep(0)], true],
    ['seen, though absence is waited for', object('absent'), [sheep(1)], false],
    ['never asked', object('absent'), [reading(1)], false],
    ['read', says('present'), [text('Closed today')], true],
    ['read something else', says('absent'), [text('OPEN')], true],
    ['read nothing of what was asked', says('absent'), [text()], true],
    ['never asked for a text', says('absent'), [sheep(0)], false],
  ])('takes a body by what it says: %s', (_, condition, facts, answer) => {
    expect(holds(condition, facts)).toBe(answer);
  });
});
