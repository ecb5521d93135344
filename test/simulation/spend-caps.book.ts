import type { AgentClient } from '@groundtruth/sdk/agent';
import { parseAmount } from '@groundtruth/sdk/protocol';
import { sqlOne } from '../../src/platform/database/index.js';
import type { TestMarket } from '../support/market.js';

const DAY_MS = 86_400_000;
const CREDIT = 'sandbox_credit';
/** Whatever a read is split into. */
const READ = /^read_/;

interface Outflow {
  readonly at: number;
  readonly amount: bigint;
}

/**
 * What left one agent's balance, by the transfers alone: kept without a look at how the product counts, and then compared with it.
 */
export class CapBook {
  commitments = 0;
  /** Most that was committed within any 24 hours. */
  fullest = 0n;

  constructor(
    private readonly market: TestMarket,
    private readonly agentId: string,
    private readonly client: AgentClient,
  ) {}

  /** Fails when a cap was passed, or when what left the balance is not what is held, was returned or was paid for reads. */
  async check(caps: { readonly per_bounty: bigint; readonly rolling_24h: bigint }): Promise<void> {
    const out: Outflow[] = [];
    let [returned, read] = [0n, 0n];
    for await (const { direction, amount, reason, created_at } of this.client.transfers.list()) {
      const micros = parseAmount(amount)!;
      if (direction === 'out') out.push({ at: Date.parse(created_at), amount: micros });
      else if (reason !== CREDIT) returned += micros;
      if (direction === 'out' && READ.test(reason)) read += micros;
    }
    const held: bigint[] = [];
    for await (const bounty of this.client.bounties.list({ mine: true })) held.push(parseAmount(bounty.held!)!);
    const spent = sum(out.map(({ amount }) => amount));

    expect(held.filter((amount) => amount > caps.per_bounty)).toEqual([]);
    for (const { at } of out) {
      const within = sum(out.filter((other) => other.at <= at && other.at > at - DAY_MS).map(({ amount }) => amount));
      if (within > this.fullest) this.fullest = within;
    }
    expect(this.fullest <= caps.rolling_24h).toBe(true);
    expect(spent - returned - read).toBe(sum(held));
    expect(await this.committed()).toBe(spent);
    this.commitments = out.length;
  }

  /** What the product itself has counted against the key. */
  private async committed(): Promise<bigint> {
    const text = `SELECT coalesce(sum(amount), 0)::bigint AS total FROM spend_commitment
      WHERE key_id IN (SELECT id FROM api_key WHERE principal_id = $1)`;
    const row = await this.market.database.unitOfWork.run((tx) => sqlOne<{ total: bigint }>(tx, text, [this.agentId]));
    return row!.total;
  }
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
