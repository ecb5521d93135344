import { stretch } from '../media/picture.js';
import { readMaps } from './centernet-maps.js';
import type { Detector } from './detector.js';
import { CENTERNET } from './manifest.js';
import { loadPictureNetwork } from './picture-network.js';
import { PLAIN } from './planes.js';
import type { Provider } from './providers.js';

/** Loads the detector from its ONNX bytes, already checked against the manifest. */
export async function loadCenterNet(onnx: Buffer, providers?: readonly Provider[]): Promise<Detector> {
  const network = await loadPictureNetwork(onnx, PLAIN, providers);
  return {
    model: CENTERNET.model,
    model_sha256: CENTERNET.sha256,
    provider: network.provider,
    async detect(picture) {
      const outputs = await network.look(await stretch(picture, INPUT, INPUT), INPUT, INPUT);
      const heat = outputs[HEAT]?.data ?? new Float32Array();
      const reach = outputs[REACH]?.data ?? new Float32Array();
      return readMaps(heat, reach);
    },
  };
}

const [HEAT, REACH] = CENTERNET.cut.outputs;
const INPUT = CENTERNET.cut.input_shape[1];
