import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { projectRoot } from '../../src/platform/project-root.js';
import { objectsIn, textIn } from '../../workers/verifier/decoder/look.js';
import { decodePicture, type Picture } from '../../workers/verifier/media/picture.js';
import { loadModels, type ModelLibrary } from '../../workers/verifier/models/library.js';
import { sha256Of } from '../../workers/verifier/models/package-file.js';
import { redact } from '../../workers/verifier/redaction/redact.js';
import { blocksOf, covered } from '../../workers/verifier/redaction/cover.js';
import { regionsOf } from '../../workers/verifier/redaction/regions.js';
import { median, writeReport, type BenchReport } from '../report.js';
import { LABELS } from './labels.js';

/** A picture of people in an npm package: there is always something to measure. */
const SAMPLES = 'node_modules/@vladmandic/human/assets/samples.jpg';
const PICTURE = /\.(?:jpe?g|png|webp|avif)$/i;

/**
 * Redacts every picture of a folder, and the samples of the package, and counts labelled faces and plates that stayed open, pictures withheld,
 * and what was covered where nothing was labelled. A file per line on standard error.
 */
export async function run({ json, dir }: { json?: string; dir?: string }): Promise<BenchReport> {
  const cache = resolve('.groundtruth', 'bench-models');
  await mkdir(cache, { recursive: true });
  const models = await loadModels(cache, projectRoot(), ['cpu']);
  const seen: Measured[] = [];
  for (const file of [join(projectRoot(), SAMPLES), ...(dir === undefined ? [] : await picturesOf(dir))]) {
    const bytes = await readFile(file);
    const { picture } = await decodePicture(bytes);
    if (!picture) continue;
    const measured = await measure(models, picture, sha256Of(bytes));
    process.stderr.write(`${JSON.stringify({ file: file.split('/').at(-1), ...measured })}\n`);
    seen.push(measured);
  }
  const sum = (of: (one: Measured) => number): number => seen.reduce((total, one) => total + of(one), 0);
  const figures = {
    pictures: seen.length,
    pictures_labelled: sum(({ labelled }) => Number(labelled)),
    faces: sum(({ faces }) => faces),
    faces_missed: sum(({ faces_missed }) => faces_missed),
    plates: sum(({ plates }) => plates),
    plates_missed: sum(({ plates_missed }) => plates_missed),
    withheld_covers_most: sum(({ withheld }) => Number(withheld === 'covers_most')),
    withheld_too_many: sum(({ withheld }) => Number(withheld === 'too_many')),
    places_covered: sum(({ places }) => places),
    covered_share_median: median(seen.map(({ covered_share }) => covered_share)),
    duration_ms_median: median(seen.map(({ duration_ms }) => duration_ms)),
  };
  return writeReport({ bench: 'redaction', ratios: {}, figures }, json);
}

interface Measured {
  readonly labelled: boolean;
  readonly faces: number;
  readonly faces_missed: number;
  readonly plates: number;
  readonly plates_missed: number;
  readonly withheld: string | null;
  readonly places: number;
  readonly covered_share: number;
  readonly duration_ms: number;
}

async function measure(models: ModelLibrary, picture: Picture, sha256: string): Promise<Measured> {
  const started = performance.now();
  const faces = await models.faces.find(picture);
  const { detections } = await objectsIn(models, picture);
  const { lines } = await textIn(models, picture);
  const found = { faces, detections, lines };
  const { withheld, covered_share } = await redact(picture, found, { labels: [], kept: [] });
  const duration_ms = Math.round(performance.now() - started);
  const places = regionsOf({ ...found, aspect: picture.width / picture.height }, []);
  const { mask } = covered(
    picture,
    places.map(({ box }) => blocksOf(box, picture)),
  );
  const open = ([x, y]: readonly [number, number]): boolean =>
    mask[Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width)] === 0;
  const labels = LABELS[sha256];
  return {
    labelled: labels !== undefined,
    faces: labels?.faces.length ?? 0,
    faces_missed: labels?.faces.filter(open).length ?? 0,
    plates: labels?.plates.length ?? 0,
    plates_missed: labels?.plates.filter(open).length ?? 0,
    withheld,
    places: places.length,
    covered_share,
    duration_ms,
  };
}

async function picturesOf(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => PICTURE.test(name)).sort();
  return names.map((name) => join(dir, name));
}
