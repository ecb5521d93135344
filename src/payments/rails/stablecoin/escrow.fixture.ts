import { randomBytes } from 'node:crypto';
import { bountyEscrowAbi, distributorAbi } from '@groundtruth/sdk/abi';
import { captureCommitment, type Chain, type Id } from '@groundtruth/sdk/protocol';
import { encodeAbiParameters, encodeEventTopics, getAbiItem, type Abi, type AbiEvent, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ManualClock } from '../../../kernel/clock.js';
import { mintId } from '../../../kernel/ids.js';
import { Clusters } from '../../../identity/index.js';
import { LedgerService, type AccountKey } from '../../../ledger/index.js';
import { ChainSender, type ChainLog } from '../../../platform/chain/index.js';
import { loadConfig } from '../../../platform/config/index.js';
import { sql, type Tx } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { silentLog } from '../../../platform/telemetry/index.js';
import type { PolicyGate } from '../../../policy/index.js';
import { testDatabase } from '../../../../test/support/postgres.js';
import { BountyAccount } from '../../bounty.account.js';
import type { HeldBounty } from '../../rail.js';
import { EntriesRepository } from './entries.repository.js';
import type { EntryRow } from './entry.entity.js';
import { EscrowCalls } from './escrow.calls.js';
import { AwardsRepository } from './distributor/awards.repository.js';
import { DistributorDispatch } from './distributor/distributor.dispatch.js';
import { DistributorLogs } from './distributor/distributor.logs.js';
import { RootDraft } from './distributor/root.draft.js';
import { RootsRepository } from './distributor/roots.repository.js';
import type { EscrowChains } from './escrow.chain.js';
import { EscrowDispatch } from './escrow.dispatch.js';
import { EscrowLogs } from './escrow.logs.js';
import { ReleasesRepository } from './releases.repository.js';
import { StablecoinRail } from './stablecoin.rail.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
export const PRICE = 1_000_001n;
export const SLOTS = 8;
export const FUNDER = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const PAYEE: Hex = `0x${'d'.repeat(40)}`;
const hash = (): Hex => `0x${randomBytes(32).toString('hex')}`;
const address = (digit: string): Hex => `0x${digit.repeat(40)}`;

export const VIEW: Chain = {
  mode: 'test',
  chain_id: 31_337,
  escrow: address('e'),
  distributor: address('c'),
  token: { address: address('b'), name: 'Test USD', version: '1', decimals: 6 },
};

export type World = Awaited<ReturnType<typeof stablecoinWorld>>;

/** The rail on a real database and ledger. Its chain is what a test says: nothing is sent. */
export async function stablecoinWorld() {
  const db = await testDatabase({ poolMax: 4 });
  const { unitOfWork } = db;
  const clock = new ManualClock(NOW);
  const config = loadConfig({});
  const ledger = new LedgerService(clock);
  const [entries, releases] = [new EntriesRepository(), new ReleasesRepository()];
  const senderOf = (key: string): ChainSender =>
    new ChainSender({
      chain_id: VIEW.chain_id,
      rpc_url: 'http://127.0.0.1:1',
      signer: privateKeyToAccount(`0x${key.repeat(32)}`),
      unitOfWork,
      database_url: db.url,
      log: silentLog,
      clock,
    });
  const [relayer, root_setter] = [senderOf('22'), senderOf('33')];
  const now = () => Promise.resolve(clock.now());
  const escrow = {
    view: VIEW,
    relayer,
    root_setter,
    now,
    releaser: address('a'),
    fee_to: address('f'),
    grace_s: 14 * 86_400,
  };
  /** What a test says that the chain says of any wallet. */
  const payer = { balance: 10n ** 12n, is_spent: false, accepts: false };
  const wallets = {
    balanceOf: () => Promise.resolve(payer.balance),
    isSpent: () => Promise.resolve(payer.is_spent),
    accepts: () => Promise.resolve(payer.accepts),
  };
  const chains: EscrowChains = { test: { ...escrow, wallets }, live: null };
  const policy = { look: () => Promise.resolve({ outcome: 'allow' }) } as unknown as PolicyGate;
  const account = new BountyAccount(ledger, config);
  const calls = new EscrowCalls();
  const rail = new StablecoinRail(
    entries,
    releases,
    account,
    ledger,
    policy,
    calls,
    new Clusters(),
    clock,
    chains,
    config,
  );
  const [awards, roots] = [new AwardsRepository(), new RootsRepository()];
  const logs = new EscrowLogs(entries, releases, awards, ledger, new Outbox(clock), clock);
  const distributor = new DistributorLogs(roots, awards, ledger, new Outbox(clock), clock).of(VIEW, silentLog);
  const draft = new RootDraft(awards, roots, policy, clock, config);
  const dispatch = new EscrowDispatch(unitOfWork, entries, releases, calls, clock, chains);
  const distributor_dispatch = new DistributorDispatch(unitOfWork, draft, roots, clock, chains, config);
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => unitOfWork.run(work);

  await db.dataSource.query(
    'ALTER TABLE escrow_entry DROP CONSTRAINT escrow_entry_bounty_id_fkey, DROP CONSTRAINT escrow_entry_agent_id_fkey',
  );
  /** Rows whose neighbours are left out. */
  const bare = (work: (tx: Tx) => Promise<unknown>) =>
    run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await work(tx);
    });

  return {
    db,
    clock,
    ledger,
    entries,
    releases,
    relayer,
    rail,
    awards,
    roots,
    draft,
    logs,
    distributor,
    dispatch,
    distributor_dispatch,
    payer,
    run,
    bare,
    /** A bounty of `SLOTS` slots whose entry is offered. */
    async offered() {
      const bounty: HeldBounty = {
        mode: 'test',
        bounty_id: mintId('bounty'),
        agent_id: mintId('agent'),
        rail: 'stablecoin',
        fund: 'test_usd',
      };
      const fee = (PRICE * BigInt(config.FEE_BPS) + 9_999n) / 10_000n;
      const amount = (PRICE + fee) * BigInt(SLOTS);
      const payer = { address: FUNDER.address.toLowerCase() as Hex, refund_to: FUNDER.address.toLowerCase() as Hex };
      await bare((tx) =>
        rail.offer(tx, { ...bounty, amount, payer, until: NOW + 3_600_000, deadline: NOW + 3_600_000 }),
      );
      const read = async (): Promise<EntryRow> => (await run((tx) => entries.of(tx, bounty.bounty_id)))!;
      return { bounty, amount, fee, id: (await read()).id, read };
    },
    /** A capture that is accepted for the bounty; paid to a wallet, or to the Distributor for `account`. */
    async captured(bounty: HeldBounty, account: Hex | null = null, contributor_id = mintId('contributor')) {
      const capture_id = mintId('capture');
      const [salt, seal] = [hash().slice(2), hash().slice(2)];
      const payout = {
        commitment: captureCommitment(salt, seal),
        to: account ? VIEW.distributor : PAYEE,
        for: account,
      };
      await bare((tx) =>
        sql(
          tx,
          `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1,
                                upload_expires_at, created_at)
           VALUES ($1, 'test', $2, $1, $3, 'accepted', '{}', $4, $5, $1, now(), now(), now(), now())`,
          [capture_id, bounty.bounty_id, contributor_id, seal, salt],
        ),
      );
      return { capture_id, contributor_id, payout };
    },
    async sign(captureId: Id<'capture'>): Promise<void> {
      await run((tx) =>
        sql(tx, `UPDATE release SET signature = $2 WHERE capture_id = $1`, [captureId, `0x${'5'.repeat(130)}`]),
      );
    },
    posted: (key: AccountKey): Promise<bigint> => run(async (tx) => (await ledger.balance(tx, key)).posted),
    end: () => db.close(),
  };
}

type EventName = Extract<(typeof bountyEscrowAbi)[number], { type: 'event' }>['name'];

/** A log of the escrow as a node tells it, in a block of its own. */
export const logOf = (eventName: EventName, args: Record<string, unknown>): ChainLog =>
  logIn(bountyEscrowAbi, VIEW.escrow, eventName, args);

/** As `logOf`, of the Distributor. */
export const distributorLogOf = (eventName: string, args: Record<string, unknown>): ChainLog =>
  logIn(distributorAbi, VIEW.distributor, eventName, args);

function logIn(abi: Abi, address: Hex, eventName: string, args: Record<string, unknown>): ChainLog {
  const { inputs } = getAbiItem({ abi, name: eventName }) as AbiEvent;
  const plain = inputs.filter(({ indexed }) => !indexed);
  return {
    chain_id: VIEW.chain_id,
    block_hash: hash(),
    log_index: 0,
    block: 1n,
    tx_hash: hash(),
    address,
    topics: encodeEventTopics({ abi, eventName, args: args as never }) as Hex[],
    data: encodeAbiParameters(
      plain,
      plain.map(({ name }) => args[name!]),
    ),
    round: 0,
  };
}
