import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Address, type Hex, numberToHex } from 'viem';
import { eventually } from '../../../test/support/eventually.js';
import { httpRequest } from '../chain/rpc.js';
import type { Log } from '../telemetry/index.js';
import { type AnvilOptions, type EmbeddedChain, eraseAnvil, startAnvil, stopAnvil } from './anvil.js';
import { anvilProgram } from './anvil-binary.js';
import { commandLine } from './command-line.js';

const SOMEONE: Address = '0x00000000000000000000000000000000000b0001';

describe('the embedded chain', () => {
  let dataDir: string;
  let started: EmbeddedChain[];
  let told: string[];
  const log: Pick<Log, 'debug' | 'warn'> = {
    debug: () => undefined,
    warn: (facts, message) => void told.push(`${message} ${JSON.stringify(facts)}`),
  };
  const start = async (options: Partial<AnvilOptions> = {}): Promise<EmbeddedChain> => {
    const chain = await startAnvil({ dataDir, save_ms: 50, log, ...options });
    started.push(chain);
    return chain;
  };
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'chain-')), 'chain');
    started = [];
    told = [];
  });
  afterEach(async () => {
    for (const chain of started) await chain.stop();
    await stopAnvil(dataDir);
    await rm(dirname(dataDir), { recursive: true, force: true });
  });

  it('keeps its blocks, its states and its port over a clean stop and start, and leaves no process', async () => {
    const first = await start({ save_ms: 3_600_000 });
    await eventually(() => savedBlock(dataDir)); // From here on nothing is saved but at the stop.
    const receipt = await pay(first, 5n);
    const block = await blockAt(first, receipt.blockNumber);
    await first.stop();
    await first.stop();
    expect(await commandLine(first.pid)).toBe('');
    expect((await stat(join(dataDir, 'state.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);

    const second = await start();
    expect(second).toMatchObject({ adopted: false, port: first.port, chain_id: 31_337 });
    expect(await balance(second)).toBe(5n);
    expect(await blockAt(second, receipt.blockNumber)).toEqual(block);
    expect(await requestOf(second)('eth_getTransactionReceipt', [receipt.transactionHash])).toMatchObject({
      blockHash: receipt.blockHash,
      status: '0x1',
    });
    for (const tag of ['safe', 'finalized']) expect(await balance(second, tag)).toBeLessThanOrEqual(5n);
    await pay(second, 2n);
    expect(await balance(second)).toBe(7n);
    expect(told).toEqual([]);
  });

  it('makes what was mined final without further traffic', async () => {
    const chain = await start();
    await pay(chain, 5n);
    await eventually(async () => (await balance(chain, 'finalized')) === 5n);
  });

  it('is adopted by a second start, and by several at once', async () => {
    const first = await start();
    const others = await Promise.all([start(), start(), start()]);
    expect(others).toMatchObject([1, 2, 3].map(() => ({ adopted: true, pid: first.pid, url: first.url })));
  });

  it('is started once by several starts at once', async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });

  it('is not adopted by one that expects another chain id', async () => {
    await start();
    await expect(start({ chain_id: 1337 })).rejects.toThrow('has id 31337, not 1337');
  });

  it('comes back at the same address, as it was last saved, when it is killed', async () => {
    const chain = await start();
    await pay(chain, 5n);
    await chain.save();
    const { pid, url } = chain;
    process.kill(pid, 'SIGKILL');
    await eventually(() => chain.pid !== pid);
    expect(chain.url).toBe(url);
    expect(await balance(chain)).toBe(5n);
    expect(told.join()).toContain('was started again as it was last saved');
  });

  it('saves by itself what was mined', async () => {
    const chain = await start();
    await pay(chain, 5n);
    const newest = async (): Promise<bigint> => BigInt(await requestOf(chain)<Hex>('eth_blockNumber', []));
    await eventually(async () => (await savedBlock(dataDir))?.number === (await newest()));
  });

  it('takes another port, and remembers it, when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = await listen(first.port);
    const second = await start();
    await new Promise((resolve) => squatter.close(resolve));
    expect(second.port).not.toBe(first.port);
    await second.stop();
    expect((await start()).port).toBe(second.port);
  });

  it('says so when its fixed port stays taken', async () => {
    const squatter = await listen(0);
    const { port } = squatter.address() as { port: number };
    await expect(start({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('moves a state it cannot read aside, says so, and begins anew', async () => {
    const first = await start();
    await pay(first, 5n);
    await first.stop();
    await writeFile(join(dataDir, 'state.json'), '{"block":');
    const second = await start();
    expect(await balance(second)).toBe(0n);
    expect(told).toEqual([expect.stringMatching(/could not be read: it was moved aside.*state\.json\.unreadable-/)]);
    const aside = (await readdir(dataDir)).filter((name) => name.startsWith('state.json.unreadable-'));
    expect(await readFile(join(dataDir, aside[0]!), 'utf8')).toBe('{"block":');
  });

  it('is forgotten with its process when it is erased', async () => {
    const { pid, stop } = await startAnvil({ dataDir, save_ms: 60_000 }).then((chain) => ({
      pid: chain.pid,
      stop: () => chain.stop(),
    }));
    await eraseAnvil(dataDir);
    expect(await commandLine(pid)).toBe('');
    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
    await stop();
  });

  it('mines by the clock when it is told to', async () => {
    const chain = await start({ block_time_s: 1 });
    await eventually(async () => (await requestOf(chain)<Hex>('eth_blockNumber', [])) !== '0x0');
  });

  it('starts over a pid file whose process id now belongs to another program', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(dataDir, 'pid'), `${process.pid} ${first.port}\n`);
    expect((await start()).adopted).toBe(false);
  });

  it('names the package that is missing', () => {
    expect(() => anvilProgram('plan9', 'x64')).toThrow(
      '@foundry-rs/anvil-plan9-amd64 is not installed: run npm install',
    );
  });
});

interface Mined {
  readonly blockNumber: Hex;
  readonly blockHash: Hex;
  readonly transactionHash: Hex;
}

const requestOf = ({ url }: EmbeddedChain) => httpRequest(url, 10_000);

/** Sends wei to someone from an account of the node. */
async function pay(chain: EmbeddedChain, value: bigint): Promise<Mined> {
  const request = requestOf(chain);
  const [from] = await request<Address[]>('eth_accounts', []);
  const hash = await request<Hex>('eth_sendTransaction', [{ from, to: SOMEONE, value: numberToHex(value) }]);
  return eventually(() => request<Mined | null>('eth_getTransactionReceipt', [hash]));
}

async function balance(chain: EmbeddedChain, at = 'latest'): Promise<bigint> {
  return BigInt(await requestOf(chain)<Hex>('eth_getBalance', [SOMEONE, at]));
}

function blockAt(chain: EmbeddedChain, number: Hex): Promise<unknown> {
  return requestOf(chain)('eth_getBlockByNumber', [number, true]);
}

/** Number of the newest block on disk; null while nothing is. */
async function savedBlock(dataDir: string): Promise<{ number: bigint } | null> {
  const text = await readFile(join(dataDir, 'state.json'), 'utf8').catch(() => null);
  return text === null
    ? null
    : { number: BigInt((JSON.parse(text) as { best_block_number: number }).best_block_number) };
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
