import { accountId, type AccountKey } from './accounts.js';
import { LEDGER_NUMBERS, LEDGERS, ledgerOf } from './ledgers.js';
import { LedgerSweep } from './ledger.sweep.js';
import { type LedgerFixture, ledgerFixture, single } from './testing/fixture.js';
import { transferId, type TransferRequest } from './transfers.js';

let fixture: LedgerFixture;
let owners = 0;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.db.close());
afterEach(async () => {
  expect(await fixture.run((tx) => fixture.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
});

/** An agent with `funds` micros of sandbox money, and a bounty of its own. */
async function agentWith(funds: bigint) {
  const owner = `agt_${(owners += 1)}`;
  const keys = {
    issuer: { ledger: 1, code: 'sandbox_issuer', owner: '' },
    agent: { ledger: 1, code: 'agent_available', owner },
    bounty: { ledger: 1, code: 'bounty', owner },
  } satisfies Record<string, AccountKey>;
  const [issuer, agent, bounty] = (await fixture.run((tx) => fixture.ledger.accounts(tx, Object.values(keys)))) as [
    bigint,
    bigint,
    bigint,
  ];
  const move = (purpose: string, debit: bigint, credit: bigint, amount: bigint) =>
    single(transferId(owner, purpose), debit, credit, amount);
  if (funds > 0n) expect(await fixture.post([move('fund', issuer, agent, funds)])).toEqual(['ok']);
  return { owner, keys, issuer, agent, bounty, move };
}

const balanceOf = (key: AccountKey) => fixture.run((tx) => fixture.ledger.balance(tx, key));
const postOrThrow = (transfers: TransferRequest[]) => fixture.run((tx) => fixture.ledger.postOrThrow(tx, transfers));

describe('an account', () => {
  it('is the same one for the same key, also when many open it at once', async () => {
    const key: AccountKey = { ledger: 1, code: 'bounty', owner: 'bty_\'{"x\\' };
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => fixture.run((tx) => fixture.ledger.account(tx, key))),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await fixture.run((tx) => fixture.ledger.accounts(tx, [key, { ...key, ledger: 2 }, key]))).toEqual([
      ids[0],
      expect.any(BigInt),
      ids[0],
    ]);
  });

  it('has one public id, which no other key shares', () => {
    const key: AccountKey = { ledger: 1, code: 'bounty', owner: 'bty_1' };
    expect(accountId(key)).toMatch(/^acc_[0-9a-f]{32}$/);
    expect(accountId({ ...key })).toBe(accountId(key));
    const others: AccountKey[] = [
      { ...key, ledger: 2 },
      { ...key, code: 'fees' },
      { ...key, owner: 'bty_2' },
    ];
    expect(new Set([key, ...others].map(accountId)).size).toBe(4);
  });

  it('holds nothing before it is opened', async () => {
    const balance = await balanceOf({ ledger: 12, code: 'agent_available', owner: 'agt_nobody' });
    expect(balance).toMatchObject({ posted: 0n, pending_in: 0n, pending_out: 0n, available: 0n });
  });

  it('can spend what is posted and not set aside', async () => {
    const { keys, agent, bounty, move } = await agentWith(100n);
    await fixture.post([{ ...move('hold', agent, bounty, 30n), kind: 'pending' }, move('spend', agent, bounty, 50n)]);
    expect(await balanceOf(keys.agent)).toMatchObject({
      posted: 50n,
      pending_out: 30n,
      pending_in: 0n,
      available: 20n,
    });
    expect(await balanceOf(keys.bounty)).toMatchObject({
      posted: 50n,
      pending_in: 30n,
      pending_out: 0n,
      available: 50n,
    });
    expect(await fixture.run((tx) => fixture.ledger.available(tx, keys.agent))).toBe(20n);
  });

  it('grows by debits when it is an asset', async () => {
    const key: AccountKey = { ledger: 3, code: 'chain_balance', owner: '' };
    const agent: AccountKey = { ledger: 3, code: 'agent_available', owner: 'agt_chain' };
    const [chain, available] = (await fixture.run((tx) => fixture.ledger.accounts(tx, [key, agent]))) as [
      bigint,
      bigint,
    ];
    expect(await fixture.post([single(transferId('chain', 'in'), chain, available, 7n)])).toEqual(['ok']);
    expect((await balanceOf(key)).posted).toBe(7n);
  });

  it('takes nothing new once closed, lets go of what was pending, and can be opened again', async () => {
    const { keys, agent, bounty, move } = await agentWith(10n);
    const hold = { ...move('hold', agent, bounty, 4n), kind: 'pending' as const };
    await fixture.post([hold]);
    await fixture.run((tx) => fixture.ledger.close(tx, keys.agent));
    const post = { ...move('post', 0n, 0n, 4n), kind: 'post' as const, pending_id: hold.id };
    const release = { ...move('void', 0n, 0n, 0n), kind: 'void' as const, pending_id: hold.id };
    expect(await fixture.post([move('more', agent, bounty, 1n), post, release])).toEqual([
      'account_closed',
      'account_closed',
      'ok',
    ]);
    await fixture.run((tx) => fixture.ledger.reopen(tx, keys.agent));
    expect(await fixture.post([move('more', agent, bounty, 1n)])).toEqual(['ok']);
  });

  it('that keeps history tells what it held at an instant', async () => {
    const key: AccountKey = { ledger: 11, code: 'card_balance', owner: '' };
    const [card, agent] = (await fixture.run((tx) =>
      fixture.ledger.accounts(tx, [key, { ledger: 11, code: 'agent_available', owner: 'agt_h' }]),
    )) as [bigint, bigint];
    const first = fixture.clock.now();
    await fixture.post([single(transferId('card', '1'), card, agent, 5n)]);
    fixture.clock.advance(1_000);
    await fixture.post([single(transferId('card', '2'), card, agent, 6n)]);
    const at = async (instant: number) =>
      (await fixture.run((tx) => fixture.ledger.balanceAt(tx, key, instant))).posted;
    expect([await at(first - 1), await at(first), await at(first + 999), await at(first + 1_000)]).toEqual([
      0n,
      5n,
      5n,
      11n,
    ]);
  });
});

describe('posting', () => {
  it('is refused with insufficient_funds when a guarded account does not cover it, and then nothing of the transaction stays', async () => {
    const { keys, agent, bounty, move } = await agentWith(10n);
    const chain = [{ ...move('a', agent, bounty, 6n), linked: true }, move('b', agent, bounty, 5n)];
    await expect(postOrThrow([move('first', agent, bounty, 1n), ...chain])).rejects.toMatchObject({
      code: 'insufficient_funds',
      status: 402,
    });
    expect(await balanceOf(keys.agent)).toMatchObject({ available: 10n });
  });

  it('is a bug when the request could never succeed', async () => {
    const { agent, move } = await agentWith(10n);
    await expect(postOrThrow([move('self', agent, agent, 1n)])).rejects.toThrow(/same_account/);
  });

  it('may be repeated as a whole, also as a chain', async () => {
    const { keys, agent, bounty, move } = await agentWith(10n);
    const chain = [{ ...move('a', agent, bounty, 6n), linked: true }, move('b', agent, bounty, 4n)];
    await postOrThrow(chain);
    await postOrThrow(chain);
    expect(await balanceOf(keys.agent)).toMatchObject({ posted: 0n });
  });

  it('takes amounts up to a billion units', async () => {
    const { issuer, agent, keys, move } = await agentWith(0n);
    const most = 10n ** 15n;
    expect(await fixture.post([move('most', issuer, agent, most), move('more', issuer, agent, most + 1n)])).toEqual([
      'ok',
      'invalid_amount',
    ]);
    expect(await balanceOf(keys.agent)).toMatchObject({ posted: most });
  });

  it('of nothing answers nothing', async () => {
    expect(await fixture.post([])).toEqual([]);
  });
});

describe('a statement', () => {
  it('lists the transfers of an account newest first, page by page, with both sides named', async () => {
    const { keys, agent, bounty, move } = await agentWith(10n);
    await fixture.post([
      { ...move('out', agent, bounty, 3n), code: 'bounty_hold', reference: 'r', correlation: 'c' },
      { ...move('back', bounty, agent, 1n), code: 'bounty_refund' },
    ]);
    const pageOf = (limit: number, before?: bigint) =>
      fixture.run((tx) => fixture.ledger.transfers(tx, agent, { limit, ...(before ? { before } : {}) }));
    const all = await pageOf(100);
    expect(all.map(({ amount }) => amount)).toEqual([1n, 3n, 10n]);
    expect(all[1]).toMatchObject({
      id: move('out', agent, bounty, 3n).id,
      kind: 'single',
      code: 'bounty_hold',
      debit: keys.agent,
      credit: keys.bounty,
      reference: 'r',
      correlation: 'c',
      pending_id: null,
      created_at: fixture.clock.now(),
    });
    expect(await pageOf(1)).toEqual(all.slice(0, 1));
    expect(await pageOf(5, all[0]!.seq)).toEqual(all.slice(1));
    await expect(pageOf(102)).rejects.toThrow(/1 to 101/);
  });
});

describe('a pending transfer', () => {
  it('is freed by the sweep when it is due, not before, and once', async () => {
    const { keys, agent, bounty, move } = await agentWith(10n);
    await fixture.post([
      { ...move('hold', agent, bounty, 4n), kind: 'pending', expires_at: fixture.clock.now() + 1_000 },
    ]);
    const sweep = () => fixture.run((tx) => fixture.ledger.expirePending(tx, fixture.clock.now()));
    fixture.clock.advance(999);
    expect(await sweep()).toBe(0);
    fixture.clock.advance(1);
    expect((await Promise.all([sweep(), sweep()])).sort()).toEqual([0, 1]);
    expect(await balanceOf(keys.agent)).toMatchObject({ available: 10n, pending_out: 0n });
  });
});

describe('sealing', () => {
  const seal = () => fixture.run((tx) => fixture.ledger.seal(tx));
  const chain = async () => (await fixture.run((tx) => fixture.ledger.booksBalance(tx, 1))).chain;

  it('covers every committed batch, also one that commits after a later one was sealed', async () => {
    const [slow, fast] = [await agentWith(10n), await agentWith(10n)];
    await seal();
    const late = fixture.db.dataSource.createQueryRunner();
    await late.startTransaction();
    await fixture.ledger.post(late.manager, [slow.move('slow', slow.agent, slow.bounty, 1n)]);
    await fixture.post([fast.move('fast', fast.agent, fast.bounty, 1n)]);
    expect(await seal()).toBe(1);
    await late.commitTransaction();
    await late.release();
    expect((await chain()).unsealed_since).not.toBeNull();
    expect(await seal()).toBe(1);
    expect((await chain()).unsealed_since).toBeNull();
  });

  it('is done by one at a time', async () => {
    const { agent, bounty, move } = await agentWith(10n);
    await fixture.post([move('one', agent, bounty, 1n)]);
    await fixture.run(async (tx) => {
      expect(await fixture.ledger.seal(tx)).toBeGreaterThan(0);
      const other = fixture.db.dataSource.createQueryRunner();
      expect(await other.query('SELECT ledger_seal(10) AS sealed')).toEqual([{ sealed: 0 }]);
      await other.release();
    });
    const { batches, sealed } = await chain();
    expect(sealed).toBe(batches);
  });
});

describe('the sweep', () => {
  it('frees what is due and seals what is committed, also when two passes overlap', async () => {
    const { keys, agent, bounty, move } = await agentWith(10n);
    await fixture.post([
      { ...move('hold', agent, bounty, 4n), kind: 'pending', expires_at: fixture.clock.now() + 1_000 },
    ]);
    fixture.clock.advance(1_000);
    const sweep = new LedgerSweep(fixture.db.unitOfWork, fixture.ledger, fixture.clock);
    await Promise.all([sweep.pass(), sweep.pass()]);
    await sweep.pass();
    expect(await balanceOf(keys.agent)).toMatchObject({ available: 10n });
    const { chain } = await fixture.run((tx) => fixture.ledger.booksBalance(tx));
    expect(chain).toMatchObject({ sealed: chain.batches, unsealed_since: null });
  });
});

describe('transfers that cross', () => {
  it('wait for each other and never deadlock, whichever way and in whatever order they name their accounts', async () => {
    const { world } = await fixture.world();
    const places = world.accounts.slice(0, 5);
    const cross = async (round: number): Promise<void> => {
      const runner = fixture.db.dataSource.createQueryRunner(); // Not a unit of work, which would try a deadlock again unseen.
      try {
        const order = round % 2 ? places : [...places].reverse();
        const loop = order.map((debit, index) =>
          single(transferId(world.name, `${round} ${index}`), debit, order[(index + 1) % 5]!, 1n),
        );
        await runner.startTransaction();
        await fixture.ledger.post(runner.manager, loop);
        await runner.commitTransaction();
      } finally {
        await runner.release();
      }
    };
    const rounds = await Promise.allSettled(Array.from({ length: 24 }, (_, round) => cross(round)));
    expect(rounds.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});

describe('a ledger', () => {
  it('is named by its mode and fund, and no mode has the fund of the other', () => {
    for (const number of LEDGER_NUMBERS) expect(ledgerOf(LEDGERS[number].mode, LEDGERS[number].fund)).toBe(number);
    expect([ledgerOf('test', 'card'), ledgerOf('live', 'card')]).toEqual([2, 11]);
    expect(() => ledgerOf('live', 'sandbox')).toThrow(/no fund/);
  });
});
