import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyOnnx } from './tiny-onnx.fixture.js';

const OURS = join(process.cwd(), 'dist/workers/verifier/models/inference.js');
const RUNTIME = join(process.cwd(), 'node_modules/onnxruntime-node/dist/index.js');
const RELU = tinyOnnx({
  inputs: { x: { shape: [1, 4] } },
  outputs: { y: [1, 4] },
  nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
});

/** Loads a network in a process of its own, and answers the files that were left in its home. */
async function leftBy(load: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'telemetry-'));
  try {
    await writeFile(join(home, 'net.onnx'), RELU);
    const script = `import { readFileSync } from 'node:fs'; const onnx = readFileSync('net.onnx'); ${load}`;
    const env = { PATH: process.env.PATH!, HOME: home, TMPDIR: home };
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: home, env });
    return (await readdir(home)).filter((name) => name !== 'net.onnx');
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe('the inference runtime', () => {
  it('reports nothing and leaves no identifier behind when we load a network', async () => {
    expect(await leftBy(`const { loadNetwork } = await import('${OURS}'); await loadNetwork(onnx, ['cpu']);`)).toEqual(
      [],
    );
  });

  it('would, left to itself', async () => {
    const alone = `const { default: ort } = await import('${RUNTIME}'); await ort.InferenceSession.create(onnx);`;
    // Where its maker ships it without reporting there is nothing to switch off, and this platform shows nothing.
    if (process.platform === 'linux') expect(await leftBy(alone)).not.toEqual([]);
  });
});
