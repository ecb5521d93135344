/**
 * The decoder process: opens strangers' photos. It is given no key, no database and, where the kernel allows, no network; it
 * speaks only to its parent (requests on stdin, answers on file descriptor 3, a log on stderr) and ends when stdin does.
 *
 * Arguments: cache directory, folder whose packages hold the weights, comma-separated execution providers. Environment:
 * `FFMPEG_PATH`, without which films are not decoded.
 */
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { argv, env, exit, pid, ppid, stdin, version, versions } from 'node:process';
import sharp from 'sharp';
import { encodeFrame, FrameReader } from './decoder/frame.js';
import { REQUEST_LIMITS, type DecoderRequest, type Hello } from './decoder/protocol.js';
import { DecoderSession } from './decoder/session.js';
import { lookAround } from './decoder/surroundings.js';
import { lockDownLibvips } from './media/libvips.js';
import { NoProvider } from './models/inference.js';
import { loadModels, type ModelLibrary } from './models/library.js';
import { ModelRefused } from './models/package-file.js';
import { optionalModelsSchema } from './models/optional.js';
import { PROVIDER_ORDER, type Provider } from './models/providers.js';

const answers = new Socket({ fd: 3 });

async function main(): Promise<void> {
  const [cacheDirectory = '', packageRoot = '', providers = '', optional = ''] = argv.slice(2);
  lockDownLibvips();
  const models = await load(cacheDirectory, packageRoot, providers.split(','), optional);
  send({ ...(await hello(models)) });

  const ffmpeg = env.FFMPEG_PATH ?? '';
  const session = new DecoderSession(models, existsSync(ffmpeg) ? ffmpeg : null);
  const reader = new FrameReader(REQUEST_LIMITS);
  for await (const chunk of stdin) {
    for (const { message, bytes } of reader.push(chunk as Buffer))
      await answer(session, message as DecoderRequest, bytes);
  }
  exit(0);
}

async function load(
  cacheDirectory: string,
  packageRoot: string,
  names: string[],
  optional: string,
): Promise<ModelLibrary> {
  const providers = names.filter((name): name is Provider => PROVIDER_ORDER.some((known) => known === name));
  try {
    const extra = optional === '' ? undefined : optionalModelsSchema.parse(JSON.parse(optional));
    return await loadModels(cacheDirectory, packageRoot, providers, extra);
  } catch (error) {
    const reason =
      error instanceof ModelRefused ? 'model_refused' : error instanceof NoProvider ? 'no_provider' : 'other';
    send({ start_failure: reason, detail: textOf(error) });
    await new Promise<void>((resolve) => answers.end(resolve));
    return exit(1);
  }
}

async function hello({
  detector,
  text,
  embedder,
  faces,
  second_detector,
  open_vocabulary,
}: ModelLibrary): Promise<Hello> {
  const models = [detector, text, embedder, faces, second_detector, open_vocabulary].filter((model) => model !== null);
  return {
    hello: 1,
    pid,
    ...(await lookAround(Object.keys(env), ppid)),
    provider: detector.provider,
    models: models.map(({ model, model_sha256 }) => ({ model, model_sha256 })),
    versions: { node: version, sharp: sharp.versions.sharp ?? '', libvips: sharp.versions.vips ?? '', v8: versions.v8 },
  };
}

/** An exception here is a mistake of ours or of a library, not a property of the photo; the parent treats it as `bug`. */
async function answer(session: DecoderSession, request: DecoderRequest, bytes: Buffer): Promise<void> {
  try {
    const { evidence, payload } = await session.answer(request, bytes);
    send({ id: request.id, evidence }, payload);
  } catch (error) {
    send({ id: request.id, bug: textOf(error) });
  }
}

function send(message: object, payload?: Uint8Array): void {
  for (const part of encodeFrame(message, payload)) answers.write(part);
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}

await main();
