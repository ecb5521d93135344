import type { Mode } from '../../protocol/mode.js';
import { ConnectionFailed, pauseBefore, ProblemError, Transport, type ClientOptions } from '../../http/index.js';
import { TILE_WIDTH, type LogSource } from './source.js';

/** An entry has at most 65,535 bytes, so no honest bundle is larger; hash tiles are far below. */
const BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + 65_535);

/**
 * The log of a mode as a server shows it. Nothing it answers is believed before it is checked.
 *
 * @example
 * const source = httpLogSource({ baseUrl: 'https://groundtruth.example', mode: 'live' });
 * @throws {TypeError} when `baseUrl` is no URL. Calls throw {ConnectionFailed} and {ProblemError} for outages.
 */
export function httpLogSource({ mode, ...options }: ClientOptions & { readonly mode: Mode }): LogSource {
  const transport = new Transport(options);
  const base = new URL(options.baseUrl).href.replace(/\/+$/, '');
  return {
    checkpoint: () => orNull(transport.call('log_checkpoint', { query: { mode } })),
    checkpoints: async (after) =>
      (await transport.call('log_checkpoints', { query: { mode, after, limit: 100 } })).data,
    growth: async (from, to) =>
      (await orNull(transport.call('log_proof', { query: { mode, from, to } })))?.hashes ?? null,
    tile: (path) => {
      const url = `${base}/v1/log/${mode}/tile/${path}`;
      return orNull(patiently(transport, () => transport.bytes(url, { bytes_max: BUNDLE_BYTES_MAX })));
    },
  };
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
}

/** A tile never changes, so it may be asked for again: outages and rate limits are waited out, up to a ceiling. */
async function patiently<T>({ timing }: Transport, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProblemError) && !(error instanceof ConnectionFailed)) throw error;
      const pause = pauseBefore(error instanceof ProblemError ? error : null, attempt, timing.random());
      if (pause === null) throw error;
      await timing.sleep(pause);
    }
  }
}
