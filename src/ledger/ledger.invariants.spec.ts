import fc from 'fast-check';
import { allocate, mulCeil } from '@groundtruth/sdk/protocol';
import { chainsOf, type LedgerModel } from './testing/ledger.model.js';
import { type Draft, drafts, requestOf, type World } from './testing/batches.js';
import { type LedgerFixture, ledgerFixture, single } from './testing/fixture.js';
import { transferId, type TransferRequest, type TransferResult } from './transfers.js';

let ledger: LedgerFixture;
beforeAll(async () => {
  ledger = await ledgerFixture();
});
afterAll(() => ledger.db.close());
afterEach(async () => {
  expect(await ledger.run((tx) => ledger.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
});

const requestsOf = (batch: readonly Draft[], world: World): TransferRequest[] =>
  batch.map((draft) => requestOf(draft, world));

/** The database's counters against the model's, account by account. */
async function expectAsModelled(world: World, model: LedgerModel): Promise<void> {
  const counters = await ledger.countersOf(world.accounts);
  for (const [id, actual] of counters) expect(actual).toEqual(model.countersOf(id));
}

describe('the ledger', () => {
  it('L1 L2 keeps debits equal to credits and counters equal to the replay, as an independent model has them', async () => {
    const seen = new Set<TransferResult>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(drafts(), fc.nat({ max: 8 })), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const { world, model } = await ledger.world();
          for (const [batch, wait_ms] of batches) {
            ledger.clock.advance(wait_ms);
            const requests = requestsOf(batch, world);
            const results = await ledger.post(requests);
            expect(results).toEqual(model.post(requests, ledger.clock.now()));
            results.forEach((result) => seen.add(result));
            await expectAsModelled(world, model);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(seen.size).toBeGreaterThan(12); // Of 20 answers, or the generator has gone blind; each has its own test in ledger.answers.spec.ts.
  });

  it('L3 never lets a guarded account be overdrawn, whoever spends from it at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.bigInt({ min: 1n, max: 60n }), { minLength: 2, maxLength: 12 }), async (amounts) => {
        const { world } = await ledger.world();
        const [, payer, payee] = world.accounts as [bigint, bigint, bigint];
        const spend = amounts.map((amount, index) => ({
          ...single(transferId(world.name, `spend ${index}`), payer, payee, amount),
          kind: index % 2 ? ('pending' as const) : ('single' as const),
        }));
        const results = await Promise.all(spend.map((transfer) => ledger.post([transfer])));
        const spent = spend
          .filter((_, index) => results[index]![0] === 'ok')
          .reduce((sum, { amount }) => sum + amount, 0n);
        const { debits_pending, debits_posted } = (await ledger.countersOf([payer])).get(payer)!;
        expect(debits_pending + debits_posted).toBe(spent);
        expect(spent).toBeLessThanOrEqual(100n);
        const refused = amounts.filter((_, index) => results[index]![0] === 'exceeds_credits');
        expect(refused.every((amount) => spent + amount > 100n)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('L4 answers exists to the same transfer again and changes nothing, and refuses the same id with another body', async () => {
    await fc.assert(
      fc.asyncProperty(drafts({ linked: false }), fc.nat(), async (batch, pick) => {
        const { world, model } = await ledger.world();
        const requests = requestsOf(batch, world);
        const first = await ledger.post(requests);
        model.post(requests, ledger.clock.now());
        const accepted = requests.filter((_, index) => first[index] === 'ok');
        expect(await ledger.post(accepted)).toEqual(accepted.map(() => 'exists'));
        if (accepted.length > 0) {
          const original = accepted[pick % accepted.length]!;
          const changed: TransferRequest[] = [
            { ...original, amount: original.amount + 1n },
            { ...original, code: 'top_up' },
            { ...original, correlation: 'bty_other' },
            { ...original, reference: 'pi_other' },
            { ...original, debit: original.credit, credit: original.debit === 0n ? original.credit : original.debit },
          ];
          const differing = changed.filter(
            ({ debit, credit }) => debit !== 0n || credit !== 0n || original.debit !== 0n,
          );
          for (const request of differing.slice(0, 4))
            expect(await ledger.post([request])).toEqual(['exists_different']);
        }
        await expectAsModelled(world, model);
      }),
      { numRuns: 25 },
    );
  });

  it('L5 resolves a pending transfer at most once and never for more than it holds, whoever tries at once', async () => {
    const attempt = fc.record({
      kind: fc.constantFrom('post' as const, 'void' as const, 'expire' as const),
      amount: fc.bigInt({ min: 1n, max: 60n }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 1n, max: 60n }),
        fc.array(attempt, { minLength: 2, maxLength: 6 }),
        fc.boolean(),
        async (amount, attempts, due) => {
          const { world } = await ledger.world();
          const [, payer, payee] = world.accounts as [bigint, bigint, bigint];
          const id = transferId(world.name, 'hold');
          await ledger.post([
            { ...single(id, payer, payee, amount), kind: 'pending', expires_at: ledger.clock.now() + 5 },
          ]);
          if (due) ledger.clock.advance(5);
          const resolutions = attempts.map((one, index): TransferRequest => ({
            ...single(transferId(world.name, `end ${index}`), 0n, 0n, one.kind === 'post' ? one.amount : 0n),
            kind: one.kind,
            pending_id: id,
          }));
          const results = (await Promise.all(resolutions.map((resolution) => ledger.post([resolution])))).map(
            ([result]) => result,
          );
          const winners = resolutions.filter((_, index) => results[index] === 'ok');
          const possible = attempts.some((one) =>
            due ? one.kind === 'expire' : one.kind === 'void' || (one.kind === 'post' && one.amount <= amount),
          );
          expect(winners).toHaveLength(possible ? 1 : 0);
          const counters = (await ledger.countersOf([payer])).get(payer)!;
          const posted = winners[0]?.kind === 'post' ? winners[0].amount : 0n;
          expect(counters).toMatchObject({ debits_pending: possible ? 0n : amount, debits_posted: posted });
          expect(posted).toBeLessThanOrEqual(amount);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('L6 posts all of a linked chain or none of it', async () => {
    let [whole, none] = [0, 0];
    await fc.assert(
      fc.asyncProperty(drafts({ ids: 200, lengthMax: 30 }), async (batch) => {
        const { world } = await ledger.world();
        const chains = chainsOf(requestsOf(batch, world));
        const results = await ledger.post(chains.flat());
        const written = await writtenOf(chains.flat().map(({ id }) => id));
        let start = 0;
        for (const chain of chains) {
          const answers = results.slice(start, (start += chain.length));
          const success = answers.filter((answer) => answer === 'ok' || answer === 'exists').length;
          expect([0, chain.length]).toContain(success);
          if (success > 0) expect(chain.filter(({ id }) => !written.has(id))).toEqual([]);
          if (chain.length > 1) success ? (whole += 1) : (none += 1);
        }
        expect(written.size).toBe(results.filter((result) => result === 'ok').length);
      }),
      { numRuns: 45 },
    );
    expect(Math.min(whole, none)).toBeGreaterThan(2); // Or the property held because nothing ran.
  });

  it('L7 answers a batch as it answers the same transfers cut into smaller ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        drafts({ lengthMax: 30 }),
        fc.array(fc.nat({ max: 4 }), { minLength: 30, maxLength: 30 }),
        async (batch, cuts) => {
          const [one, other] = [(await ledger.world()).world, (await ledger.world()).world];
          const together = await ledger.post(requestsOf(batch, one));
          const apart: TransferResult[] = [];
          for (const part of partsOf(chainsOf(requestsOf(batch, other)), cuts))
            apart.push(...(await ledger.post(part)));
          expect(apart).toEqual(together);
          const [left, right] = [await ledger.countersOf(one.accounts), await ledger.countersOf(other.accounts)];
          expect(other.accounts.map((id) => right.get(id))).toEqual(one.accounts.map((id) => left.get(id)));
        },
      ),
      { numRuns: 45 },
    );
  });

  it('L8 never moves money between ledgers', async () => {
    const { world } = await ledger.world();
    const elsewhere = world.accounts.at(-2)!;
    for (const kind of ['single', 'pending'] as const) {
      for (const [debit, credit] of [
        [world.accounts[0]!, elsewhere],
        [elsewhere, world.accounts[0]!],
      ] as const) {
        const transfer = { ...single(transferId(world.name, `${kind} ${debit}`), debit, credit, 1n), kind };
        expect(await ledger.post([transfer])).toEqual(['ledger_mismatch']);
      }
    }
    expect((await ledger.countersOf([elsewhere])).get(elsewhere)).toMatchObject({
      credits_posted: 0n,
      credits_pending: 0n,
      debits_posted: 0n,
    });
  });

  it('L10 multiplies and splits prices without rounding anything away', async () => {
    const bps = 10_000n;
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 1n, max: 10n }),
        fc.integer({ min: 1, max: 9 }),
        fc.bigInt({ min: 0n, max: bps }),
        async (price, count, rate) => {
          const { world } = await ledger.world();
          const [issuer, payer, payee, , fees] = world.accounts as [bigint, bigint, bigint, bigint, bigint];
          const fee = mulCeil(price, rate, bps);
          const legs = Array.from({ length: count }, (_, read) => [
            { ...single(transferId(world.name, `net ${read}`), payer, payee, price - fee), linked: fee > 0n },
            single(transferId(world.name, `fee ${read}`), payer, fees, fee),
          ]);
          const posted = legs
            .flat()
            .filter(({ amount }) => amount > 0n)
            .map((leg, index, all) => ({ ...leg, linked: leg.linked && index + 1 < all.length }));
          const before = await ledger.countersOf(world.accounts);
          expect(await ledger.post(posted)).toEqual(posted.map(() => 'ok'));
          const after = await ledger.countersOf(world.accounts);
          const gained = (id: bigint) => after.get(id)!.credits_posted - before.get(id)!.credits_posted;
          expect(after.get(payer)!.debits_posted).toBe(price * BigInt(count));
          expect(gained(payee) + gained(fees)).toBe(price * BigInt(count));
          expect(gained(issuer)).toBe(0n);
          expect(allocate(price * BigInt(count), [rate, bps]).reduce((a, b) => a + b)).toBe(price * BigInt(count));
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Which of these ids the ledger has. */
async function writtenOf(ids: readonly string[]): Promise<Set<string>> {
  const rows: { id: string }[] = await ledger.run((tx) =>
    tx.query(`SELECT 'trf_' || replace(id::text, '-', '') AS id FROM ledger_transfer WHERE id = ANY ($1::uuid[])`, [
      ids.map((id) => id.slice(4)),
    ]),
  );
  return new Set(rows.map(({ id }) => id));
}

/** Cuts a list of chains into batches of `cuts` chains each; a chain is never cut. A chain left open stays at the end. */
function partsOf(chains: readonly TransferRequest[][], cuts: readonly number[]): TransferRequest[][] {
  const parts: TransferRequest[][] = [];
  for (let start = 0, cut = 0; start < chains.length; cut++) {
    const size = 1 + cuts[cut % cuts.length]!;
    parts.push(chains.slice(start, start + size).flat());
    start += size;
  }
  return parts;
}
