import onnxProto from 'onnx-proto';
import { assert, AssertionFailed } from '../../../src/kernel/assert.js';
import {
  numbersAttribute,
  textAttribute,
  textListAttribute,
  type GraphModel,
  type GraphNode,
  type GraphTensor,
} from './tfjs-graph.js';

const { ModelProto, AttributeProto, TensorProto } = onnxProto.onnx;
type Attributes = Record<string, string | number | number[]>;

/** What to cut out of the graph: its input and the tensors wanted, by their TensorFlow names. */
export interface Cut {
  readonly input: string;
  readonly outputs: readonly string[];
  /** Channels, height, width of the input. */
  readonly input_shape: readonly [number, number, number];
  /** The same of each output; one number for a vector. */
  readonly output_shapes: readonly (readonly number[])[];
}

/**
 * Writes the part of a TensorFlow.js graph between `input` and `outputs` as ONNX (opset 13, IR 7), NCHW, any batch size.
 * Deterministic: nodes follow the walk back from the outputs, with no clock, path or random name, so the same input files
 * give the same bytes. Knows the operations of convolutional picture models only.
 * @throws {AssertionFailed} on any other operation.
 */
export function tfjsToOnnx(graph: GraphModel, cut: Cut): Uint8Array {
  const writer = new Writer(graph, cut.input);
  for (const output of cut.outputs) writer.tensor(output);
  const value = (name: string, shape: readonly number[]) => ({
    name,
    type: {
      tensorType: {
        elemType: FLOAT,
        shape: { dim: [{ dimParam: 'N' }, ...shape.map((size) => ({ dimValue: size }))] },
      },
    },
  });
  const message = ModelProto.create({
    irVersion: 7,
    producerName: 'groundtruth-tfjs-to-onnx',
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'graph',
      node: writer.nodes,
      initializer: writer.initializers,
      input: [value(cut.input, cut.input_shape)],
      output: cut.outputs.map((name, i) => value(name, cut.output_shapes[i] ?? [])),
    },
  });
  return ModelProto.encode(message).finish();
}

const FLOAT = TensorProto.DataType.FLOAT;
const INT64 = TensorProto.DataType.INT64;
/** TensorFlow's dimensions N, H, W, C to ours N, C, H, W. */
const AXIS = [0, 2, 3, 1];

class Writer {
  readonly nodes: object[] = [];
  readonly initializers: object[] = [];
  private readonly done = new Set<string>();

  constructor(
    private readonly graph: GraphModel,
    input: string,
  ) {
    this.done.add(input);
  }

  /** Makes sure that the tensor `name` is in the graph and answers its name; each is written once, its inputs first. */
  tensor(name: string): string {
    if (this.done.has(name)) return name;
    this.done.add(name);
    const constant = this.graph.constants.get(name);
    if (constant) return this.constant(name, asOperand(constant));
    const node = this.graph.nodes.get(name);
    assert(node, `the graph has no tensor ${name}`);
    this.write(node);
    return name;
  }

  private write(node: GraphNode): void {
    const operands = () => (node.input ?? []).map((input) => this.tensor(input));
    switch (node.op) {
      case '_FusedConv2D':
      case 'Conv2D':
        return this.convolution(node, (weights) => permute(weights, [3, 2, 0, 1]), 1);
      case 'FusedDepthwiseConv2dNative':
      case 'DepthwiseConv2dNative': {
        const [height = 0, width = 0, channels = 0, multiplier = 0] = this.weightsOf(node).shape;
        const shape = [channels * multiplier, 1, height, width];
        return this.convolution(node, (weights) => ({ ...permute(weights, [2, 3, 0, 1]), shape }), channels);
      }
      case 'Add':
      case 'AddV2':
        return this.emit('Add', operands(), node.name);
      case 'Mul':
      case 'Sub':
      case 'Relu':
      case 'Sigmoid':
      case 'Identity':
        return this.emit(node.op, operands(), node.name);
      case 'Relu6':
        return this.emit('Clip', [...operands(), ...this.clipBounds(node.name)], node.name);
      case 'Mean': {
        const axes = this.integers(node, 1).map((axis) => AXIS[axis] ?? axis);
        return this.emit('ReduceMean', [this.input(node, 0)], node.name, { axes, keepdims: 1 });
      }
      case 'ConcatV2': {
        const axis = this.integers(node, -1)[0] ?? 0;
        const parts = (node.input ?? []).slice(0, -1).map((input) => this.tensor(input));
        return this.emit('Concat', parts, node.name, { axis: AXIS.at(axis) ?? axis });
      }
      case 'AvgPool':
        return this.emit('AveragePool', [this.input(node, 0)], node.name, {
          kernel_shape: numbersAttribute(node, 'ksize').slice(1, 3),
          auto_pad: padding(node),
          strides: numbersAttribute(node, 'strides').slice(1, 3),
        });
      case 'MaxPool':
        return this.emit('MaxPool', [this.input(node, 0)], node.name, {
          kernel_shape: numbersAttribute(node, 'ksize').slice(1, 3),
          auto_pad: padding(node),
          strides: numbersAttribute(node, 'strides').slice(1, 3),
        });
      case 'Pad': {
        // Rows of [before, after] for N, H, W, C become all befores, then all afters, in our order.
        const rows = this.integers(node, 1);
        const ours = [0, 3, 1, 2];
        const pads = [...ours.map((row) => rows[2 * row] ?? 0), ...ours.map((row) => rows[2 * row + 1] ?? 0)];
        return this.emit('Pad', [this.input(node, 0), this.int64s(`${node.name}/pads`, pads)], node.name);
      }
      case 'Squeeze':
        // Height and width of 1 go: what is left is one vector a picture, in either order of dimensions.
        assert(numbersAttribute(node, 'squeeze_dims').join() === '1,2', `${node.name} squeezes other dimensions`);
        return this.emit('Flatten', [this.input(node, 0)], node.name, { axis: 1 });
      case '_FusedMatMul': {
        const fused = textListAttribute(node, 'fused_ops').join();
        const transposed = node.attr?.transpose_a?.b === true || node.attr?.transpose_b?.b === true;
        assert(fused === 'BiasAdd' && !transposed, `${node.name} is no plain product with a bias`);
        const weights = this.constant(`${node.name}/W`, this.weightsOf(node));
        const bias = this.constant(`${node.name}/B`, this.constantOf(node, 2));
        return this.emit('Gemm', [this.input(node, 0), weights, bias], node.name);
      }
      case 'Softmax':
        return this.emit('Softmax', operands(), node.name, { axis: 1 });
      case 'ResizeBilinear':
        return this.resize(node);
      default:
        throw new AssertionFailed(`${node.op} (${node.name}) has no translation`);
    }
  }

  private convolution(node: GraphNode, arrange: (weights: GraphTensor) => GraphTensor, group: number): void {
    const fused = textListAttribute(node, 'fused_ops');
    const inputs = [this.input(node, 0), this.constant(`${node.name}/W`, arrange(this.weightsOf(node)))];
    if (fused.includes('BiasAdd')) inputs.push(this.constant(`${node.name}/B`, this.constantOf(node, 2)));
    const activation = fused.find((name) => name !== 'BiasAdd');
    const result = activation ? `${node.name}/linear` : node.name;
    this.emit('Conv', inputs, result, {
      auto_pad: padding(node),
      strides: numbersAttribute(node, 'strides').slice(1, 3),
      dilations: numbersAttribute(node, 'dilations').slice(1, 3),
      group,
    });
    if (activation === 'Relu6') return this.emit('Clip', [result, ...this.clipBounds(node.name)], node.name);
    if (activation) this.emit(activation, [result], node.name);
  }

  /** `Resize` needs all four sizes, and the first is only known at run time: taken from the input's own shape. */
  private resize(node: GraphNode): void {
    const source = this.input(node, 0);
    const at = (part: string) => `${node.name}/${part}`;
    this.emit('Shape', [source], at('shape'));
    const range = [this.int64s(at('from'), [0]), this.int64s(at('to'), [2])];
    this.emit('Slice', [at('shape'), ...range], at('batch_channels'));
    this.emit('Concat', [at('batch_channels'), this.int64s(at('size'), this.integers(node, 1))], at('sizes'), {
      axis: 0,
    });
    const aligned = node.attr?.align_corners?.b === true;
    const centred = node.attr?.half_pixel_centers?.b === true;
    this.emit('Resize', [source, '', '', at('sizes')], node.name, {
      mode: 'linear',
      coordinate_transformation_mode: aligned ? 'align_corners' : centred ? 'half_pixel' : 'asymmetric',
    });
  }

  private clipBounds(name: string): string[] {
    const scalar = (value: number): GraphTensor => ({ shape: [], values: Float32Array.of(value) });
    return [this.constant(`${name}/low`, scalar(0)), this.constant(`${name}/high`, scalar(6))];
  }

  private input(node: GraphNode, index: number): string {
    return this.tensor(node.input?.[index] ?? '');
  }

  private constantOf(node: GraphNode, index: number): GraphTensor {
    const constant = this.graph.constants.get(node.input?.at(index) ?? '');
    assert(constant, `input ${index} of ${node.name} is no constant`);
    return constant;
  }

  private weightsOf(node: GraphNode): GraphTensor {
    return this.constantOf(node, 1);
  }

  private integers(node: GraphNode, index: number): number[] {
    return [...this.constantOf(node, index).values];
  }

  private constant(name: string, tensor: GraphTensor): string {
    assert(tensor.values instanceof Float32Array, `${name} is used as data but holds integers`);
    this.initializers.push({ name, dims: tensor.shape, dataType: FLOAT, rawData: littleEndian(tensor.values) });
    return name;
  }

  private int64s(name: string, values: number[]): string {
    const bytes = Buffer.alloc(8 * values.length);
    values.forEach((value, i) => bytes.writeBigInt64LE(BigInt(value), 8 * i));
    this.initializers.push({ name, dims: [values.length], dataType: INT64, rawData: bytes });
    return name;
  }

  private emit(opType: string, input: string[], output: string, attributes: Attributes = {}): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.nodes.push({ opType, name: output, input, output: [output], attribute });
  }
}

const padding = (node: GraphNode): string => (textAttribute(node, 'padding') === 'SAME' ? 'SAME_UPPER' : 'VALID');

function attributeOf(name: string, value: string | number | number[]): object {
  const { AttributeType } = AttributeProto;
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  return { name, type: AttributeType.INTS, ints: value };
}

/** A constant beside a picture tensor: one number a channel becomes [C, 1, 1], which broadcasts; scalars stay. */
function asOperand(tensor: GraphTensor): GraphTensor {
  assert(tensor.shape.length <= 1, 'only scalars and one number a channel are supported as operands');
  return tensor.shape.length === 1 ? { ...tensor, shape: [...tensor.shape, 1, 1] } : tensor;
}

/** Reorders the four dimensions of a tensor: dimension i of the result is dimension `order[i]` of the input. */
function permute(tensor: GraphTensor, order: readonly [number, number, number, number]): GraphTensor {
  const size = (dimension: number) => tensor.shape[dimension] ?? 1;
  const stride = (dimension: number) => tensor.shape.slice(dimension + 1).reduce((product, n) => product * n, 1);
  const shape = order.map(size);
  const [s0, s1, s2, s3] = order.map(stride) as [number, number, number, number];
  const values = new Float32Array(tensor.values.length);
  let at = 0;
  for (let a = 0; a < size(order[0]); a++)
    for (let b = 0; b < size(order[1]); b++)
      for (let c = 0; c < size(order[2]); c++)
        for (let d = 0; d < size(order[3]); d++) values[at++] = tensor.values[a * s0 + b * s1 + c * s2 + d * s3] ?? 0;
  return { shape, values };
}

function littleEndian(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes;
}
