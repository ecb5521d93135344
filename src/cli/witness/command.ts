import { EXIT, UsageError, type Output } from '@groundtruth/sdk/cli';
import { fromHex, NoteInvalid } from '@groundtruth/sdk/protocol';
import { untilStopSignal } from '../../platform/http/stop-signal.js';
import { KeyStore } from '../../platform/keys/index.js';
import { SystemClock } from '../../platform/time.js';
import { serveWitness } from './witness-server.js';
import { WitnessStore } from './witness-store.js';
import { WitnessOfLogs } from './witness.js';

interface Invoked {
  readonly options: {
    readonly name: string;
    readonly dir: string;
    readonly log: readonly string[];
    readonly host: string;
    readonly port: string;
  };
  readonly out: Output;
}

/** Runs until it is told to stop. Status 1: a request could not be answered for a fault of this machine. */
export async function witness({ options: { name, dir, log, host, port }, out }: Invoked): Promise<number> {
  if (log.length === 0) throw new UsageError('--log is missing');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a port');
  const keys = await KeyStore.open(dir);
  const seed = fromHex((await keys.hex32('witness.key')).slice(2));
  const one = witnessOf(name, seed, log, await WitnessStore.open(dir));
  let status: number = EXIT.ok;
  const server = await serveWitness(one, {
    host,
    port: Number(port),
    onFailure: (error) => {
      status = EXIT.no;
      out.fail({ title: 'A request was not answered', detail: String(error), code: 'failed' }, [
        `a request was not answered: ${String(error)}`,
      ]);
    },
  });
  out.show({ url: server.url, verifier_key: one.verifierKey }, [`${server.url} ${one.verifierKey}`]);
  await untilStopSignal();
  await server.close();
  return status;
}

function witnessOf(name: string, seed: Uint8Array, logs: readonly string[], store: WitnessStore): WitnessOfLogs {
  try {
    return new WitnessOfLogs({ name, seed }, logs, store, new SystemClock());
  } catch (error) {
    if (error instanceof NoteInvalid) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
