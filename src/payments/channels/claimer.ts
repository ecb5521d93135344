import { Inject, Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../../kernel/clock.js';
import { deriveUuid } from '../../kernel/ids.js';
import type { ChainOperation } from '../../platform/chain/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { Log } from '../../platform/telemetry/index.js';
import { claimCall, READ_PURPOSES, settleCall, toChannels } from './channel.calls.js';
import type { ChannelRow } from './channel.entity.js';
import { ChannelRefresh } from './channel.refresh.js';
import { ChannelsRepository } from './channels.repository.js';
import { claimCost, CLAIMS_MAX, dueOf, isUrgent, isWorth, separate } from './claim.rules.js';
import { READ_CHAINS, type ReadChain, type ReadChains } from './read.chain.js';

/** How long a channel whose claim would fail for no reason that we know is left alone. */
const SET_ASIDE_S = 3_600;

/**
 * Takes on chain what vouchers promise: when it is worth the gas, and at once when a payer announces that it leaves. One channel that cannot be
 * claimed never stops the others.
 */
@Injectable()
export class Claimer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly channels: ChannelsRepository,
    private readonly refresh: ChannelRefresh,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(READ_CHAINS) private readonly chains: ReadChains,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Registers with each relayer who hears how its claims came out. Once, before the first pump. */
  listen(): void {
    for (const mode of MODES) {
      const chain = this.chains[mode];
      chain?.relayer.onDone(READ_PURPOSES.claim, (tx, operation) => this.claimEnded(tx, chain, operation));
      chain?.relayer.onDone(READ_PURPOSES.settle, () => Promise.resolve()); // Its log tells it, and how much.
    }
  }

  /** One look at what is owed. Repeatable; without `force` it queues nothing that is not worth its gas. */
  async pass({ force = false } = {}): Promise<void> {
    await this.refresh.pass();
    for (const mode of MODES) {
      const chain = this.chains[mode];
      if (!chain) continue;
      const now = this.clock.now();
      const rows = await this.unitOfWork.run((tx) => this.channels.unclaimed(tx, mode, CLAIMS_MAX, now));
      if (rows.length === 0 || !(force || (await this.isWorthIt(chain, rows)))) continue;
      const fresh: ChannelRow[] = [];
      for (const row of rows) fresh.push(await this.refresh.refresh(row));
      await this.claim(
        chain,
        fresh.filter((row) => dueOf(row) > 0n && row.operation === null),
      );
    }
  }

  private async isWorthIt(chain: ReadChain, rows: readonly ChannelRow[]): Promise<boolean> {
    if (isUrgent(rows)) return true;
    const cost = claimCost(rows.length, await chain.channels.gasPrice(), this.config.CHAIN_GAS_COIN_PRICE);
    return isWorth(rows, cost, BigInt(this.config.CLAIM_GAS_MULTIPLE));
  }

  private async claim(chain: ReadChain, rows: readonly ChannelRow[]): Promise<void> {
    const { chain_id } = chain.view;
    const { good, bad } = await separate(rows, async (some) =>
      chain.channels.goesThrough(chain.authorizer.address, await claimCall(chain_id, chain.authorizer, some)),
    );
    if (bad.length > 0) await this.setAside(bad);
    if (good.length === 0) return;
    const data = await claimCall(chain_id, chain.authorizer, good);
    // Another claim of the same is another operation: the last one may have come to nothing.
    const id = `${READ_PURPOSES.claim}:${deriveUuid(data, String(this.clock.now()))}`;
    await this.unitOfWork.run(async (tx) => {
      await chain.relayer.enqueue(tx, {
        id,
        ...toChannels(data),
        purpose: READ_PURPOSES.claim,
        confirmations: 'latest+1',
      });
      await this.channels.markUnderWay(tx, good.map((row) => row.id), id); // prettier-ignore
    });
  }

  private async setAside(rows: readonly ChannelRow[]): Promise<void> {
    const until = this.clock.now() + seconds(SET_ASIDE_S);
    const ids = rows.map(({ id }) => id);
    await this.unitOfWork.run((tx) => this.channels.setAside(tx, ids, until));
    this.log.error({ channels: ids }, 'channels cannot be claimed and are left out of claims for an hour');
  }

  /** However it came out, the chain is asked what is true of its channels. What it booked is paid out. */
  private async claimEnded(tx: Tx, chain: ReadChain, operation: ChainOperation): Promise<void> {
    await this.channels.operationEnded(tx, operation.id);
    if (operation.state !== 'done') return;
    await chain.relayer.enqueue(tx, {
      id: `${READ_PURPOSES.settle}:${operation.id}`,
      ...toChannels(settleCall(chain.receiver, chain.view.token.address)),
      purpose: READ_PURPOSES.settle,
      confirmations: 'latest+1',
    });
  }
}
