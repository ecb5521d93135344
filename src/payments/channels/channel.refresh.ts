import { Inject, Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { Clock } from '../../kernel/clock.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { ReadRevenue } from '../usage/read.revenue.js';
import type { ChannelOnChain, ChannelRow } from './channel.entity.js';
import { ChannelsRepository } from './channels.repository.js';
import { READ_CHAINS, type ReadChains } from './read.chain.js';

const PER_PASS = 500;

/**
 * Brings channels to what the chain says. Logs only say that something happened: what is true then is asked, so that a log that is late, twice
 * or taken back leads to the same end.
 */
@Injectable()
export class ChannelRefresh {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly channels: ChannelsRepository,
    private readonly revenue: ReadRevenue,
    private readonly clock: Clock,
    @Inject(READ_CHAINS) private readonly chains: ReadChains,
  ) {}

  /** Every channel that something happened to. Repeatable. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      if (!this.chains[mode]) continue;
      const stale = await this.unitOfWork.run((tx) => this.channels.stale(tx, mode, PER_PASS));
      for (const row of stale) await this.refresh(row);
    }
  }

  /** Asks the chain about one channel, and answers its row as it is then. */
  async refresh(row: Pick<ChannelRow, 'id' | 'mode' | 'config' | 'refresh'>): Promise<ChannelRow> {
    const seen = await this.chains[row.mode]!.channels.channel(row.id, row.config);
    return this.unitOfWork.run((tx) => this.take(tx, row.id, seen, row.refresh));
  }

  /** What was charged and is there no more is given up, and taken back when it comes after all. */
  private async take(tx: Tx, id: Hex, seen: ChannelOnChain, asked: number): Promise<ChannelRow> {
    await this.channels.lock(tx, id);
    await this.channels.setSeen(tx, id, seen, asked);
    const row = (await this.channels.get(tx, id))!;
    const lost = row.charged > row.balance ? row.charged - row.balance : 0n;
    const now = this.clock.now();
    await this.channels.advance(tx, id, seen.withdraw_at !== null || lost > 0n ? 'freeze' : 'thaw', now);
    if (lost !== row.lost) {
      await this.channels.setLost(tx, id, lost);
      const cause = `channel:${id}:loss:${row.losses}`;
      await this.revenue.lose(tx, row.mode, lost - row.lost, { cause, from: 'channels', correlation: id });
    }
    return (await this.channels.get(tx, id))!;
  }
}
