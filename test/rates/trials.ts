import sharp from 'sharp';
import type { CheckName } from '@groundtruth/sdk/protocol';
import type { Evidence } from '../../workers/verifier/checks/check.js';
import { COCO_LABELS } from '../../workers/verifier/models/coco-labels.js';
import { STRANGER_KEY } from '../../workers/verifier/verify.fixture.js';
import { evidenceFor, examine, type Examined, type Examiner } from './examine.js';
import type { LabelledFile } from './labels.js';
import { likenessOf } from './likeness.js';

/** One capture held against the checks. */
export interface Trial {
  /** What is tried, one word or two for all files alike. */
  readonly name: string;
  readonly file: string;
  /** Null for a genuine capture, of which every check should pass; else the check that should not. */
  readonly caught_by: CheckName | null;
  /** Whether the outcome counts, or only single checks: an attack on one check may be stopped by another. */
  readonly whole: boolean;
  /** Whether its single checks count: not where the attack is one that no check is meant to catch. */
  readonly checks: boolean;
  readonly evidence: Evidence;
}

/** A pattern nobody wrote anywhere. */
const ABSENT_TEXT = 'QWXZ-7319';
const DEGREES_AWAY = 0.05;

/** The honest capture of a genuine file, asked for what it shows. */
export function honestTrials(file: LabelledFile, examined: Examined): Trial[] {
  const all = [
    ...file.shows.map((label) => ({ object: { label } })),
    ...(file.text === null ? [] : [{ text: { pattern: escaped(file.text) } }]),
  ];
  const measured = all.length > 0;
  const context = examined.contextOf({ criteria: { all: measured ? all : [{ object: { label: 'person' } }] } });
  const evidence = evidenceFor(examined, context);
  return [{ name: 'honest', file: file.file, caught_by: null, whole: measured, checks: true, evidence }];
}

/** Attacks that need no other picture: something else is asked for, or the capture lies about itself. */
export function lyingTrials(file: LabelledFile, examined: Examined): Trial[] {
  const trial = (name: string, caught_by: CheckName, context: Parameters<Examined['contextOf']>[0]): Trial => ({
    name,
    file: file.file,
    caught_by,
    whole: true,
    checks: true,
    evidence: evidenceFor(examined, examined.contextOf(context)),
  });
  const criteria = { all: [{ object: { label: file.shows[0] ?? 'person' } }] };
  const home = examined.contextOf();
  const elsewhere = {
    ...home.sealed.manifest.place,
    lat: home.sealed.manifest.place.lat + DEGREES_AWAY,
    accuracy_m: 5,
  };
  const late = home.window.closes_at + 1;
  const flipped = Buffer.from(examined.bytes);
  flipped[flipped.length >> 1]! ^= 1;
  return [
    ...(file.shows.length > 0 || file.shows_all ? otherObjects(file, examined) : []),
    ...(file.text === null
      ? [trial('text that is not there', 'text', { criteria: { all: [{ text: { pattern: ABSENT_TEXT } }] } })]
      : []),
    trial('sealed elsewhere', 'geofence', { criteria, manifest: { place: elsewhere } }),
    trial('sealed too late', 'window', { criteria, context: { t0: late, t1: late + 60_000 } }),
    trial('signed by a stranger', 'provenance', { criteria, signer: STRANGER_KEY }),
    trial('sealed for another reservation', 'challenge', {
      criteria,
      manifest: { reservation_id: `rsv_${'f'.repeat(32)}` },
    }),
    trial('one byte changed', 'integrity', { criteria, manifest: { media: sealedAs(examined, 'ab'.repeat(32)) } }),
  ];
}

/** A known key seals a picture that was never taken there: nothing in the file can tell (DESIGN §5). */
export function forgeryTrial(file: LabelledFile, examined: Examined): Trial {
  const criteria = { all: [{ object: { label: file.shows[0] ?? 'person' } }], provenance: 'signed' as const };
  const evidence = evidenceFor(examined, examined.contextOf({ criteria }));
  return {
    name: 'forged whole by an enrolled key',
    file: file.file,
    caught_by: null,
    whole: true,
    checks: false,
    evidence,
  };
}

/** Copies of a picture that was handed in before. */
export async function copyTrials(file: LabelledFile, original: Examined, examiner: Examiner): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const [name, change] of Object.entries(COPIES)) {
    const copy = await examine(await change(original.bytes), 'image/jpeg', examiner);
    const likeness = likenessOf(copy.evidence, original.evidence);
    if (!likeness) continue;
    const context = copy.contextOf({ criteria: { all: [{ object: { label: file.shows[0] ?? 'person' } }] } });
    const evidence = { ...evidenceFor(copy, context), ...likeness };
    const trial = { name, file: file.file, checks: true, evidence };
    trials.push(
      { ...trial, caught_by: 'duplicate', whole: true },
      { ...trial, caught_by: 'resemblance', whole: false },
    );
  }
  return trials;
}

const COPIES: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  'saved again': (bytes) => sharp(bytes).jpeg({ quality: 40 }).toBuffer(),
  'made smaller': (bytes) => sharp(bytes).resize(320).jpeg().toBuffer(),
  mirrored: (bytes) => sharp(bytes).flop().jpeg({ quality: 90 }).toBuffer(),
  'cropped by 5 %': async (bytes) => {
    const { width, height } = await sharp(bytes).metadata();
    const [left, top] = [Math.round(width * 0.05), Math.round(height * 0.05)];
    return sharp(bytes)
      .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
      .jpeg()
      .toBuffer();
  },
};

/** Every label the picture does not show, as far as its manifest says: a few of these pictures do hold more than it lists. */
function otherObjects(file: LabelledFile, examined: Examined): Trial[] {
  return COCO_LABELS.filter((label) => !file.shows.includes(label)).map((label) => ({
    name: 'an object that is not listed',
    file: file.file,
    caught_by: 'objects' as const,
    whole: false,
    checks: true,
    evidence: evidenceFor(examined, examined.contextOf({ criteria: { all: [{ object: { label } }] } })),
  }));
}

const escaped = (text: string): string => text.slice(0, 190).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function sealedAs({ evidence }: Examined, sha256: string) {
  return { ...evidence.context.sealed.manifest.media, sha256 };
}
