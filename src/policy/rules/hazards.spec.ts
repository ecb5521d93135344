import { decide } from '../decide.js';
import { PlaceIndex } from '../places/place.index.js';
import { isWithinNight, solarHour } from '../solar.js';
import { circle, FACTS, harbour, NOW, PACK } from '../subjects.fixture.js';

const ROOF = 'Harbour from the rooftop';
const CAP = 15_000_000n;
const HOUR_MS = 3_600_000;
const ask = (change: Parameters<typeof harbour>[0], stage: 'quote' | 'publish' | 'reserve' | 'capture' = 'publish') =>
  decide(stage, harbour({ title: ROOF, ...change }), FACTS, PACK);

describe('a hazard class', () => {
  it.each(['quote', 'publish', 'reserve', 'capture'] as const)('caps the price at %s, and says the cap', (stage) => {
    expect(ask({ price_micros: CAP }, stage).outcome).toBe('allow');
    expect(ask({ price_micros: CAP + 1n }, stage)).toEqual({
      outcome: 'refuse',
      rule: 'hazard_heights',
      hint: expect.stringContaining('15.000000 a slot'),
      limits: { price_max: '15.000000' },
      pack_version: PACK.version,
    });
  });

  it('asks for notice while terms are made, to the second, and not of work that was taken in time', () => {
    const closing = (in_s: number) => ({ window: { closes_at: NOW + in_s * 1_000 } });
    expect(ask(closing(3_600)).outcome).toBe('allow');
    for (const stage of ['quote', 'publish'] as const)
      expect(ask(closing(3_599), stage)).toMatchObject({ rule: 'hazard_heights', limits: { notice_s_min: 3_600 } });
    for (const stage of ['reserve', 'capture'] as const) expect(ask(closing(60), stage).outcome).toBe('allow');
  });

  it('is read out of criteria as well as out of prose, and not out of what only sounds like it', () => {
    const prompt = [{ open_vocabulary: { prompt: 'a man-made breakwater' } }] as const;
    const dear = { title: 'Harbour', price_micros: 60_000_000n };
    expect(ask({ ...dear, criteria: { all: [...prompt] } }).rule).toBe('hazard_water_edge');
    expect(ask({ ...dear, instructions: 'Show the climbing gym.' }).outcome).toBe('allow');
  });

  it('follows from a place where the pack says so', () => {
    const places = new PlaceIndex('test', [{ category: 'embassy', area: circle(32.7448, 129.8737, 50) }]);
    const at = (purpose: string) =>
      decide('publish', harbour({ purpose, price_micros: 31_000_000n }), { ...FACTS, places }, PACK);
    expect(at('civic')).toMatchObject({ outcome: 'refuse', rule: 'hazard_crowd' });
    expect(at('weather')).toMatchObject({ outcome: 'hold', rule: 'place_embassy' });
  });

  it('of the night counts where the sun has set, and only when no part of the window is by day', () => {
    const dusk = Date.UTC(2026, 10, 21, 13, 30); // 22:10 by the sun of Nagasaki.
    const dear = (from_ms: number, hours: number) =>
      ask({ title: 'Harbour', price_micros: 101_000_000n, window: { opens_at: dusk + from_ms, closes_at: dusk + from_ms + hours * HOUR_MS } }); // prettier-ignore
    expect(dear(0, 6).rule).toBe('hazard_night');
    expect(dear(-HOUR_MS, 6).outcome).toBe('allow');
    expect(dear(0, 9).outcome).toBe('allow');
    expect(dear(-9 * HOUR_MS, 2).outcome).toBe('allow');
  });
});

describe('the sun', () => {
  it('stands by longitude, whatever clocks say, also before 1970', () => {
    expect(solarHour(0, 0)).toBe(0);
    expect(solarHour(0, 180)).toBe(12);
    expect(solarHour(0, -90)).toBe(18);
    expect(solarHour(-HOUR_MS, 0)).toBe(23);
  });

  it('leaves a night that ends at its last hour, not after', () => {
    const night = { from_hour: 22, to_hour: 5 };
    expect(isWithinNight(22 * HOUR_MS, 29 * HOUR_MS, 0, night)).toBe(true);
    expect(isWithinNight(22 * HOUR_MS, 29 * HOUR_MS + 1, 0, night)).toBe(false);
    expect(isWithinNight(4 * HOUR_MS, 5 * HOUR_MS, 0, night)).toBe(true);
    expect(isWithinNight(5 * HOUR_MS, 5 * HOUR_MS, 0, night)).toBe(false);
  });
});
