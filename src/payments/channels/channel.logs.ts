import { Injectable } from '@nestjs/common';
import { feedChannelAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, type Hex } from 'viem';
import { Clock, seconds } from '../../kernel/clock.js';
import { LedgerService } from '../../ledger/index.js';
import type { ChainLog, Confirmations, LogHandler } from '../../platform/chain/index.js';
import type { Tx } from '../../platform/database/index.js';
import { accountsOf, FUNDS } from '../accounts.js';
import { depthOf } from '../rails/stablecoin/escrow.calls.js';
import type { Move } from '../rails/stablecoin/escrow.books.js';
import { postMoves } from '../rails/stablecoin/log.moves.js';
import { ChannelsRepository } from './channels.repository.js';
import type { ReadChain } from './read.chain.js';

/**
 * What the channel contract's logs mean for channels and the ledger. The contract is everybody's: what is not about a channel or receiver of
 * ours is passed over. Nothing that a chain can say may make it throw.
 */
@Injectable()
export class ChannelLogs {
  constructor(
    private readonly channels: ChannelsRepository,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
  ) {}

  /** The handler for one chain. */
  of(chain: Pick<ReadChain, 'view' | 'receiver'>): LogHandler {
    return {
      depthOf: (log) => this.depthOf(log),
      subjectOf: (log) => log.topics[1] ?? null,
      apply: (tx, log) => this.take(tx, chain, log, 'apply'),
      reverse: (tx, log) => this.take(tx, chain, log, 'reverse'),
    };
  }

  private depthOf(log: ChainLog): Confirmations {
    const event = decode(log);
    return event?.eventName === 'Settled' ? depthOf(event.args.amount) : 'latest+1';
  }

  /** A log that comes and one that goes are both a reason to ask what is true now. */
  private async take(
    tx: Tx,
    chain: Pick<ReadChain, 'view' | 'receiver'>,
    log: ChainLog,
    what: 'apply' | 'reverse',
  ): Promise<void> {
    const event = decode(log);
    if (!event) return;
    if (event.eventName === 'Settled') return this.settled(tx, chain, log, what, event.args);
    const id = log.topics[1] as Hex;
    if (event.eventName === 'WithdrawInitiated' && what === 'apply') {
      const withdraw_at = new Date(seconds(event.args.finalizeAfter));
      await this.channels.advance(tx, id, 'freeze', this.clock.now(), { withdraw_at });
    }
    await this.channels.markStale(tx, id);
  }

  /** What was claimed is now at the receiver's address. What nobody was charged for can only come from a stolen key, and is nobody's. */
  private async settled(
    tx: Tx,
    { view, receiver }: Pick<ReadChain, 'view' | 'receiver'>,
    log: ChainLog,
    what: 'apply' | 'reverse',
    paid: { readonly receiver: Hex; readonly token: Hex; readonly amount: bigint },
  ): Promise<void> {
    if (paid.receiver.toLowerCase() !== receiver || paid.token.toLowerCase() !== view.token.address) return;
    const accounts = accountsOf(view.mode, FUNDS.stablecoin[view.mode]);
    const [channels, reads] = [accounts.chain('channels'), accounts.chain('reads')];
    const [from, to] = what === 'apply' ? [channels, reads] : [reads, channels];
    const { posted } = await this.ledger.balance(tx, from);
    const known = posted < paid.amount ? posted : paid.amount;
    const moves: Move[] = [
      [to, from, known, what === 'apply' ? 'channel_settle' : 'correction'],
      [to, accounts.readLosses(), paid.amount - known, 'correction'],
    ];
    await postMoves(tx, this.ledger, log, what, receiver, moves);
  }
}

/** Null for a log that is none of the contract's own. */
function decode({ topics, data }: ChainLog) {
  try {
    return decodeEventLog({ abi: feedChannelAbi, topics: topics as [Hex, ...Hex[]], data });
  } catch {
    return null; // A later version of the contract may say more than ours: it is no business of a channel we know.
  }
}
