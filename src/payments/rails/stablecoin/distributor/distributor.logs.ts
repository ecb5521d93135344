import { Injectable } from '@nestjs/common';
import { distributorAbi } from '@groundtruth/sdk/abi';
import type { Chain } from '@groundtruth/sdk/protocol';
import { decodeEventLog, type Hex } from 'viem';
import { Clock, seconds } from '../../../../kernel/clock.js';
import { mintId } from '../../../../kernel/ids.js';
import { LedgerService } from '../../../../ledger/index.js';
import type { ChainLog, Confirmations, LogHandler } from '../../../../platform/chain/index.js';
import type { Tx } from '../../../../platform/database/index.js';
import type { Log } from '../../../../platform/telemetry/index.js';
import { Outbox } from '../../../../platform/outbox/index.js';
import { FUNDS, accountsOf } from '../../../accounts.js';
import type { Move } from '../escrow.books.js';
import { depthOf } from '../escrow.calls.js';
import { nameOf, postMoves } from '../log.moves.js';
import type { AwardRow, RootRow } from './award.entity.js';
import { AwardsRepository } from './awards.repository.js';
import { intoDistributor, outOfDistributor, type Share } from './distributor.books.js';
import { RootsRepository } from './roots.repository.js';

type DistributorEvent = ReturnType<typeof decode>;
type EventOf<Name extends DistributorEvent['eventName']> = Extract<DistributorEvent, { eventName: Name }>['args'];

/** What the Distributor's logs mean for roots, awards and the ledger. As in EscrowLogs, nothing a chain can say may make it throw. */
@Injectable()
export class DistributorLogs {
  constructor(
    private readonly roots: RootsRepository,
    private readonly awards: AwardsRepository,
    private readonly ledger: LedgerService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** The handler for the Distributor of one chain. `log` is told of roots that are not of our making. */
  of(chain: Chain, log: Log): LogHandler {
    return {
      depthOf: (log) => this.depthOf(log),
      subjectOf: (log) => log.topics[1] ?? null,
      apply: (tx, seen) => this.apply(tx, chain, log, seen),
      reverse: (tx, seen) => this.reverse(tx, chain, seen),
    };
  }

  private depthOf(log: ChainLog): Confirmations {
    const event = decode(log);
    return event.eventName === 'Claimed' ? depthOf(event.args.amount) : 'latest+1';
  }

  private async apply(tx: Tx, chain: Chain, told: Log, log: ChainLog): Promise<void> {
    const event = decode(log);
    switch (event.eventName) {
      case 'RootProposed':
        return this.proposed(tx, chain, told, log, event.args);
      case 'RootVetoed':
        return this.turn(tx, chain, event.args, 'veto');
      case 'Claimed':
        return this.claimed(tx, chain, log, event.args);
      default:
        return;
    }
  }

  private async reverse(tx: Tx, chain: Chain, log: ChainLog): Promise<void> {
    const event = decode(log);
    switch (event.eventName) {
      case 'RootProposed':
        return this.turn(tx, chain, event.args, 'retract');
      case 'RootVetoed':
        return this.turn(tx, chain, event.args, 'restore');
      case 'Claimed':
        return this.unclaimed(tx, chain, log, event.args);
      default:
        return;
    }
  }

  /** Also one that we never drafted: it has the epoch, and its claims are losses. */
  private async proposed(
    tx: Tx,
    chain: Chain,
    told: Log,
    log: ChainLog,
    { root, ...args }: EventOf<'RootProposed'>,
  ): Promise<void> {
    const now = this.clock.now();
    const [epoch, { total }] = [Number(args.epoch), args];
    const rows = await this.roots.ofEpoch(tx, chain, epoch);
    const ours = rows.find((row) => row.root === root && row.state !== 'proposed');
    for (const { id, state } of rows)
      if (id !== ours?.id && state === 'drafted') await this.roots.advance(tx, id, 'discard', now);
    const id = ours?.id ?? mintId('payout_root');
    if (!ours) {
      told.error({ epoch, root, transaction: log.tx_hash }, 'the Distributor shows a root that is not ours: veto it');
      await this.roots.insert(tx, { id, mode: chain.mode, chain, epoch, root, total, created_at: now }, []);
    }
    const active_at = new Date(seconds(Number(args.activeAt)));
    await this.roots.advance(tx, id, 'propose', now, { active_at, transaction: log.tx_hash });
  }

  private async turn(tx: Tx, chain: Chain, args: { epoch: bigint; root: Hex }, event: 'veto' | 'retract' | 'restore') {
    const rows = await this.roots.ofEpoch(tx, chain, Number(args.epoch));
    const row = rows.find(({ root, state }: RootRow) => root === args.root && state !== 'discarded');
    if (!row) return;
    await this.roots.advance(
      tx,
      row.id,
      event,
      this.clock.now(),
      event === 'retract' ? { active_at: null, transaction: null } : {},
    );
    // One that is not of our making is no draft of ours.
    if (event === 'retract' && (await this.roots.leaves(tx, row.id)).length === 0)
      await this.roots.advance(tx, row.id, 'discard', this.clock.now());
  }

  private async claimed(tx: Tx, chain: Chain, log: ChainLog, args: EventOf<'Claimed'>): Promise<void> {
    const account = args.account.toLowerCase() as Hex;
    const paid = await this.awards.claim(tx, chain, account, args.cumulative, nameOf(log));
    const { shares, prepaid } = sharesOf(chain, paid, args.amount);
    const moves = await outOfDistributor(tx, this.ledger, chain.mode, shares, 'payout');
    await postMoves(tx, this.ledger, log, 'apply', account, [...moves, ...prepaid]);
    for (const { capture_id } of paid) await this.outbox.append(tx, { type: 'capture.claimed', capture_id });
  }

  private async unclaimed(tx: Tx, chain: Chain, log: ChainLog, args: EventOf<'Claimed'>): Promise<void> {
    const back = await this.awards.unclaim(tx, nameOf(log));
    const { shares, prepaid } = sharesOf(chain, back, args.amount);
    const moves = await intoDistributor(tx, this.ledger, chain.mode, shares, 'correction');
    const again = prepaid.map(([debit, credit, amount]): Move => [credit, debit, amount, 'correction']);
    await postMoves(tx, this.ledger, log, 'reverse', args.account.toLowerCase(), [...moves, ...again]);
  }
}

/**
 * To each contributor what its awards were. What a claim paid beyond them a foreign root had promised: a loss. What the awards are beyond it,
 * such a root has paid before: `prepaid` moves it.
 */
function sharesOf({ mode }: Chain, awards: readonly AwardRow[], amount: bigint): { shares: Share[]; prepaid: Move[] } {
  const { payable, foreignClaims } = accountsOf(mode, FUNDS.stablecoin[mode]);
  let left = amount;
  const parts = awards.map((award) => {
    const part = award.amount < left ? award.amount : left;
    left -= part;
    return { account: payable(award.contributor_id), part, rest: award.amount - part };
  });
  return {
    shares: [
      ...parts.map(({ account, part }) => ({ account, amount: part })),
      { account: foreignClaims(), amount: left },
    ],
    prepaid: parts.map(({ account, rest }): Move => [account, foreignClaims(), rest, 'loss_cover']),
  };
}

const decode = ({ topics, data }: ChainLog) =>
  decodeEventLog({ abi: distributorAbi, topics: topics as [Hex, ...Hex[]], data });
