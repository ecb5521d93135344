import * as ort from 'onnxruntime-node';
import { PROVIDER_ORDER, type Provider } from './providers.js';

/** The runtime tells its maker of every session unless this is set before the first one. */
process.env.ORT_DISABLE_TELEMETRY = '1';
/** A missing GPU library is an expected answer here, not an error worth printing. */
ort.env.logLevel = 'fatal';

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

/** Pictures as a network takes them: normalised planes, or bytes. */
export interface PictureTensor {
  readonly data: Float32Array | Uint8Array;
  readonly dims: readonly number[];
}

/** Words as numbers, the input of a network that reads text. */
export interface TokenTensor {
  readonly data: BigInt64Array;
  readonly dims: readonly number[];
}

/** One loaded network. */
export interface Network {
  readonly provider: Provider;
  /** Names of its inputs. */
  readonly inputs: readonly string[];
  /** Whether its first dimension is open, so that it takes several pictures at once. Fixed exports refuse more than one. */
  readonly takes_batches: boolean;
  /** Feeds the network's only input; answers its outputs by name. */
  run(input: PictureTensor): Promise<Record<string, Tensor>>;
  /** Feeds named inputs of 64-bit integers. */
  runTokens(inputs: Readonly<Record<string, TokenTensor>>): Promise<Record<string, Tensor>>;
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

/** 4 = fatal only, as above. */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
} as const;

function network(session: ort.InferenceSession, provider: Provider): Network {
  const [inputName = ''] = session.inputNames;
  const run = async (feeds: Record<string, ort.Tensor>): Promise<Record<string, Tensor>> => {
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, { data: tensor.data as Float32Array, dims: tensor.dims }]),
    );
  };
  return {
    provider,
    inputs: session.inputNames,
    takes_batches: isOpen(session.inputMetadata[0]),
    run: ({ data, dims }) => run({ [inputName]: pictureTensor(data, dims) }),
    runTokens: (inputs) =>
      run(
        Object.fromEntries(
          Object.entries(inputs).map(([name, { data, dims }]) => [name, new ort.Tensor('int64', data, dims)]),
        ),
      ),
  };
}

function pictureTensor(data: PictureTensor['data'], dims: readonly number[]): ort.Tensor {
  return data instanceof Uint8Array ? new ort.Tensor('uint8', data, dims) : new ort.Tensor('float32', data, dims);
}

/** A dimension with a name instead of a size takes any. */
function isOpen(input: ort.InferenceSession.ValueMetadata | undefined): boolean {
  return input?.isTensor === true && typeof input.shape[0] === 'string';
}
