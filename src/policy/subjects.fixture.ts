import type { Area } from '@groundtruth/sdk/protocol';
import { loadPack } from './pack.js';
import { PACK_V1 } from './packs/v1.js';
import type { PolicyFacts } from './facts.js';
import { NO_PLACES } from './places/place.index.js';
import type { CaptureSubject, MoneySubject } from './stages.js';

/** For specs: the published pack, and subjects that it allows at every stage. */
export const PACK = loadPack(PACK_V1);
export const NOW = Date.UTC(2026, 10, 21, 7);
export const FACTS: PolicyFacts = {
  now: NOW,
  suspended: [],
  sanctions: null,
  places: NO_PLACES,
  linked: [],
  reviews: [],
};
export const circle = (lat: number, lng: number, radius_m = 150): Area => ({ lat, lng, radius_m });
export const NAGASAKI = circle(32.7448, 129.8737);

/** Enough for every stage that looks at a bounty. */
export const harbour = (change: Partial<CaptureSubject> = {}): CaptureSubject => ({
  id: 'bty_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f',
  mode: 'test',
  kind: 'photo',
  title: 'Harbour wall, boats visible',
  instructions: 'Stand at the north steps, face the water.',
  purpose: 'weather',
  area: NAGASAKI,
  criteria: { all: [{ object: { label: 'boat', min_count: 1 } }] },
  price_micros: 5_000_000n,
  contributor: { id: 'ctr_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f', adult_attested: true },
  ...change,
});

export const payment = (change: Partial<MoneySubject> = {}): MoneySubject => ({
  id: 'cap_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f',
  mode: 'live',
  parties: [{ id: 'ctr_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f' }],
  ...change,
});
