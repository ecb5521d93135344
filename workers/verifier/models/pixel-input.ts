import onnxProto from 'onnx-proto';
import { assert } from '../../../src/kernel/assert.js';
import type { Normalisation } from './planes.js';

const { ModelProto, TensorProto, AttributeProto } = onnxProto.onnx;

/** Name of the input that takes pixels as they are. */
const PIXELS = 'groundtruth_pixels';

/**
 * The same network, fed with pixels as they are: bytes [N, height, width, 3] instead of normalised planes [N, 3, height, width]. A quarter of the
 * bytes go to the GPU, which does the arithmetic of `planesOf` itself.
 */
export function withPixelInput(onnx: Uint8Array, { divisor, mean, deviation }: Normalisation): Buffer {
  const model = ModelProto.decode(onnx);
  const { graph } = model;
  assert(graph?.input?.length === 1 && graph.node && graph.initializer, 'only networks with one input are fed with pixels'); // prettier-ignore
  const [input] = graph.input;
  const planes = input?.name ?? '';
  const [batch, channels, height, width] = input?.type?.tensorType?.shape?.dim ?? [];
  assert(batch && channels && height && width, 'the input is no picture');

  const channelConstant = (name: string, values: readonly number[]) => ({
    name: `${PIXELS}/${name}`,
    dims: [1, 3, 1, 1],
    dataType: TensorProto.DataType.FLOAT,
    rawData: Buffer.from(Float32Array.from(values).buffer),
  });
  const node = (opType: string, from: string[], to: string, attribute: object[] = []) => ({
    opType,
    name: to,
    input: from,
    output: [to],
    attribute,
  });
  const { AttributeType } = AttributeProto;
  const before = [
    node('Cast', [PIXELS], `${PIXELS}/float`, [{ name: 'to', type: AttributeType.INT, i: TensorProto.DataType.FLOAT }]),
    node('Transpose', [`${PIXELS}/float`], `${PIXELS}/planes`, [
      { name: 'perm', type: AttributeType.INTS, ints: [0, 3, 1, 2] },
    ]),
    node('Div', [`${PIXELS}/planes`, `${PIXELS}/divisor`], `${PIXELS}/divided`),
    node('Sub', [`${PIXELS}/divided`, `${PIXELS}/mean`], `${PIXELS}/centred`),
    node('Div', [`${PIXELS}/centred`, `${PIXELS}/deviation`], planes),
  ];
  const constants = [
    channelConstant('divisor', [divisor, divisor, divisor]),
    channelConstant('mean', mean),
    channelConstant('deviation', deviation),
  ];
  const pixels = {
    name: PIXELS,
    type: {
      tensorType: { elemType: TensorProto.DataType.UINT8, shape: { dim: [batch, height, width, channels] } },
    },
  };
  const changed = {
    ...ModelProto.toObject(model),
    graph: {
      ...graph,
      node: [...before, ...graph.node],
      initializer: [...graph.initializer, ...constants],
      input: [pixels],
    },
  };
  return Buffer.from(ModelProto.encode(ModelProto.create(changed as never)).finish());
}
