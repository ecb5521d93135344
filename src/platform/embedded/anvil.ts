import { rm } from 'node:fs/promises';
import type { Hex } from 'viem';
import {
  type AnvilHome,
  type AnvilServer,
  chainIdOf,
  endAnvil,
  findAnvil,
  launchAnvil,
  prepareAnvilHome,
  requestTo,
  urlOf,
} from './anvil-process.js';
import { hasState, moveAside, newestBlock, saveState } from './anvil-state.js';
import { rememberedPort } from './port.js';
import { withFileLock } from './start-lock.js';
import type { Log } from '../telemetry/index.js';
import { every, sleep } from '../time.js';

const ERASE_TRIES = 10;
const CHAIN_ID = 31_337;
const SAVE_MS = 1_000;
/** A save may take at most a tenth of the time: a chain that has grown large is saved less often. */
const SAVE_SHARE = 10;
const STARTS_MAX = 20;
const RETRY_MS = 250;
const ADOPT_MS_MAX = 10_000;
const POLL_MS = 20;
/** Blocks after which the one before them counts as final here. */
const FINAL_BLOCKS = '0x2';

export interface AnvilOptions {
  /** Folder of the chain's state and of our files about it. Made when absent; only its owner may enter. */
  readonly dataDir: string;
  /** Fixed port; by default one below 32768 is picked and remembered, and another one when it is taken. */
  readonly port?: number;
  /** Default 31337. */
  readonly chain_id?: number;
  /**
   * Seconds between blocks, at least 1. Default: a block for each transaction at once, and two empty ones after it within `save_ms`, so
   * that `safe` and `finalized` reach it without further traffic.
   */
  readonly block_time_s?: number;
  /** Milliseconds between two looks for something to save. Default 1,000. */
  readonly save_ms?: number;
  readonly log?: Pick<Log, 'debug' | 'warn'>;
}

export interface EmbeddedChain {
  /** HTTP JSON-RPC on 127.0.0.1. Whoever reaches it may mint, mine and impersonate: only for money that is worth nothing. */
  readonly url: string;
  readonly port: number;
  readonly chain_id: number;
  /** Of the anvil that runs now; another one after it was killed and started again. */
  readonly pid: number;
  /** True when an anvil of this folder was already running, for instance because its starter was killed. */
  readonly adopted: boolean;
  /** Puts the chain on disk as it is now. Repeatable. */
  save(): Promise<void>;
  /**
   * Ends mining, saves the chain, stops anvil, adopted or not, and waits until it has gone. Another process that started or adopted the
   * same chain and has not stopped it brings it back within `save_ms`. Repeatable.
   */
  stop(): Promise<void>;
}

/**
 * Starts a local chain on `dataDir`, or adopts the one that already runs there; safe to call from several processes at once. While this
 * process lives, an anvil that dies is started again on the same port. The chain outlives this process unless `stop` is called.
 *
 * Its state is saved within `save_ms` after each new block, and at `stop`. An anvil that was killed comes back as it was at the last
 * save: what was mined after it, at most `save_ms` and ten times the duration of a save earlier, has not happened. When this process is
 * killed and anvil dies before anyone has adopted it, that is all since. A state file that cannot be read is renamed, never deleted, and
 * the chain begins anew with a warning.
 * @throws {Error} when no anvil is packaged for this system, when the chain that runs there has another id, or with anvil's own words
 * when it does not start.
 */
export async function startAnvil(options: AnvilOptions): Promise<EmbeddedChain> {
  const home = await prepareAnvilHome(options.dataDir);
  const chain = new Chain(home, options, options.chain_id ?? CHAIN_ID);
  await chain.begin();
  return chain;
}

/** Stops the chain of `dataDir` when one runs, after saving it. Repeatable. */
export async function stopAnvil(dataDir: string): Promise<void> {
  const home = await prepareAnvilHome(dataDir);
  await withFileLock(home.files.lock, () => endSaved(home));
}

/** Stops the chain and deletes it for good. Repeatable. */
export async function eraseAnvil(dataDir: string): Promise<void> {
  const home = await prepareAnvilHome(dataDir);
  await withFileLock(home.files.lock, async () => {
    const running = await findAnvil(home);
    if (running !== null) await endAnvil(running.pid, home);
  });
  // Whoever still saves the state of the last block may write once more meanwhile.
  await rm(home.folder, { recursive: true, force: true, maxRetries: ERASE_TRIES });
}

class Chain implements EmbeddedChain {
  adopted = false;
  private server: AnvilServer = { pid: 0, port: 0 };
  private saved: Hex | null = null;
  private watch: ReturnType<typeof every> | null = null;

  constructor(
    private readonly home: AnvilHome,
    private readonly options: AnvilOptions,
    readonly chain_id: number,
  ) {}

  get port(): number {
    return this.server.port;
  }

  get pid(): number {
    return this.server.pid;
  }

  get url(): string {
    return urlOf(this.port);
  }

  async begin(): Promise<void> {
    await this.locked(async () => {
      const running = await this.adopt();
      this.adopted = running !== null;
      this.server = running ?? (await this.start(this.options.port ?? null));
    });
    this.options.log?.debug({ port: this.port, pid: this.pid }, `anvil ${this.adopted ? 'adopted' : 'started'}`);
    this.watch = every(
      this.options.save_ms ?? SAVE_MS,
      (signal) => this.lookAfter(signal),
      (err) => this.options.log?.warn({ err }, 'the local chain could not be looked after and will be tried again'),
    );
  }

  async save(): Promise<void> {
    await this.locked(async () => {
      const request = requestTo(this.port);
      const { hash } = await newestBlock(request);
      await saveState(request, this.home.files.state);
      this.saved = hash;
    });
  }

  async stop(): Promise<void> {
    await this.watch?.stop();
    await this.locked(() => endSaved(this.home));
  }

  private async lookAfter(signal: AbortSignal): Promise<void> {
    if ((await findAnvil(this.home)) === null) return this.revive(signal);
    const request = requestTo(this.port);
    const newest = await newestBlock(request);
    const waits = newest.transactions.length > 0 && this.options.block_time_s === undefined;
    if (waits) await request('anvil_mine', [FINAL_BLOCKS]);
    else if (newest.hash === this.saved) return;
    const from = performance.now();
    await this.save();
    await sleep((performance.now() - from) * SAVE_SHARE, signal);
  }

  private async revive(signal: AbortSignal): Promise<void> {
    await this.locked(async () => {
      if (signal.aborted) return;
      const running = await this.adopt();
      this.server = running ?? (await this.start(this.port));
      if (running === null)
        this.options.log?.warn(
          { pid: this.pid },
          'the local chain had ended and was started again as it was last saved',
        );
    });
  }

  /** The running anvil of this folder; one that lives but does not answer is ended, so that a new one can take its place. */
  private async adopt(): Promise<AnvilServer | null> {
    const running = await findAnvil(this.home);
    if (running === null) return null;
    for (let waited_ms = 0; waited_ms < ADOPT_MS_MAX; waited_ms += POLL_MS) {
      const id = await chainIdOf(requestTo(running.port));
      if (id === this.chain_id) return running;
      if (id !== null) throw new Error(`the chain in ${this.home.folder} has id ${id}, not ${this.chain_id}`);
      await sleep(POLL_MS);
    }
    this.options.log?.warn({ pid: running.pid }, 'the local chain does not answer and is started again as last saved');
    await endAnvil(running.pid, this.home);
    return null;
  }

  private async start(fixed_port: number | null): Promise<AnvilServer> {
    for (let tries = 1; ; tries++) {
      const port = fixed_port ?? (await rememberedPort(this.home.files.port));
      const load = await hasState(this.home.files.state);
      const block_time_s = this.options.block_time_s ?? null;
      const outcome = await launchAnvil(this.home, { port, chain_id: this.chain_id, block_time_s, load });
      if (!('failed' in outcome)) return outcome;
      if (load && UNREADABLE.test(outcome.failed)) await this.beginAnew(outcome.failed);
      else if (tries === STARTS_MAX) throw new Error(`anvil does not start on port ${port}: ${outcome.failed}`);
      else await sleep(RETRY_MS);
    }
  }

  private async beginAnew(reason: string): Promise<void> {
    const aside = await moveAside(this.home.files.state);
    this.options.log?.warn(
      { aside, reason },
      'the state of the local chain could not be read: it was moved aside and the chain begins anew',
    );
  }

  private locked<T>(work: () => Promise<T>): Promise<T> {
    return withFileLock(this.home.files.lock, work);
  }
}

/** How anvil says that a state file is no state. */
const UNREADABLE = /--load-state/;

/** Under the lock. Mining ends first, so that nothing is mined that the file does not hold. What cannot be saved is ended all the same. */
async function endSaved(home: AnvilHome): Promise<void> {
  const running = await findAnvil(home);
  if (running === null) return;
  const request = requestTo(running.port);
  try {
    await request('evm_setAutomine', [false]);
    await request('evm_setIntervalMining', [0]);
    await saveState(request, home.files.state);
  } finally {
    await endAnvil(running.pid, home);
  }
}
