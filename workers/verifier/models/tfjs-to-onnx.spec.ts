import { resolve } from 'node:path';
import { AssertionFailed } from '../../../src/kernel/assert.js';
import { CENTERNET } from './manifest.js';
import { readPinned, sha256Of } from './package-file.js';
import { readTfjsGraph } from './tfjs-graph.js';
import { tfjsToOnnx } from './tfjs-to-onnx.js';

const ROOT = resolve(__dirname, '../../..');

async function detectorGraph() {
  const graph = await readPinned(CENTERNET.graph, ROOT);
  return readTfjsGraph(graph.toString('utf8'), await readPinned(CENTERNET.weights[0], ROOT));
}

describe('the conversion of a model', () => {
  it('writes the same bytes each time, the ones the manifest pins', async () => {
    const hashes = [
      tfjsToOnnx(await detectorGraph(), CENTERNET.cut),
      tfjsToOnnx(await detectorGraph(), CENTERNET.cut),
    ].map(sha256Of);
    expect(hashes).toEqual([CENTERNET.sha256, CENTERNET.sha256]);
  });

  it('refuses weights with bytes left over', async () => {
    const graph = (await readPinned(CENTERNET.graph, ROOT)).toString('utf8');
    const weights = await readPinned(CENTERNET.weights[0], ROOT);
    expect(() => readTfjsGraph(graph, Buffer.concat([weights, Buffer.alloc(2)]))).toThrow(AssertionFailed);
  });

  it('refuses an operation it does not know rather than leaving it out', () => {
    const node = { name: 'out', op: 'Sin', input: ['in'] };
    const graph = { nodes: new Map([['out', node]]), constants: new Map() };
    const cut = { input: 'in', outputs: ['out'], input_shape: [3, 8, 8], output_shapes: [[3, 8, 8]] } as const;
    expect(() => tfjsToOnnx(graph, cut)).toThrow('Sin');
  });

  it('reads half-precision weights exactly', () => {
    const halves = [0x3c00, 0xc000, 0x3555, 0x0001, 0x0000, 0x7bff];
    const bytes = Buffer.alloc(12);
    halves.forEach((bits, i) => bytes.writeUInt16LE(bits, 2 * i));
    const weights = [{ name: 'w', shape: [6], dtype: 'float32', quantization: { dtype: 'float16' } }];
    const json = JSON.stringify({ modelTopology: { node: [] }, weightsManifest: [{ weights }] });
    const values = readTfjsGraph(json, bytes).constants.get('w')?.values;
    expect([...(values ?? [])]).toEqual([1, -2, 0.333251953125, 2 ** -24, 0, 65504]);
  });
});
