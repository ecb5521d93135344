import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  EMBEDDING_BITS_MAX,
  EMBEDDING_BITS_SAME,
  PERCEPTUAL_BITS_MAX,
} from '../../../migrations/1764001100000-resemblance.js';
import { RECAPTURE_PEAK } from '../checks/recapture.js';
import { NIGHT_BELOW_DEG, SKY_SHARE_MIN } from '../checks/sun.js';
import { THUMBNAIL_BITS_MAX } from '../checks/thumbnail.js';
import { CENTERNET, MOBILENET, PP_OCR, YOLOX } from './manifest.js';

const PAGES = join(__dirname, '../../../docs/models');
const page = (name: string): string => readFileSync(join(PAGES, name), 'utf8');

/** The second cell of the row whose first is `what`. */
function cell(text: string, what: string): string {
  const row = text.split('\n').find((line) => line.split('|')[1]?.trim() === what);
  if (!row) throw new Error(`no row ${what}`);
  return row.split('|')[2]!.trim();
}

describe('the page of a model', () => {
  it.each([
    ['centernet.md', CENTERNET],
    ['yolox-nano.md', YOLOX],
    ['pp-ocr-v4.md', PP_OCR],
    ['mobilenet-v2-nsfw.md', MOBILENET],
  ])('%s states the bars the code uses', (name, { model, thresholds }) => {
    const text = page(name);
    expect(cell(text, 'name')).toBe(`\`${model}\``);
    const stated = Object.keys(thresholds).map((bar) => [bar, Number(cell(text, `\`${bar}\``))]);
    expect(Object.fromEntries(stated)).toEqual(thresholds);
  });

  it('states the pinned hashes', () => {
    expect(page('centernet.md')).toContain(CENTERNET.sha256);
    expect(page('mobilenet-v2-nsfw.md')).toContain(MOBILENET.sha256);
    expect(page('yolox-nano.md')).toContain(YOLOX.file.sha256);
    const shortened = [PP_OCR.detector, PP_OCR.recogniser, PP_OCR.keys].map(({ sha256 }) => `${sha256.slice(0, 8)}…${sha256.slice(-6)}`); // prettier-ignore
    for (const hash of shortened) expect(page('pp-ocr-v4.md')).toContain(hash);
  });

  it('states from where a picture is held as explicit, or as like an earlier one', () => {
    const text = page('mobilenet-v2-nsfw.md');
    const { limit, guard_band } = MOBILENET.nsfw;
    expect(text).toContain(`above ${limit} (${limit - guard_band} with the guard band)`);
    for (const bits of [EMBEDDING_BITS_MAX, EMBEDDING_BITS_SAME, PERCEPTUAL_BITS_MAX])
      expect(text).toContain(`**${bits}**`);
  });

  it('states from where a check that only advises is suspicious', () => {
    const text = page('advisories.md');
    expect(text).toContain(`more than ${THUMBNAIL_BITS_MAX} bits`);
    expect(text).toContain(`a peak of ${RECAPTURE_PEAK} `);
    expect(text).toContain(`${SKY_SHARE_MIN * 100} % of the upper half`);
    expect(text).toContain(`below −${-NIGHT_BELOW_DEG}°`);
  });

  it('is listed in the index', () => {
    const others = readdirSync(PAGES).filter((name) => name !== 'README.md');
    for (const name of others) expect(page('README.md')).toContain(`(${name})`);
  });
});
