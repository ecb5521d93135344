import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { CHECKS } from '@groundtruth/sdk/protocol';
import { C2PA_STATES } from '../../workers/verifier/decoder/evidence.js';
import { labelsInMarkdown } from './markdown-manifest.js';

/** What is known of one file before it is looked at. `labels.json` in a folder lists these under `files` (docs/error-rates.md). */
const labelSchema = z.strictObject({
  /** Path inside the folder. */
  file: z.string().min(1),
  label: z.enum(['genuine', 'attack']),
  /** COCO labels that a person sees; a bounty asks for each of them. Empty: content is not measured on this file. */
  shows: z.array(z.string()).default([]),
  /** Whether `shows` is all there is to see of COCO: only then a detection of anything else is counted as false. */
  shows_all: z.boolean().default(false),
  /** Text a person reads in the picture; null when none is to be measured. */
  text: z.string().nullable().default(null),
  /** The check that must not pass, for an attack. */
  caught_by: z.enum(CHECKS).nullable().default(null),
  /** What the file's EXIF says where. */
  place: z.strictObject({ lat: z.number(), lng: z.number() }).nullable().default(null),
  /** State of its C2PA manifest, with the trust lists of `C2PA_TRUST_FILES`; not held against anything when none are configured. */
  c2pa: z.enum(C2PA_STATES).nullable().default(null),
  sha256: z.string().nullable().default(null),
  /** Said by whoever labelled it, shown beside a difference. */
  truth: z.string().default(''),
});
export type Label = z.infer<typeof labelSchema>;
export type LabelInput = z.input<typeof labelSchema>;

export interface LabelledFile extends Label {
  readonly path: string;
}

const MEDIA = /\.(jpe?g|png|webp|avif|heic|heif|svg|gif|mp4)$/i;

/**
 * The files of a folder that carry this label: by its `labels.json`, else by its `MANIFEST.md`, else all media in it.
 * @throws {Error} for labels that cannot be read, or a listed file that is not there.
 */
export async function labelledFiles(folder: string, label: Label['label']): Promise<LabelledFile[]> {
  const labels = (await listed(folder)) ?? (await everything(folder, label));
  return labels
    .map((one) => labelSchema.parse(one))
    .filter((one) => one.label === label)
    .map((one) => ({ ...one, path: join(folder, one.file) }));
}

async function listed(folder: string): Promise<LabelInput[] | null> {
  const json = await textOf(join(folder, 'labels.json'));
  if (json !== null) return z.object({ files: z.array(labelSchema) }).parse(JSON.parse(json)).files;
  const markdown = await textOf(join(folder, 'MANIFEST.md'));
  return markdown === null ? null : labelsInMarkdown(markdown);
}

async function everything(folder: string, label: Label['label']): Promise<LabelInput[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && MEDIA.test(entry.name))
    .map((entry) => ({ file: relative(folder, join(entry.parentPath, entry.name)), label }))
    .sort((a, b) => a.file.localeCompare(b.file));
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
