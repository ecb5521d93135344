import { parseArgs } from 'node:util';
import { fromHex, NoteInvalid } from '@groundtruth/sdk/protocol';
import { untilStopSignal } from '../../platform/http/stop-signal.js';
import { KeyStore } from '../../platform/keys/index.js';
import { SystemClock } from '../../platform/time.js';
import { UsageError, type Command, type CommandLine } from '../command.js';
import { serveWitness } from './witness-server.js';
import { WitnessStore } from './witness-store.js';
import { WitnessOfLogs } from './witness.js';

const FAILED = 1;
const STOPPED = 0;

/** Runs until it is told to stop. Exit status: 0 stopped, 1 a request could not be answered for a fault of this machine, 2 usage. */
export const witness: Command = {
  usage: 'groundtruth witness --name NAME --dir FOLDER --log KEY… [--host ADDRESS] [--port N]',
  summary: 'Cosigns checkpoints of logs as long as each only grows (docs/log.md).',
  async run({ args, write }: CommandLine): Promise<number> {
    const { name, dir, logs, host, port } = argumentsIn(args);
    const keys = await KeyStore.open(dir);
    const seed = fromHex((await keys.hex32('witness.key')).slice(2));
    const one = witnessOf(name, seed, logs, await WitnessStore.open(dir));
    let status = STOPPED;
    const server = await serveWitness(one, {
      host,
      port,
      onFailure: (error) => {
        status = FAILED;
        write(`a request was not answered: ${String(error)}\n`);
      },
    });
    write(`${server.url} ${one.verifierKey}\n`);
    await untilStopSignal();
    await server.close();
    return status;
  },
};

function witnessOf(name: string, seed: Uint8Array, logs: readonly string[], store: WitnessStore): WitnessOfLogs {
  try {
    return new WitnessOfLogs({ name, seed }, logs, store, new SystemClock());
  } catch (error) {
    if (error instanceof NoteInvalid) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function argumentsIn(args: readonly string[]) {
  const { name, dir, log, host, port } = parsed(args);
  if (name === undefined || dir === undefined || log.length === 0)
    throw new UsageError('witness needs --name, --dir and --log');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a port');
  return { name, dir, logs: log, host, port: Number(port) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        name: { type: 'string' },
        dir: { type: 'string' },
        log: { type: 'string', multiple: true, default: [] },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '8790' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
