import { COCO_LABELS } from '../../workers/verifier/models/coco-labels.js';
import type { LabelInput } from './labels.js';

/**
 * Labels from a manifest in Markdown: `## section`, then for each file `### path` and lines `- key: value`. Understood are `truth`
 * (what a person sees, or what was built), `sha256` and `measured EXIF`; by section, `photos`, `exif` and `ocr` are genuine,
 * `malformed` must be refused where the truth says `reject`, and `c2pa` is genuine where nothing in it was broken.
 */
export function labelsInMarkdown(markdown: string): LabelInput[] {
  return markdown
    .split(/^### /m)
    .slice(1)
    .map((entry) => ({ entry, file: entry.split('\n', 1)[0]!.trim() }))
    .filter(({ file }) => SECTIONS.has(file.split('/')[0]!))
    .map(({ entry, file }) => labelOf(file, entry));
}

const SECTIONS: ReadonlySet<string> = new Set(['photos', 'exif', 'c2pa', 'ocr', 'video', 'malformed']);

function labelOf(file: string, entry: string): LabelInput {
  const truth = valueOf(entry, 'truth') ?? '';
  const caught = caughtBy(file, truth);
  return {
    file,
    label: caught ? 'attack' : 'genuine',
    caught_by: caught,
    truth,
    shows: file.startsWith('photos/') ? seenIn(truth) : [],
    shows_all: file.startsWith('photos/') && /\bNO object\b/.test(truth),
    text: textIn(file, truth),
    place: caught === 'format' ? null : placeIn(valueOf(entry, 'measured EXIF') ?? ''),
    c2pa: c2paIn(file, truth),
    sha256: /^- sha256: ([0-9a-f]{64})/m.exec(entry)?.[1] ?? null,
  };
}

function valueOf(entry: string, key: string): string | null {
  return new RegExp(`^- ${key}: (.*)$`, 'm').exec(entry)?.[1]?.trim() ?? null;
}

/** Which check must stop the file; null when it is sound. */
function caughtBy(file: string, truth: string): LabelInput['caught_by'] {
  const [section] = file.split('/');
  if (section === 'malformed' && /reject|must be refused/.test(truth)) return 'format';
  // Coded as HEVC, which the exchange does not open.
  if (/\.hei[cf]$/.test(file)) return 'format';
  if (section === 'c2pa' && /^(Invalid|PrereleaseError)/.test(truth)) return 'c2pa';
  return null;
}

/** Labels named before the first remark in brackets or after a semicolon; what the manifest calls borderline is not asked for. */
function seenIn(truth: string): string[] {
  const words = truth
    .split(';')
    .filter((part) => !/borderline|NO object/.test(part))
    .join(';')
    .replace(/\([^)]*\)/g, '');
  const named = words.split(/[;,]/).map((word) => word.trim().replace(/ x\d+$/, ''));
  return COCO_LABELS.filter((label) => named.includes(label));
}

function textIn(file: string, truth: string): string | null {
  if (file.startsWith('ocr/')) return truth.replace(/ \(.*$/, '');
  return /\btext ([A-Z0-9-]+)/.exec(truth)?.[1] ?? null;
}

function c2paIn(file: string, truth: string): LabelInput['c2pa'] {
  if (!file.startsWith('c2pa/')) return null;
  return C2PA_STATE_OF.find(([words]) => words.test(truth))?.[1] ?? null;
}

const C2PA_STATE_OF = [
  [/^(Trusted|same as C)/, 'third_party'],
  [/^Valid/, 'untrusted'],
  [/^Invalid/, 'invalid'],
  [/=> absent/, 'absent'],
] as const;

function placeIn(exif: string): LabelInput['place'] {
  const found = /GPS (-?[\d.]+),(-?[\d.]+)/.exec(exif);
  return found && { lat: Number(found[1]), lng: Number(found[2]) };
}
