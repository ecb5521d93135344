import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Claimer, type ChannelRow } from '../../src/payments/index.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { readMarket, type ReadMarket } from '../support/x402.js';

const PRICE = 10_000n;
const READS = 1_000;
const PAYERS = 4;

let dataDir: string;
let market: TestMarket;
let reads: ReadMarket;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'x402-long-'));
  // A claim is never worth its gas here: the test says when to claim.
  const settings = { VERIFIERS: '0', CHAIN_POLL_MS: '100', CHAIN_GAS_COIN_PRICE: '1000000.000000' };
  market = await testMarket({ DATA_DIR: dataDir, ...settings });
  reads = await readMarket(market);
}, 300_000);
afterAll(async () => {
  await market.end();
  await rm(dataDir, { recursive: true, force: true });
});

describe('a thousand reads by voucher', () => {
  it('of stock clients settle in one claim, to the micro', async () => {
    const id = await reads.publish();
    const payers = await Promise.all(Array.from({ length: PAYERS }, () => reads.wallet(20_000_000n)));
    await Promise.all(
      payers.map(async (payer) => {
        const { fetch: pay } = reads.batchFetch(payer);
        for (let i = 0; i < READS / PAYERS; i++) expect((await pay(reads.url(id))).status).toBe(200);
      }),
    );
    const rows = () => reads.rows<ChannelRow & Record<string, unknown>>('SELECT * FROM channel');
    const total = PRICE * BigInt(READS);
    const sum = async (what: 'charged' | 'claimed') => (await rows()).reduce((all, row) => all + row[what], 0n);
    expect([await sum('charged'), await sum('claimed')]).toEqual([total, 0n]);
    await market.http.app.get(Claimer).pass({ force: true });
    await eventually(async () => (await sum('claimed')) === total, 'the claim');
    await eventually(async () => (await reads.balanceOf(reads.chain.receiver)) === total, 'the settlement');
    const operations = await reads.rows<{ purpose: string }>(
      `SELECT purpose FROM chain_operation WHERE purpose IN ('channel.claim', 'channel.settle') ORDER BY seq`,
    );
    expect(operations.map(({ purpose }) => purpose)).toEqual(['channel.claim', 'channel.settle']);
    const usage = await reads.rows<{ count: bigint; sum: bigint }>(
      `SELECT count(*) AS count, sum(price)::bigint AS sum FROM usage_event WHERE how = 'batch'`,
    );
    expect(usage).toEqual([{ count: BigInt(READS), sum: total }]);
  }, 900_000);
});
