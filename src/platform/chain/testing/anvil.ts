import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Hex, numberToHex } from 'viem';
import { freePort } from '../../embedded/port.js';
import { httpRequest, type Request } from '../rpc.js';

export const CHAIN_ID = 31_337;
/** Anvil's first two funded keys, which the whole world knows. */
export const KEYS: readonly Hex[] = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
];

/** A local chain of a test. */
export interface TestChain {
  readonly url: string;
  readonly request: Request;
  mine(blocks?: number): Promise<void>;
  stop(): Promise<void>;
}

/** `safe` is one block behind the newest, `finalized` two, unless `epoch` says otherwise. */
export async function startChain({ epoch = 1 }: { epoch?: number } = {}): Promise<TestChain> {
  const port = await freePort();
  const manifest = createRequire(resolve('package.json')).resolve(
    `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}/package.json`,
  );
  const program = join(dirname(manifest), 'bin', 'anvil');
  const args = [
    '--port',
    String(port),
    '--slots-in-an-epoch',
    String(epoch),
    '--hardfork',
    'cancun',
    '--accounts',
    '2',
  ];
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await new Promise<void>((listening, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => line.startsWith('Listening') && listening());
    void ended.then(() => reject(new Error('anvil ended by itself')));
  });
  const url = `http://127.0.0.1:${port}`;
  const request = httpRequest(url, 10_000);
  return {
    url,
    request,
    mine: (blocks = 1) => request('anvil_mine', [numberToHex(blocks)]),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
