import { createHash } from 'node:crypto';
import { judge } from '../../workers/verifier/judge.js';
import { evidenceFor, type Examined } from './examine.js';
import { explanationOf } from './explanations.js';
import type { LabelledFile } from './labels.js';

/** One statement of a manifest about one file, held against what the decoder and the checks found. */
export interface Expectation {
  readonly file: string;
  readonly item: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
  /** Why a statement does not hold; null where it holds, or nobody knows yet. */
  readonly explanation: string | null;
}

const PLACE_DEGREES_MAX = 1e-4;

/** Every statement the manifest makes about a file. */
export function expectationsOf(file: LabelledFile, examined: Examined): Expectation[] {
  const { evidence, bytes } = examined;
  const found: Expectation[] = [];
  const expect = (item: string, expected: string, is: string): void => {
    const holds = expected === is;
    const explanation = holds ? null : explanationOf(file.file, item, is);
    found.push({ file: file.file, item, expected, found: is, holds, explanation });
  };
  if (file.sha256) expect('sha256', file.sha256, createHash('sha256').update(bytes).digest('hex'));
  const format = statusOf(examined, 'format', { all: [{ object: { label: 'person' } }] });
  if (file.caught_by === 'format') expect('format', 'fail', format);
  else if (file.label === 'genuine') expect('format', 'pass', format);
  if (file.place) expect('place', inWords(file.place), inWords(near(examined, file.place)));
  if (file.caught_by && file.caught_by !== 'format') {
    const criteria = { all: [{ object: { label: 'person' } }], c2pa: 'third_party' };
    expect(file.caught_by, 'fail', statusOf(examined, file.caught_by, criteria));
  }
  if (file.c2pa && file.label === 'genuine') {
    expect('c2pa', 'pass', statusOf(examined, 'c2pa', { all: [{ object: { label: 'person' } }] }));
  }
  if (file.c2pa && evidence.c2pa?.ok && evidence.c2pa.value.trust_list_sha256 !== null) {
    expect('C2PA state', file.c2pa, evidence.c2pa.value.state);
  }
  for (const label of file.shows) {
    expect(`object ${label}`, 'pass', statusOf(examined, 'objects', { all: [{ object: { label } }] }));
  }
  if (file.shows_all) {
    const seen = evidence.objects?.ok ? evidence.objects.value.detections : [];
    const passing = seen.filter(({ score }) => score >= evidence.cards.objects.pass_at).map(({ label }) => label);
    expect('no object', 'none', [...new Set(passing)].join(', ') || 'none');
  }
  if (file.text !== null) {
    const pattern = file.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').slice(0, 190);
    expect('text', 'pass', statusOf(examined, 'text', { all: [{ text: { pattern } }] }));
  }
  return found;
}

function statusOf(examined: Examined, check: string, criteria: object): string {
  const evidence = evidenceFor(examined, examined.contextOf({ criteria: criteria as never }));
  return judge(evidence).find((result) => result.check === check)?.status ?? 'not judged';
}

/** The place EXIF gives; the expected one where it is that, up to the last digits. */
function near({ evidence }: Examined, expected: { lat: number; lng: number }) {
  const place = evidence.inspected?.ok ? evidence.inspected.value.exif?.place : null;
  if (!place) return null;
  const off = Math.max(Math.abs(place.lat - expected.lat), Math.abs(place.lng - expected.lng));
  return off <= PLACE_DEGREES_MAX ? expected : place;
}

const inWords = (place: { lat: number; lng: number } | null): string =>
  place ? `${place.lat.toFixed(4)}, ${place.lng.toFixed(4)}` : 'none';
