import { stretch, type Picture } from '../media/picture.js';
import { loadNetwork } from './inference.js';
import { MOBILENET } from './manifest.js';
import { planesOf, UNIT } from './planes.js';
import type { Provider } from './providers.js';

/** What one run of the network says about a picture. */
export interface Embedding {
  /** How likely the picture is of each class, in the order of `MOBILENET.classes`; they sum to 1. */
  readonly classes: Float32Array;
  /** 1,792 features, none negative; the cosine between two of them tells how alike two pictures are. */
  readonly features: Float32Array;
}

/** A network that turns a picture into features. */
export interface Embedder {
  readonly model: string;
  readonly model_sha256: string;
  readonly provider: Provider;
  embed(picture: Picture): Promise<Embedding>;
}

/** Loads the network from its ONNX bytes, already checked against the manifest. */
export async function loadMobileNet(onnx: Buffer, providers?: readonly Provider[]): Promise<Embedder> {
  const network = await loadNetwork(onnx, providers);
  return {
    model: MOBILENET.model,
    model_sha256: MOBILENET.sha256,
    provider: network.provider,
    async embed(picture) {
      const outputs = await network.run(planesOf(await stretch(picture, INPUT, INPUT), INPUT, INPUT, UNIT));
      return {
        classes: outputs[CLASSES]?.data ?? new Float32Array(),
        features: outputs[FEATURES]?.data ?? new Float32Array(),
      };
    },
  };
}

const [CLASSES, FEATURES] = MOBILENET.cut.outputs;
const INPUT = MOBILENET.cut.input_shape[1];
