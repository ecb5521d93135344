import { TEXT_LINES_MAX, type TextEvidence, type TextLine } from '../decoder/evidence.js';
import { clip } from '../media/clip.js';
import { sharpOf, stretch, type Picture } from '../media/picture.js';
import { decodeCtc, type Reading } from './ctc.js';
import { loadNetwork, type Network } from './inference.js';
import { PP_OCR } from './manifest.js';
import { sha256Of } from './package-file.js';
import { CENTRED, IMAGENET, planesOf } from './planes.js';
import type { Provider } from './providers.js';
import { rounded } from './rounded.js';
import { inReadingOrder, textRegions, type Region } from './text-regions.js';

/** A network that reads the text in a picture. */
export interface TextReader {
  readonly model: string;
  readonly model_sha256: string;
  readonly provider: TextEvidence['provider'];
  read(picture: Picture): Promise<TextLine[]>;
}

/** The pinned files of PP-OCR, already checked. */
export interface PpOcrFiles {
  readonly detector: Buffer;
  readonly recogniser: Buffer;
  /** One character a line. */
  readonly keys: Buffer;
}

export async function loadTextReader(files: PpOcrFiles, providers?: readonly Provider[]): Promise<TextReader> {
  const detector = await loadNetwork(files.detector, providers);
  const recogniser = await loadNetwork(files.recogniser, [detector.provider]);
  const alphabet = ['', ...files.keys.toString('utf8').trimEnd().split(/\r?\n/), ' '];
  return {
    model: PP_OCR.model,
    model_sha256: PP_OCR_SHA256,
    provider: detector.provider,
    async read(picture) {
      const lines: (Reading & { region: Region })[] = [];
      for (const region of await findLines(detector, picture)) {
        const reading = await readLine(recogniser, picture, region, alphabet);
        if (reading.confidence >= PP_OCR.report_above && reading.text.trim() !== '') lines.push({ ...reading, region });
      }
      return inReadingOrder(lines, (line) => line.region).map((line) => lineOf(line, picture));
    },
  };
}

/** Three files make the reader; one hash names them all: that of their hashes one after another. */
export const PP_OCR_SHA256 = sha256Of([PP_OCR.detector, PP_OCR.recogniser, PP_OCR.keys].map((f) => f.sha256).join(''));

/** Longest side the line finder looks at, in pixels; larger pictures are scaled down. */
const FINDER_SIDE_MAX = 960;
/** The line finder halves its input five times. */
const FINDER_STEP = 32;
/** The reader takes lines of this height and at most this width, in pixels. */
const LINE_HEIGHT = 48;
const LINE_WIDTH_MAX = 960;

/** Where lines of text are, in pixels of the picture. */
async function findLines(detector: Network, picture: Picture): Promise<Region[]> {
  const scale = Math.min(1, FINDER_SIDE_MAX / Math.max(picture.width, picture.height));
  const side = (length: number) => Math.max(FINDER_STEP, Math.round((length * scale) / FINDER_STEP) * FINDER_STEP);
  const [width, height] = [side(picture.width), side(picture.height)];
  const output = await detector.run(planesOf(await stretch(picture, width, height), width, height, IMAGENET));
  const map = Object.values(output)[0]?.data ?? new Float32Array();
  const [x, y] = [picture.width / width, picture.height / height];
  return textRegions(map, width, height, TEXT_LINES_MAX).map(({ left, top, right, bottom }) => ({
    left: Math.floor(left * x),
    top: Math.floor(top * y),
    right: Math.min(picture.width, Math.ceil(right * x)),
    bottom: Math.min(picture.height, Math.ceil(bottom * y)),
  }));
}

async function readLine(recogniser: Network, picture: Picture, region: Region, alphabet: string[]): Promise<Reading> {
  const { left, top } = region;
  const [width, height] = [region.right - left, region.bottom - top];
  const lineWidth = Math.min(LINE_WIDTH_MAX, Math.max(LINE_HEIGHT, Math.round((width / height) * LINE_HEIGHT)));
  const rgb = await sharpOf(picture)
    .extract({ left, top, width, height })
    .resize(lineWidth, LINE_HEIGHT, { fit: 'fill' })
    .raw()
    .toBuffer();
  const output = await recogniser.run(planesOf(rgb, lineWidth, LINE_HEIGHT, CENTRED));
  return decodeCtc(Object.values(output)[0]?.data ?? new Float32Array(), alphabet);
}

function lineOf({ text, confidence, region }: Reading & { region: Region }, { width, height }: Picture): TextLine {
  return {
    text: clip(text),
    confidence: rounded(confidence),
    box: {
      x: rounded(region.left / width),
      y: rounded(region.top / height),
      width: rounded((region.right - region.left) / width),
      height: rounded((region.bottom - region.top) / height),
    },
  };
}
