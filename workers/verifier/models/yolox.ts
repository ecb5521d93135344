import { sharpOf, type Picture } from '../media/picture.js';
import type { Detector } from './detector.js';
import { loadNetwork, type Tensor } from './inference.js';
import { YOLOX } from './manifest.js';
import { readYoloxRows } from './yolox-rows.js';
import type { Provider } from './providers.js';

/** Loads the second detector from its ONNX bytes, already checked against its pin. */
export async function loadYolox(onnx: Buffer, providers?: readonly Provider[]): Promise<Detector> {
  const network = await loadNetwork(onnx, providers);
  return {
    model: YOLOX.model,
    model_sha256: YOLOX.file.sha256,
    provider: network.provider,
    async detect(picture) {
      const { input, scale } = await letterboxed(picture);
      const [output] = Object.values(await network.run(input));
      return readYoloxRows(output?.data ?? new Float32Array(), {
        width: picture.width * scale,
        height: picture.height * scale,
      });
    },
  };
}

/** The picture in the top left corner of the square, its proportions kept, grey beside it; channels in the order B, G, R, 0 to 255. */
async function letterboxed(picture: Picture): Promise<{ input: Tensor; scale: number }> {
  const side = YOLOX.side;
  const scale = Math.min(side / picture.width, side / picture.height);
  const width = Math.max(1, Math.floor(picture.width * scale));
  const height = Math.max(1, Math.floor(picture.height * scale));
  const rgb = await sharpOf(picture).resize(width, height, { fit: 'fill', kernel: 'linear' }).raw().toBuffer();
  const data = new Float32Array(3 * side * side).fill(YOLOX.padding);
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[(channel * side + y) * side + x] = rgb[3 * (y * width + x) + (2 - channel)] ?? 0;
  return { input: { data, dims: [1, 3, side, side] }, scale };
}
