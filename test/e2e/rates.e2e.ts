import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MODEL_CARDS } from '../../workers/verifier/cards.js';
import { DecoderProcess } from '../../workers/verifier/decoder-process.js';
import { labelledFiles, type LabelInput } from '../rates/labels.js';
import { labelsInMarkdown } from '../rates/markdown-manifest.js';
import { pageOf } from '../rates/page.js';
import { runRates, type RatesRun } from '../rates/run.js';
import { rateOf } from '../rates/wilson.js';
import { builtDecoder } from '../support/decoder.js';
import { photo, sheepWithCard } from '../support/photos.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'rates-'))));
afterAll(() => rm(folder, { recursive: true }));

async function put(file: string, bytes: Buffer | string): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

describe('error rates of labelled folders', () => {
  let run: RatesRun;

  beforeAll(async () => {
    const sheep = await sheepWithCard('KX7-42P');
    await put('genuine/sheep.jpg', sheep);
    await put('genuine/mountain.jpg', photo('french-alpine-landscape'));
    await put('attack/cut.jpg', sheep.subarray(0, sheep.length >> 1));
    await put('attack/picture.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await put('genuine/labels.json', labels([
      { file: 'sheep.jpg', label: 'genuine', shows: ['sheep'], text: 'KX7-42P' },
      { file: 'mountain.jpg', label: 'genuine', shows_all: true, place: { lat: 46, lng: 8 } },
    ])); // prettier-ignore
    await put('attack/labels.json', labels([
      { file: 'cut.jpg', label: 'attack', caught_by: 'format' },
      { file: 'picture.svg', label: 'attack', caught_by: 'format' },
    ])); // prettier-ignore
    const decoder = await DecoderProcess.start({ ...builtDecoder(), providers: ['cpu'] });
    const folders = { genuine: join(folder, 'genuine'), attack: join(folder, 'attack') };
    run = await runRates(folders, { decoder, cards: MODEL_CARDS }, () => undefined).finally(() => decoder.stop());
  }, 120_000);

  const labels = (files: LabelInput[]): string => JSON.stringify({ files });
  const row = (trial: string, check: string) => run.checks.find((one) => one.trial === trial && one.check === check);

  it('count what genuine captures fail and what attacks pass, check by check', () => {
    expect([run.genuine_files, run.attack_files]).toEqual([2, 2]);
    expect(row('honest', 'objects')).toMatchObject({ counts: { pass: 1 }, false_reject: { hits: 0, of: 1 } });
    expect(row('honest', 'text')).toMatchObject({ counts: { pass: 1 } });
    expect(row('labelled attack', 'format')).toMatchObject({ counts: { fail: 2 }, false_accept: { hits: 0, of: 2 } });
    expect(row('an object that is not listed', 'objects')?.false_accept?.of).toBe(79 + 80);
    for (const [trial, check] of [
      ['sealed elsewhere', 'geofence'],
      ['sealed too late', 'window'],
      ['signed by a stranger', 'provenance'],
      ['sealed for another reservation', 'challenge'],
      ['one byte changed', 'integrity'],
    ] as const) {
      expect(row(trial, check)).toMatchObject({ counts: { fail: 2 }, false_accept: { hits: 0, of: 2 } });
    }
    expect(row('mirrored', 'duplicate')).toMatchObject({ counts: { fail: 1 } });
  });

  it('show that a whole forgery is accepted, without counting it as a mistake of any check', () => {
    const forged = run.outcomes.find(({ trial }) => trial.startsWith('forged whole'));
    expect(forged?.accepted).toMatchObject({ hits: 1, of: 1 });
    expect(run.checks.some(({ trial }) => trial.startsWith('forged whole'))).toBe(false);
  });

  it('hold every statement against what was found, and leave unexplained what nobody explained', () => {
    expect(run.expectations.filter(({ holds }) => !holds)).toEqual([
      { file: 'mountain.jpg', item: 'place', expected: '46.0000, 8.0000', found: 'none', holds: false, explanation: null },
    ]); // prettier-ignore
  });

  it('are published on a page that opens with what cannot be detected', () => {
    const page = pageOf(run, '2026-11-21T00:00:00Z');
    const [first, second] = [page.indexOf('## What cannot be detected'), page.indexOf('## Measured')];
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(second);
    const opening = page.slice(first, second);
    expect(opening).toMatch(/forgery by an enrolled software key is accepted at tier `signed`/);
    expect(opening).toMatch(/AI-generated/);
    expect(opening).toMatch(/screen/);
    expect(page).toMatch(/\| mountain.jpg +\| place .* \| \*\*not explained\*\* +\|/);
  });
});

describe('a folder of labelled files', () => {
  it('without labels carries the label it was given for', async () => {
    await put('plain/b.png', 'x');
    await put('plain/deep/a.jpg', 'x');
    await put('plain/notes.txt', 'x');
    const files = await labelledFiles(join(folder, 'plain'), 'attack');
    expect(files.map(({ file, label, caught_by }) => [file, label, caught_by])).toEqual([
      ['b.png', 'attack', null],
      ['deep/a.jpg', 'attack', null],
    ]);
  });

  it('may describe itself in Markdown', () => {
    const manifest = `# Set\n\n## photos\n\n### photos/a.jpg\n- truth: stop sign, dog x2; text STOP\n- sha256: ${'ab'.repeat(32)} (9 bytes)\n
### photos/b.jpg\n- truth: NO object\n### exif/c.jpg\n- truth: x\n- measured EXIF: Maker; GPS -1.5,2.25\n### malformed/d.jpg\n- truth: reject: cut
### c2pa/e.jpg\n- truth: Invalid claimSignature.mismatch\n### ocr/f.png\n- truth: 9QM-T3V (tilted)\n### models/g.onnx\n- use: none\n`;
    expect(labelsInMarkdown(manifest)).toMatchObject([
      { file: 'photos/a.jpg', label: 'genuine', shows: ['stop sign', 'dog'], text: 'STOP', sha256: 'ab'.repeat(32) },
      { file: 'photos/b.jpg', label: 'genuine', shows: [], shows_all: true },
      { file: 'exif/c.jpg', label: 'genuine', place: { lat: -1.5, lng: 2.25 } },
      { file: 'malformed/d.jpg', label: 'attack', caught_by: 'format' },
      { file: 'c2pa/e.jpg', label: 'attack', caught_by: 'c2pa' },
      { file: 'ocr/f.png', label: 'genuine', text: '9QM-T3V' },
    ]);
  });
});

describe('a rate', () => {
  it('has the interval of Wilson, which holds the share and never leaves 0 to 1', () => {
    expect(rateOf(0, 10)).toMatchObject({ rate: 0, low: 0, high: expect.closeTo(0.2775, 4) as number });
    expect(rateOf(5, 10)).toMatchObject({
      low: expect.closeTo(0.2366, 4) as number,
      high: expect.closeTo(0.7634, 4) as number,
    });
    expect(rateOf(10, 10)).toMatchObject({
      high: expect.closeTo(1, 12) as number,
      low: expect.closeTo(0.7225, 4) as number,
    });
    expect(rateOf(0, 0)).toEqual({ hits: 0, of: 0, rate: null, low: 0, high: 1 });
  });
});
