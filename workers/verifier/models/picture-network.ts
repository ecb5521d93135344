import { setTimeout as wait } from 'node:timers/promises';
import { Batcher, type BatcherOptions } from './batcher.js';
import { loadNetwork, NoProvider, type Network, type Tensor } from './inference.js';
import { withPixelInput } from './pixel-input.js';
import { planesOf, type Normalisation } from './planes.js';
import { PROVIDER_ORDER, type Provider } from './providers.js';

/** A network that looks at one picture of the size it takes. */
export interface PictureNetwork {
  readonly provider: Provider;
  /** @param rgb bytes, row by row. */
  look(rgb: Uint8Array, width: number, height: number): Promise<Record<string, Tensor>>;
}

/** Not measured: no GPU was at hand. Eight pictures fill a small network well; three milliseconds are little beside a decode. */
const BATCH: BatcherOptions = { size_max: 8, deadline_ms: 3, wait };

/**
 * Loads a network for pictures on the first provider that can. The CPU gets normalised planes, one picture at a time; a GPU gets bytes, which it
 * normalises itself, and batches where the network's first dimension is open. A GPU that cannot take bytes gets planes.
 * @throws {NoProvider}
 */
export async function loadPictureNetwork(
  onnx: Buffer,
  normalisation: Normalisation,
  providers: readonly Provider[] = PROVIDER_ORDER,
): Promise<PictureNetwork> {
  const reasons: string[] = [];
  for (const provider of providers) {
    try {
      return provider === 'cpu'
        ? fedWithPlanes(await loadNetwork(onnx, [provider]), normalisation)
        : await loadOnGpu(onnx, normalisation, provider);
    } catch (error) {
      if (!(error instanceof NoProvider)) throw error;
      reasons.push(error.message);
    }
  }
  throw new NoProvider(reasons);
}

/** As on a GPU, whatever `provider` is: so that this path can be tested where there is none. @throws {NoProvider} */
export async function loadOnGpu(
  onnx: Buffer,
  normalisation: Normalisation,
  provider: Provider,
  batch: BatcherOptions = BATCH,
): Promise<PictureNetwork> {
  const fed = await loadNetwork(withPixelInput(onnx, normalisation), [provider]).catch((error: unknown) => {
    if (error instanceof NoProvider) return null;
    throw error;
  });
  if (!fed) return fedWithPlanes(await loadNetwork(onnx, [provider]), normalisation);
  const batcher = fed.takes_batches ? new Batcher((input) => fed.run(input), batch) : fed;
  return {
    provider,
    look: (rgb, width, height) => batcher.run({ data: rgb, dims: [1, height, width, 3] }),
  };
}

function fedWithPlanes(network: Network, normalisation: Normalisation): PictureNetwork {
  return {
    provider: network.provider,
    look: (rgb, width, height) => network.run(planesOf(rgb, width, height, normalisation)),
  };
}
