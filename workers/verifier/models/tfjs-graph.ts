import { assert, AssertionFailed } from '../../../src/kernel/assert.js';

/** One operation of a TensorFlow.js graph model, as its JSON says it. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, GraphAttribute>>;
}

interface GraphAttribute {
  readonly s?: string;
  readonly b?: boolean;
  readonly list?: { readonly i?: readonly string[]; readonly s?: readonly string[] };
  readonly shape?: { readonly dim: readonly { readonly size: string }[] };
}

/** A constant of the graph: 32-bit floats or integers in TensorFlow's order of dimensions. */
export interface GraphTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly constants: ReadonlyMap<string, GraphTensor>;
}

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** `min` and `scale` turn stored whole numbers into weights; 16-bit floats have neither. */
  readonly quantization?: { readonly dtype: string; readonly min?: number; readonly scale?: number };
}

/**
 * Reads a TensorFlow.js graph model: its JSON and the bytes of its weights, shards one after another.
 * @throws {AssertionFailed} on a number format it does not know or bytes left over.
 */
export function readTfjsGraph(json: string, weights: Buffer): GraphModel {
  const model = JSON.parse(json) as {
    modelTopology: { node: GraphNode[] };
    weightsManifest: { weights: WeightEntry[] }[];
  };
  const constants = new Map<string, GraphTensor>();
  let offset = 0;
  for (const entry of model.weightsManifest.flatMap((group) => group.weights)) {
    const count = entry.shape.reduce((product, size) => product * size, 1);
    const stored = entry.quantization?.dtype ?? entry.dtype;
    constants.set(entry.name, { shape: entry.shape, values: readNumbers(weights, offset, count, entry) });
    offset += count * (STORED_BYTES[stored] ?? 4);
  }
  assert(offset === weights.length, `the weights file has ${weights.length} bytes, the manifest ${offset}`);
  return { nodes: new Map(model.modelTopology.node.map((node) => [node.name, node])), constants };
}

/** Bytes of one number, where not 4. */
const STORED_BYTES: Readonly<Record<string, number>> = { uint8: 1, float16: 2 };

/** Little-endian numbers of one constant. */
function readNumbers(
  bytes: Buffer,
  offset: number,
  count: number,
  { dtype, quantization }: WeightEntry,
): Float32Array | Int32Array {
  const stored = quantization?.dtype ?? dtype;
  switch (stored) {
    case 'uint8': {
      const { scale, min } = quantization ?? {};
      assert(scale !== undefined && min !== undefined, 'quantized weights need a scale and a minimum');
      return Float32Array.from({ length: count }, (_, i) => bytes.readUInt8(offset + i) * scale + min);
    }
    case 'float16':
      return Float32Array.from({ length: count }, (_, i) => half(bytes.readUInt16LE(offset + 2 * i)));
    case 'float32':
      return Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(offset + 4 * i));
    case 'int32':
      return Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(offset + 4 * i));
    default:
      throw new AssertionFailed(`weights stored as ${stored} are not supported`);
  }
}

/** IEEE 754 binary16 to a number; weights hold no infinities. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

/** An attribute that is a base64 string, such as `padding`. */
export function textAttribute(node: GraphNode, name: string): string {
  return Buffer.from(node.attr?.[name]?.s ?? '', 'base64').toString('latin1');
}

/** An attribute that is a list of base64 strings, such as `fused_ops`. */
export function textListAttribute(node: GraphNode, name: string): string[] {
  return (node.attr?.[name]?.list?.s ?? []).map((text) => Buffer.from(text, 'base64').toString('latin1'));
}

/** An attribute that is a list of whole numbers, such as `strides`. */
export function numbersAttribute(node: GraphNode, name: string): number[] {
  return (node.attr?.[name]?.list?.i ?? []).map(Number);
}
