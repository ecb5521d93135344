import * as ort from 'onnxruntime-node';
import { PROVIDER_ORDER, type Provider } from './providers.js';

/** No execution provider could load a model; the reasons of each, in order. */
export class NoProvider extends Error {
  constructor(reasons: readonly string[]) {
    super(`no execution provider works: ${reasons.join('; ')}`);
    this.name = 'NoProvider';
  }
}

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** One loaded network. */
export interface Network {
  readonly provider: Provider;
  /** Feeds the network's only input; answers its outputs by name. */
  run(input: Tensor): Promise<Record<string, Tensor>>;
}

/**
 * Loads a network on the first provider of the list that can. A list with several names would not fall back by itself: asked for
 * a provider whose libraries are missing, the runtime throws. Which one answered goes into every verdict.
 * @throws {NoProvider}
 */
export async function loadNetwork(onnx: Buffer, providers: readonly Provider[] = PROVIDER_ORDER): Promise<Network> {
  const reasons: string[] = [];
  for (const provider of providers) {
    try {
      const session = await ort.InferenceSession.create(onnx, { ...OPTIONS, executionProviders: [provider] });
      return network(session, provider);
    } catch (error) {
      reasons.push(`${provider}: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`);
    }
  }
  throw new NoProvider(reasons);
}

/** 4 = fatal only: a missing GPU library is an expected answer here, not a warning worth printing. */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
} as const;

function network(session: ort.InferenceSession, provider: Provider): Network {
  const [inputName = ''] = session.inputNames;
  return {
    provider,
    async run({ data, dims }) {
      const outputs = await session.run({ [inputName]: new ort.Tensor('float32', data, dims) });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [
          name,
          { data: tensor.data as Float32Array, dims: tensor.dims },
        ]),
      );
    },
  };
}
