import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area } from '@groundtruth/sdk/protocol';
import { distanceM } from '../../kernel/geo.js';
import { decide } from '../decide.js';
import { circle, FACTS, harbour, PACK } from '../subjects.fixture.js';
import { BUNDLED_PLACES } from './bundled.places.js';
import { PlaceIndex } from './place.index.js';
import { readPlaces, type PlacesFile } from './places.file.js';
import { PlacesSource } from './places.source.js';

const CATEGORIES = PACK.sensitive.categories.map(({ category }) => category);
const file = (...features: PlacesFile['features']): PlacesFile => ({
  type: 'FeatureCollection', version: 'test-1', as_of: '2026-11-01', source: 'this test', features,
}); // prettier-ignore
const point = (category: string, lng: number, lat: number): PlacesFile['features'][number] => ({
  type: 'Feature', geometry: { type: 'Point', coordinates: [lng, lat] }, properties: { category },
}); // prettier-ignore

describe('a file of sensitive places', () => {
  it('takes points with a radius and polygons, and names its content', () => {
    const square = [[10, 10], [10.01, 10], [10.01, 10.01], [10, 10.01], [10, 10]] as [number, number][]; // prettier-ignore
    const polygon: PlacesFile['features'][number] = {
      type: 'Feature', geometry: { type: 'Polygon', coordinates: [square] }, properties: { category: 'school', name: 'A school' },
    }; // prettier-ignore
    const text = JSON.stringify(file(point('prison', 8, 50), polygon));
    const places = readPlaces(text, CATEGORIES);
    expect(places.version).toMatch(/^test-1@[0-9a-f]{16}$/);
    expect(readPlaces(`${text} `, CATEGORIES).version).not.toBe(places.version);
    const at = (area: Area) => decide('publish', harbour({ area }), { ...FACTS, places }, PACK);
    expect(at(circle(50, 8))).toMatchObject({ outcome: 'refuse', rule: 'place_prison' });
    expect(at(circle(10.005, 10.005))).toMatchObject({ outcome: 'hold', rule: 'place_school', deadline_s: 86_400 });
    expect(at({ type: 'Polygon', coordinates: [square] }).rule).toBe('place_school');
    expect(at(circle(20, 20)).outcome).toBe('allow');
  });

  it.each([
    ['a category without a rule', JSON.stringify(file(point('bakery', 8, 50)))],
    ['an outline that cannot be', JSON.stringify(file({ ...point('school', 179.9999, 0) }))],
    ['no version', JSON.stringify({ ...file(), version: undefined })],
    ['latitude and longitude exchanged', JSON.stringify(file(point('school', 50, 130)))],
    ['no JSON', '{'],
  ])('with %s is refused', (_, text) => {
    expect(() => readPlaces(text, CATEGORIES)).toThrow();
  });

  it('that is named and broken stops the process at its start; one that is good is used, and without one a few known places are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gt-places-'));
    try {
      const path = join(folder, 'places.json');
      const source = new PlacesSource(PACK, { POLICY_PLACES_FILE: path });
      await expect(source.onModuleInit()).rejects.toThrow('POLICY_PLACES_FILE');
      writeFileSync(path, JSON.stringify(file(point('school', 8, 50))));
      await source.onModuleInit();
      expect(source.places.version).toMatch(/^test-1@/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const bundled = new PlacesSource(PACK, { POLICY_PLACES_FILE: undefined });
    await bundled.onModuleInit();
    expect(bundled.places.version).toMatch(/^bundled-1@/);
    const at = (lat: number, lng: number) =>
      decide('publish', harbour({ area: circle(lat, lng) }), { ...FACTS, places: bundled.places }, PACK).rule;
    expect(at(37.4214, 141.0325)).toBe('place_nuclear');
    expect(at(38.8719, -77.0563)).toBe('place_military');
    expect(at(38.8893, -77.0502)).toBeNull(); // The Lincoln Memorial, across the river.
    expect(BUNDLED_PLACES.features.length).toBeGreaterThan(10);
  });
});

describe('the index of places', () => {
  it('finds what a search through all of them finds, among 100,000, and looks at few of them', () => {
    let seed = 7;
    const dice = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const places = Array.from({ length: 100_000 }, () => ({
      category: 'school',
      area: { lat: dice() * 160 - 80, lng: dice() * 358 - 179, radius_m: 10 + dice() * 500 },
    }));
    const index = new PlaceIndex('test', places);
    let found = 0;
    for (let n = 0; n < 20; n++) {
      const area = { lat: dice() * 150 - 75, lng: dice() * 340 - 170, radius_m: 10 + dice() * 50_000 };
      const near = index.near(area, 1_000);
      const around = places.filter((one) => Math.abs(one.area.lat - area.lat) < 1);
      const within = around.filter((one) => distanceM(one.area, area) <= area.radius_m + one.area.radius_m + 1_000);
      const found_here = new Set(near);
      expect(within.every((one) => found_here.has(one))).toBe(true);
      expect(near.length).toBeLessThan(1_000);
      found += within.length;
    }
    expect(found).toBeGreaterThan(0);
  });
});
