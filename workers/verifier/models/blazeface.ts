import { sharpOf, type Picture } from '../media/picture.js';
import { distinctFaces, readFaces, type Face } from './face-boxes.js';
import { loadNetwork, type Network } from './inference.js';
import { BLAZEFACE } from './manifest.js';
import { CENTRED, planesOf } from './planes.js';
import type { Provider } from './providers.js';

/** A network that finds faces, so that they can be covered. */
export interface FaceFinder {
  readonly model: string;
  readonly model_sha256: string;
  readonly provider: Provider;
  /** Faces as shares of the picture, best first. */
  find(picture: Picture): Promise<Face[]>;
}

/** Faces kept per picture, best first. A full list may lack one, so a picture with one is not published. */
export const FACES_MAX = 200;

/** Loads the network from its ONNX bytes, already checked against the manifest. */
export async function loadBlazeFace(onnx: Buffer, providers?: readonly Provider[]): Promise<FaceFinder> {
  const network = await loadNetwork(onnx, providers);
  return {
    model: BLAZEFACE.model,
    model_sha256: BLAZEFACE.sha256,
    provider: network.provider,
    async find(picture) {
      const found: Face[] = [];
      for (const window of windowsOf(picture)) found.push(...(await lookAt(network, picture, window)));
      return distinctFaces(
        found.sort((a, b) => b.score - a.score),
        FACES_MAX,
      );
    },
  };
}

/** A square part of the picture, in pixels; it may reach beyond the picture, and is black there. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

const INPUT = BLAZEFACE.cut.input_shape[1];
/** Neighbouring windows share this part of their side, so that a face on the seam is whole in one of them. */
const SHARED = 0.4;

/**
 * The whole picture, then squares of a half, a quarter, … of its longest side, until the network sees every pixel: it finds faces of a tenth
 * of its square and more, and the finest squares are shown to it unscaled.
 */
export function windowsOf({ width, height }: Pick<Picture, 'width' | 'height'>): Window[] {
  const longest = Math.max(width, height);
  const windows: Window[] = [];
  for (let side = longest; ; side = Math.max(INPUT, Math.ceil(side / 2))) {
    for (const top of startsOf(height, side))
      for (const left of startsOf(width, side)) windows.push({ left, top, side });
    if (side <= INPUT) return windows;
  }
}

/** Where windows of `side` begin so that they cover `length`; one that is longer than the picture is centred on it. */
function startsOf(length: number, side: number): number[] {
  if (length <= side) return [Math.floor((length - side) / 2)];
  const count = 1 + Math.ceil((length - side) / (side * (1 - SHARED)));
  return Array.from({ length: count }, (_, i) => Math.round(((length - side) * i) / (count - 1)));
}

async function lookAt(network: Network, picture: Picture, window: Window): Promise<Face[]> {
  const outputs = await network.run(planesOf(await cutOut(picture, window), INPUT, INPUT, CENTRED));
  const [fineScores, fineBoxes, coarseScores, coarseBoxes] = BLAZEFACE.cut.outputs.map(
    (name) => outputs[name]?.data ?? new Float32Array(),
  );
  const faces = readFaces([
    { side: BLAZEFACE.cut.output_shapes[0][1], scores: fineScores!, boxes: fineBoxes! },
    { side: BLAZEFACE.cut.output_shapes[2][1], scores: coarseScores!, boxes: coarseBoxes! },
  ]);
  const across = (share: number): number => (window.left + share * window.side) / picture.width;
  const down = (share: number): number => (window.top + share * window.side) / picture.height;
  return faces.map(({ box, score }) => ({
    score,
    box: {
      x: across(box.x),
      y: down(box.y),
      width: (box.width * window.side) / picture.width,
      height: (box.height * window.side) / picture.height,
    },
  }));
}

/** The window's pixels, 256 x 256, black where the picture ends. */
async function cutOut(picture: Picture, { left, top, side }: Window): Promise<Buffer> {
  const x = Math.max(0, left);
  const y = Math.max(0, top);
  const width = Math.min(picture.width, left + side) - x;
  const height = Math.min(picture.height, top + side) - y;
  const scale = INPUT / side;
  const scaled = (length: number): number => Math.min(INPUT, Math.max(1, Math.round(length * scale)));
  const [scaledWidth, scaledHeight] = [scaled(width), scaled(height)];
  const before = (start: number, room: number): number => Math.min(room, Math.max(0, Math.round(-start * scale)));
  const padLeft = before(left, INPUT - scaledWidth);
  const padTop = before(top, INPUT - scaledHeight);
  return sharpOf(picture)
    .extract({ left: x, top: y, width, height })
    .resize(scaledWidth, scaledHeight, { fit: 'fill' })
    .extend({
      left: padLeft,
      right: INPUT - scaledWidth - padLeft,
      top: padTop,
      bottom: INPUT - scaledHeight - padTop,
      background: '#000000',
    })
    .raw()
    .toBuffer();
}
