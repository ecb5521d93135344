import { randomBytes } from 'node:crypto';
import { captureCommitment, fundingMessage, mulCeil, mulFloor, type Id } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { mintId } from '../../../src/kernel/ids.js';
import { sql, sqlOne } from '../../../src/platform/database/index.js';
import type { HeldBounty } from '../../../src/payments/rail.js';
import type { EntryRow } from '../../../src/payments/rails/stablecoin/entry.entity.js';
import type { Lane } from './lane.js';
import type { Accepted } from './messages.js';
import type { EntryPlan } from './plan.js';
import type { RailProcess } from './process.js';

const BASIS_POINTS = 10_000n;
/** Far beyond what the chain's clock gains in a lane. */
const UNTIL_MS = 90 * 86_400_000;
const hash = (): string => randomBytes(32).toString('hex');
const wallet = (): Hex => `0x${randomBytes(20).toString('hex')}`;

/**
 * One bounty with its funder and its contributors, from the offer to the closing. Each step looks at what the tables say and asks for what
 * is missing, as clients that repeat their requests do.
 */
export class Story {
  readonly bounty: HeldBounty = {
    mode: 'test',
    bounty_id: mintId('bounty'),
    agent_id: mintId('agent'),
    rail: 'stablecoin',
    fund: 'test_usd',
  };
  readonly funder = privateKeyToAccount(generatePrivateKey());
  readonly refund_to = wallet();
  readonly accepted: readonly Accepted[];
  /** What the entry is funded with, in micros. */
  readonly amount: bigint;
  private settled = 0;
  private until = 0;

  constructor(
    private readonly lane: Lane,
    readonly plan: EntryPlan,
    private readonly fee_bps: number,
  ) {
    const { price, captures, unused } = plan;
    this.amount = (price + this.feeOf(price)) * BigInt(captures.length + unused);
    this.accepted = captures.map(({ present }) => this.capture(present));
  }

  feeOf(pay: bigint): bigint {
    return mulCeil(pay, BigInt(this.fee_bps), BASIS_POINTS);
  }

  /** What contributors are owed, without fees. */
  get owed(): bigint {
    return this.accepted.reduce((sum, { pay }) => sum + pay, 0n);
  }

  get fees(): bigint {
    return this.accepted.reduce((sum, { pay }) => sum + this.feeOf(pay), 0n);
  }

  get rest(): bigint {
    return this.amount - this.owed - this.fees;
  }

  /** Stores the bounty, and the captures that will be accepted once it is funded. */
  async begin(): Promise<void> {
    const { bounty_id, agent_id } = this.bounty;
    const { price, absence_share_bps, captures, unused } = this.plan;
    const fee = this.feeOf(price);
    this.until = (await this.lane.chain.now()) + UNTIL_MS;
    await this.lane.bare(async (tx) => {
      await sql(
        tx,
        `INSERT INTO bounty (id, mode, agent_id, kind, state, terms, currency, price_cap, fee_cap, absence_share_bps, quantity, opens_at, closes_at,
                             uploads_until, lat, lng, extent_m, cells, created_at)
         VALUES ($1, 'test', $2, 'photo', 'open', '{}', 'USDC', $3, $4, $5, $6, to_timestamp(0), to_timestamp(1), to_timestamp(1), 0, 0, 1, '{}', now())`,
        [bounty_id, agent_id, price, fee, absence_share_bps, captures.length + unused],
      );
      for (const { capture_id, contributor_id, to, salt, seal } of this.accepted as readonly Stored[]) {
        await sql(
          tx,
          `INSERT INTO reservation (id, mode, bounty_id, contributor_id, state, price, fee, currency, nonce, code, issued_at, lapses_at, payout_to)
           VALUES ($1, 'test', $2, $3, 'submitted', $4, $5, 'USDC', $1, '', to_timestamp(0), to_timestamp(1), $6)`,
          [capture_id, bounty_id, contributor_id, price, fee, to],
        );
        await sql(
          tx,
          `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1,
                                upload_expires_at, created_at)
           VALUES ($1, 'test', $2, $1, $3, 'accepted', '{}', $4, $5, $1, to_timestamp(0), to_timestamp(1), now(), now())`,
          [capture_id, bounty_id, contributor_id, seal, salt],
        );
      }
    });
  }

  row(): Promise<EntryRow | null> {
    const text = 'SELECT * FROM escrow_entry WHERE bounty_id = $1';
    return this.lane.run((tx) => sqlOne<EntryRow>(tx, text, [this.bounty.bounty_id]));
  }

  /** Whether the money that was to be held did not come: the token or the escrow refused. */
  async isRefused(): Promise<boolean> {
    return (await this.row())?.state === 'failed';
  }

  /** Asks the process for the next step, if one is due. @throws what the process says, or that it died. */
  async step(process: RailProcess): Promise<void> {
    const row = await this.row();
    const { bounty, amount } = this;
    if (row === null) {
      const payer = { address: lower(this.funder.address), refund_to: this.refund_to };
      await process.ask({ do: 'offer', bounty, amount, payer, until: this.until });
    } else if (row.state === 'offered' || row.state === 'failed') {
      const message = fundingMessage(row.chain, row.terms, row.id, amount, Math.floor(row.valid_before / 1_000));
      await process.ask({ do: 'hold', bounty, amount, signature: await this.funder.signTypedData(message) });
    } else if (row.state === 'funded') {
      do {
        const accepted = this.accepted[this.settled];
        if (!accepted) break;
        await process.ask({ do: 'settle', bounty, accepted });
        this.settled++;
      } while (this.plan.burst);
      if (this.settled === this.accepted.length) await process.ask({ do: 'refund', bounty });
    }
  }

  /** How this capture's contributor is paid; by a wallet of their own so far. */
  private capture(present: boolean): Stored {
    const { price, absence_share_bps } = this.plan;
    const [salt, seal] = [hash(), hash()];
    return {
      capture_id: mintId('capture') as Id<'capture'>,
      contributor_id: mintId('contributor'),
      finding: present ? 'present' : 'absent',
      price,
      pay: mulFloor(price, present ? BASIS_POINTS : absence_share_bps, BASIS_POINTS),
      commitment: captureCommitment(salt, seal),
      to: wallet(),
      salt,
      seal,
    };
  }
}

interface Stored extends Accepted {
  readonly salt: string;
  readonly seal: string;
}

const lower = (address: Hex): Hex => address.toLowerCase() as Hex;
