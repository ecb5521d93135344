import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { convertedOnnx } from './converted.js';
import { CENTERNET } from './manifest.js';
import { ModelRefused, readPinned, sha256Of } from './package-file.js';

const ROOT = resolve(__dirname, '../../..');
const MODELS = join('node_modules', CENTERNET.graph.package, 'models');

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'groundtruth-models-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A folder like the project's, in which one file of the package can be changed. */
function copyOfPackage(): { root: string; weights: string } {
  const target = join(folder, MODELS);
  mkdirSync(target, { recursive: true });
  symlinkSync(join(ROOT, MODELS, 'centernet.json'), join(target, 'centernet.json'));
  cpSync(join(ROOT, MODELS, 'centernet.bin'), join(target, 'centernet.bin'));
  return { root: folder, weights: join(target, 'centernet.bin') };
}

describe('the converted detector', () => {
  it('is kept, and read again without the package', async () => {
    const cache = join(folder, 'cache');
    const first = await convertedOnnx(CENTERNET, cache, ROOT);
    expect(sha256Of(first)).toBe(CENTERNET.sha256);
    expect(readdirSync(cache)).toHaveLength(1);
    expect(first.equals(await convertedOnnx(CENTERNET, cache, '/nowhere'))).toBe(true);
  });

  it('is made again when what was kept is damaged', async () => {
    const cache = join(folder, 'cache');
    await convertedOnnx(CENTERNET, cache, ROOT);
    const file = join(cache, readdirSync(cache)[0] ?? '');
    writeFileSync(file, readFileSync(file).fill(7, 1000, 1001));
    expect(sha256Of(await convertedOnnx(CENTERNET, cache, ROOT))).toBe(CENTERNET.sha256);
    expect(sha256Of(readFileSync(file))).toBe(CENTERNET.sha256);
  });

  it('is not made from weights in which one bit differs, and nothing is left behind', async () => {
    const { root, weights } = copyOfPackage();
    const bytes = readFileSync(weights);
    bytes[123_456] = (bytes[123_456] ?? 0) ^ 1;
    writeFileSync(weights, bytes);
    await expect(convertedOnnx(CENTERNET, join(folder, 'cache'), root)).rejects.toThrow(ModelRefused);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('is not made from another file than the pinned one', async () => {
    const { root, weights } = copyOfPackage();
    writeFileSync(weights, 'not weights');
    await expect(readPinned(CENTERNET.weights[0], root)).rejects.toThrow(CENTERNET.weights[0].sha256);
  });
});
