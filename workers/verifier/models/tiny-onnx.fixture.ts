import onnxProto from 'onnx-proto';

const { ModelProto, TensorProto, AttributeProto } = onnxProto.onnx;
const { FLOAT, INT64 } = TensorProto.DataType;

/** A dimension with a name is open. */
type Shape = readonly (number | string)[];

export interface TinyNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface TinyGraph {
  readonly inputs: Readonly<Record<string, { readonly shape: Shape; readonly integers?: boolean }>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  readonly constants?: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[]; readonly integers?: boolean }>>; // prettier-ignore
  readonly nodes: readonly TinyNode[];
}

/** Writes a network of a few nodes as ONNX (opset 13), so that specs can load one whose answers they know. */
export function tinyOnnx({ inputs, outputs, constants = {}, nodes }: TinyGraph): Buffer {
  const value = (name: string, shape: Shape, elemType: number) => ({
    name,
    type: {
      tensorType: {
        elemType,
        shape: { dim: shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size })) },
      },
    },
  });
  const message = ModelProto.create({
    irVersion: 7,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'tiny',
      input: Object.entries(inputs).map(([name, { shape, integers }]) => value(name, shape, integers ? INT64 : FLOAT)),
      output: Object.entries(outputs).map(([name, shape]) => value(name, shape, FLOAT)),
      initializer: Object.entries(constants).map(([name, { shape, values, integers }]) => ({
        name,
        dims: [...shape],
        dataType: integers ? INT64 : FLOAT,
        rawData: integers
          ? Buffer.from(BigInt64Array.from(values, (one) => BigInt(one)).buffer)
          : Buffer.from(Float32Array.from(values).buffer),
      })),
      node: nodes.map(({ op, inputs: from, outputs: to, attributes = {} }) => ({
        opType: op,
        name: to[0] ?? op,
        input: [...from],
        output: [...to],
        attribute: Object.entries(attributes).map(([name, one]) =>
          typeof one === 'number'
            ? { name, type: AttributeProto.AttributeType.INT, i: one }
            : { name, type: AttributeProto.AttributeType.INTS, ints: [...one] },
        ),
      })),
    },
  });
  return Buffer.from(ModelProto.encode(message).finish());
}
