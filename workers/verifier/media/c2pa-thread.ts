/**
 * A thread that reads the C2PA manifest of one file and ends with its answer: the reader is synchronous, large, and is given bytes of
 * strangers, so that nothing of it outlives the file. Its clock stands still at the moment the certificates are to be valid at, and it
 * has nothing to fetch with.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { initSync, WasmReader } from '@contentauth/c2pa-wasm';
import type { StoreReading } from './c2pa-store.js';

export interface C2paTask {
  readonly wasm: WebAssembly.Module;
  readonly bytes: Uint8Array;
  readonly media_type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** PEM; empty when there are none. */
  readonly platform: string;
  readonly third_party: string;
}

export type C2paAnswer = { readonly reading: StoreReading } | { readonly error: string };

/** Longest report handed on, in characters. Real ones are below 100,000. */
const STORE_CHARACTERS_MAX = 2_000_000;
const NO_NETWORK = { remote_manifest_fetch: false, ocsp_fetch: false };

/**
 * By our own anchors first and by those of others only when ours do not do: whoever puts our root on a list of others does not
 * turn our devices into others.
 */
async function read({ media_type, bytes, platform, third_party }: C2paTask): Promise<StoreReading> {
  const { state, ...ours } = await readBy(platform, media_type, bytes);
  if (state === 'Trusted') return { trusted_by: 'platform', ...ours };
  if (third_party === '' || state !== 'Valid') return { trusted_by: null, ...ours };
  const { store, certificates } = await readBy(third_party, media_type, bytes);
  return { trusted_by: certificates === null ? null : 'third_party', store, certificates };
}

async function readBy(anchors: string, mediaType: string, bytes: Uint8Array) {
  const trust = anchors === '' ? {} : { trust: { trust_anchors: anchors } };
  const reader = await WasmReader.fromBytes(mediaType, bytes, JSON.stringify({ ...trust, verify: NO_NETWORK }));
  try {
    const store = reader.json();
    const { validation_state: state } = JSON.parse(store) as { validation_state?: unknown };
    const certificates = state === 'Trusted' ? reader.crJson() : null;
    if (Math.max(store.length, certificates?.length ?? 0) > STORE_CHARACTERS_MAX)
      throw new Error('the manifest is too large');
    return { store, certificates, state };
  } finally {
    reader.free();
  }
}

/** The realm's clock, stopped. */
function stopClock(at: number): void {
  globalThis.Date = class extends Date {
    constructor(...given: [] | [number]) {
      super(given.length === 0 ? at : given[0]);
    }
    static override now(): number {
      return at;
    }
  } as unknown as DateConstructor;
}

async function main(task: C2paTask): Promise<C2paAnswer> {
  stopClock(task.at);
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    initSync({ module: task.wasm });
    return { reading: await read(task) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(await main(workerData as C2paTask));
