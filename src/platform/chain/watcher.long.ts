import fc from 'fast-check';
import type { Hex } from 'viem';
import { FAILPOINTS } from './failpoints.js';
import { LOGGER, LOGGER_TOO } from './testing/contracts.js';
import { type FaultyNode, faultyNode } from './testing/faulty-node.js';
import { numberOf, WatchingBench } from './testing/watching.js';
import type { ChainWatcher } from './watcher.js';

describe('a watcher of logs', () => {
  let bench: WatchingBench;
  beforeEach(async () => (bench = await WatchingBench.start()));
  let nodes: FaultyNode[] = [];
  const faulty = async (): Promise<FaultyNode> => {
    const node = await faultyNode(bench.chain.url);
    nodes.push(node);
    return node;
  };
  afterEach(async () => {
    for (const node of nodes) await node.stop();
    nodes = [];
    await bench.stop();
  });

  it('applies each log once, however often and by whomever it is polled', async () => {
    await bench.emit([1, 2]);
    await bench.emit([3]);
    await bench.chain.mine();
    const watchers = [bench.watcher(), bench.watcher(), bench.watcher()];
    const polled = await Promise.all(watchers.map((watcher) => watcher.poll()));
    expect(polled.map(({ state }) => state)).toContain('polled');
    for (const watcher of watchers) await bench.settle(watcher);
    expect(await bench.balance()).toEqual([1, 2, 3]);
    expect(await bench.states()).toEqual(['1 applied', '2 applied', '3 applied']);
  });

  it('waits with each log until it is as deep as its handler asks', async () => {
    await bench.emit([2_001, 1_001, 1]);
    const watcher = bench.watcher();
    const balances: number[][] = [];
    for (let blocks = 0; blocks < 3; blocks++) {
      expect(await watcher.poll()).toMatchObject({ waiting: 3 - blocks - Math.min(blocks, 1) });
      balances.push(await bench.balance());
      await bench.chain.mine();
    }
    await watcher.poll();
    balances.push(await bench.balance());
    expect(balances).toEqual([[], [1, 1_001], [1, 1_001, 2_001], [1, 1_001, 2_001]]);
  });

  it('keeps the order of logs about one subject, whatever depth they need', async () => {
    await bench.emit([2], LOGGER_TOO);
    await bench.emit([2_001, 1]);
    const watcher = bench.watcher({}, { subjectOf: (log) => `of ${log.address}` });
    await bench.chain.mine();
    await watcher.poll();
    expect(await bench.balance()).toEqual([2]);
    await bench.chain.mine(2);
    await watcher.poll();
    expect(await bench.balance()).toEqual([1, 2, 2_001]);
  });

  it('drops what was not applied when its block is abandoned, and reverses what was', async () => {
    const watcher = bench.watcher();
    const snapshot = await bench.snapshot();
    await bench.emit([1, 2_001]);
    await bench.chain.mine();
    await watcher.poll();
    expect(await bench.states()).toEqual(['1 applied', '2001 seen']);
    await bench.revert(snapshot);
    await bench.emit([2]);
    await bench.chain.mine(2);
    await bench.settle(watcher);
    expect(await bench.states()).toEqual(['1 reversed', '2 applied', '2001 dropped']);
    expect(await bench.balance()).toEqual([2]);
  });

  it('sees that a chain has become shorter', async () => {
    const watcher = bench.watcher();
    const snapshot = await bench.snapshot();
    await bench.emit([1]);
    await bench.chain.mine();
    await watcher.poll();
    await bench.revert(snapshot);
    await watcher.poll();
    expect(await bench.states()).toEqual(['1 reversed']);
    expect(await bench.balance()).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('follows a chain that changes after %s blocks were asked for', async (skip) => {
    const node = await faulty();
    const watcher = bench.watcher({ rpc_url: node.url });
    await watcher.poll();
    const snapshot = await bench.snapshot();
    await bench.emit([1]);
    await bench.chain.mine();
    const happens = async (): Promise<void> => {
      await bench.revert(snapshot);
      await bench.emit([2, 3]);
      await bench.chain.mine(2);
    };
    node.before = { method: 'eth_getBlockByNumber', skip, happens };
    await watcher.poll();
    await bench.settle(watcher);
    expect(await bench.balance()).toEqual([2, 3]);
  });

  it('applies a log again when the chain comes back to its block, and counts that', async () => {
    const node = await faulty();
    const rounds: number[] = [];
    const watcher = bench.watcher({ rpc_url: node.url }, {
      apply: async (_tx, log) => void rounds.push(log.round),
      reverse: async (_tx, log) => void rounds.push(-1 - log.round),
    }); // prettier-ignore
    await watcher.poll();
    await bench.emit([1]);
    await bench.emit([2_001]);
    for (const last_block of [null, 1, null, 1, null]) {
      node.last_block = last_block;
      await watcher.poll();
    }
    expect(rounds).toEqual([0, -1, 1, -2, 2]);
    expect(await bench.states()).toEqual(['1 applied', '2001 seen']);
  });

  it('applies an event that is mined again in another block, as another log', async () => {
    const watcher = bench.watcher();
    const snapshot = await bench.snapshot();
    await bench.emit([1]);
    await bench.chain.mine();
    await watcher.poll();
    await bench.revert(snapshot);
    await bench.chain.mine();
    await bench.emit([1]);
    await bench.chain.mine();
    await bench.settle(watcher);
    expect(await bench.states()).toEqual(['1 applied', '1 reversed']);
    expect(await bench.balance()).toEqual([1]);
  });

  it('leaves a log whose handler throws, and the later ones of its address, for the next poll', async () => {
    let throws = true;
    const applied: bigint[] = [];
    const watcher = bench.watcher({}, {
      apply: async (_tx, log) => {
        if (throws && numberOf(log) === 1n) throw new Error('not now');
        applied.push(numberOf(log));
      },
    }); // prettier-ignore
    await bench.emit([1]);
    await bench.emit([2], LOGGER_TOO);
    await bench.emit([3]);
    await bench.chain.mine();
    await watcher.poll();
    expect(applied).toEqual([2n]);
    expect(await watcher.poll()).toMatchObject({ applied: 0, waiting: 2 });
    throws = false;
    await watcher.poll();
    expect(applied).toEqual([2n, 1n, 3n]);
  });

  it('stops until a log of an abandoned block can be reversed', async () => {
    let throws = true;
    const stubborn = bench.watcher({}, {
      reverse: async (tx, log) => {
        if (throws) throw new Error('not now');
        await (tx.queryRunner as { query(text: string): Promise<unknown> }).query(`DELETE FROM balance WHERE block_hash = '${log.block_hash}'`);
      },
    }); // prettier-ignore
    const snapshot = await bench.snapshot();
    await bench.emit([1]);
    await bench.chain.mine();
    await stubborn.poll();
    await bench.revert(snapshot);
    await bench.emit([2]);
    await bench.chain.mine();
    expect(await stubborn.poll()).toMatchObject({ behind: true, applied: 0 });
    expect(await bench.states()).toEqual(['1 applied']);
    throws = false;
    await bench.settle(stubborn);
    expect(await bench.states()).toEqual(['1 reversed', '2 applied']);
  });

  it('reads final blocks in ranges and goes on where it ended', async () => {
    for (let number = 1; number <= 5; number++) {
      await bench.emit([number]);
      await bench.chain.mine(9);
    }
    const node = await faulty();
    await bench.settle(bench.watcher({ rpc_url: node.url, range_max: 20 }));
    expect(node.asked().filter((method) => method === 'eth_getLogs')).toHaveLength(3 + 2);
    await bench.settle(bench.watcher({ rpc_url: node.url }));
    expect(node.asked().filter((method) => method === 'eth_getLogs')).toHaveLength(0);
    expect(await bench.balance()).toEqual([1, 2, 3, 4, 5]);
  });

  it('loses nothing while its node is down, and does not ask all the time', async () => {
    const node = await faulty();
    const watcher = bench.watcher({ rpc_url: node.url });
    node.down = true;
    await bench.emit([1]);
    await bench.chain.mine();
    for (let polls = 0; polls < 10; polls++) expect((await watcher.poll()).state).toBe('unavailable');
    expect(node.asked()).toHaveLength(1);
    node.down = false;
    bench.clock.advance(60_000);
    await bench.settle(watcher);
    expect(await bench.balance()).toEqual([1]);
  });

  it('refuses a chain that holds nothing of what it has read', async () => {
    const watcher = bench.watcher();
    await bench.emit([1]);
    await watcher.poll();
    await bench.query(`UPDATE chain_block SET hash = '0x' || repeat('0', 64)`);
    await expect(watcher.poll()).rejects.toMatchObject({ name: 'ChainRewritten' });
  });

  it('refuses to watch an address more, or one that another one watches', async () => {
    await bench.watcher().poll();
    await expect(bench.watcher({ name: 'another' }).poll()).rejects.toThrow('has an address of another already');
    const more = bench.watcher();
    more.on('0x00000000000000000000000000000000000000ff', {
      depthOf: () => 'safe',
      apply: async () => {},
      reverse: async () => {},
    });
    await expect(more.poll()).rejects.toThrow('new ones need a watcher of another name');
  });

  it.each(FAILPOINTS.filter((name) => name.startsWith('watcher.')))(
    'ends up right when it dies at %s',
    async (name) => {
      let died = 0;
      const failpoint = (passed: string): void => {
        if (passed === name && died++ === 0) throw new Error('died');
      };
      let watcher = bench.watcher({ failpoint });
      const poll = async (): Promise<void> => {
        try {
          await watcher.poll();
        } catch (error) {
          if (!String(error).includes('died')) throw error;
          watcher = bench.watcher();
        }
      };
      await poll();
      const snapshot = await bench.snapshot();
      await bench.emit([1, 2_001]);
      await bench.chain.mine();
      await poll();
      await poll();
      await bench.revert(snapshot);
      await bench.emit([2, 2_002]);
      await bench.chain.mine(3);
      await poll();
      await bench.settle(watcher);
      expect(died).toBeGreaterThan(0);
      expect(await bench.balance()).toEqual([2, 2_002]);
    },
  );
});

/** Small numbers ask for `latest+1`, from 1,000 on for `safe`, from 2,000 on for `finalized`. */
const emit = fc.record({
  do: fc.constant('emit' as const),
  numbers: fc.array(fc.constantFrom(1, 1_000, 2_000), { minLength: 1, maxLength: 3 }),
  too: fc.boolean(),
});
const simple = fc.record({ do: fc.constantFrom('mine' as const, 'restart' as const) });
const step = fc.oneof(
  { weight: 4, arbitrary: emit },
  { weight: 3, arbitrary: simple },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('poll' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), at_pass: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reorg' as const), blocks: fc.integer({ min: 1, max: 6 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays a schedule on the end of the chain; no reorg reaches back behind its start. */
class Schedule {
  private passes_left = 0;
  private number = 0;
  private snapshots: Hex[] = [];
  private watcher: ChainWatcher;

  constructor(private readonly bench: WatchingBench) {
    this.watcher = this.start();
  }

  async play(step: Step): Promise<void> {
    if (step.do === 'emit' || step.do === 'mine') this.snapshots.push(await this.bench.snapshot());
    if (step.do === 'mine') await this.bench.chain.mine();
    if (step.do === 'emit') {
      const numbers = step.numbers.map((depth) => depth + (++this.number % 1_000));
      await this.bench.emit(numbers, step.too ? LOGGER_TOO : LOGGER);
    }
    if (step.do === 'reorg' && this.snapshots.length > 0) {
      const to = Math.max(0, this.snapshots.length - step.blocks);
      await this.bench.revert(this.snapshots[to]!);
      this.snapshots = this.snapshots.slice(0, to);
    }
    if (step.do === 'restart') this.watcher = this.start();
    if (step.do === 'die') this.passes_left = step.at_pass;
    if (step.do === 'poll') await this.poll();
  }

  private async poll(): Promise<void> {
    try {
      await this.watcher.poll();
    } catch (error) {
      if (!String(error).includes('died')) throw error;
      this.watcher = this.start();
    }
  }

  private start(): ChainWatcher {
    const failpoint = (): void => {
      if (this.passes_left > 0 && --this.passes_left === 0) throw new Error('died');
    };
    return this.bench.watcher({ failpoint });
  }
}

const emitted = (...numbers: Extract<Step, { do: 'emit' }>['numbers']): Step => ({ do: 'emit', numbers, too: false });
/** Chance meets all three states nearly always: a log reversed, one dropped and one applied. */
const ALL_STATES: Step[] = [
  emitted(1),
  { do: 'mine' },
  emitted(2_000),
  { do: 'poll' },
  { do: 'reorg', blocks: 3 },
  { do: 'poll' },
  emitted(1),
];

describe('any schedule of polls, restarts, crashes and reorgs', () => {
  let bench: WatchingBench;
  beforeAll(async () => (bench = await WatchingBench.start(8)));
  afterAll(() => bench.stop());

  it('ends with exactly the logs of the chain applied, and all others dropped or reversed', async () => {
    const met = new Set<string>();
    const schedules = fc.array(step, { minLength: 8, maxLength: 30, size: 'max' });
    const property = fc.asyncProperty(schedules, async (steps) => {
      await bench.reset();
      const schedule = new Schedule(bench);
      for (const step of steps) await schedule.play(step);
      await bench.chain.mine(20);
      await bench.settle(bench.watcher());
      const canonical = (await bench.canonical()).map(({ block_hash, log_index }) => `${block_hash} ${log_index}`);
      const place = `block_hash || ' ' || log_index AS place`;
      const logs = await bench.query<{ place: string; state: string }>(`SELECT ${place}, state FROM chain_log`);
      const balance = await bench.query<{ place: string }>(`SELECT ${place} FROM balance`);
      const applied = logs.filter(({ state }) => state === 'applied');
      expect(balance.map(({ place }) => place).sort()).toEqual([...canonical].sort());
      expect(applied.map(({ place }) => place).sort()).toEqual([...canonical].sort());
      for (const { state } of logs) met.add(state);
    });
    await fc.assert(property, { numRuns: 15, examples: [[ALL_STATES]] });
    expect([...met].sort()).toEqual(['applied', 'dropped', 'reversed']); // No other state is left, and the schedules meet all.
  }, 240_000);
});
