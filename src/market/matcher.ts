import { Inject, Injectable } from '@nestjs/common';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import {
  BountiesRepository,
  freeSlots,
  priceNow,
  reachesNow,
  termsFromRow,
  wayOf,
  type BountyRow,
} from '../bounties/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { BookRepository, type PricedBounty } from './book.repository.js';
import type { Bid } from './crossing.rules.js';
import { InvitationChanges } from './invitation.changes.js';
import { InvitationLimits } from './invitation.limits.js';
import { InvitationsRepository } from './invitations.repository.js';
import { LooksRepository } from './looks.repository.js';
import { matchBook, pairOf, type Book, type Match } from './matching.js';
import { OffersRepository } from './offers.repository.js';

/** Bounties matched as one book: the dearest of them is served first. */
const BATCH = 100;
/** Most batches of one pass; the next pass takes the rest. */
const BATCHES_MAX = 10;
/** How often a batch is matched anew because somebody may not be asked after all. */
const ROUNDS_MAX = 5;
/** How long a batch is another's: far longer than one takes. */
const LEASE_S = 60;
/** An open bounty is looked at once an hour whatever happens: what a lost look would cost. */
const LOOK_AGAIN_S = 3_600;
/** How often is looked for open bounties without a planned look, such as those whose suspension was lifted, and how many are taken at a time. */
const ADOPT_EVERY_S = 60;
const ADOPTED_MAX = 5_000;

/** Holds the bounties that are due against the standing offers, and makes an invitation of each pair that meets. */
@Injectable()
export class Matcher {
  private adopts_at: Instant = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly offers: OffersRepository,
    private readonly invitations: InvitationsRepository,
    private readonly changes: InvitationChanges,
    private readonly limits: InvitationLimits,
    private readonly looks: LooksRepository,
    private readonly books: BookRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Any number of processes may, at any time. A holder that dies leaves its batch to others after the lease. */
  async pass(): Promise<void> {
    await this.adopt();
    for (let batches = 0; batches < BATCHES_MAX; batches++) if ((await this.batch()) < BATCH) return;
  }

  private async adopt(): Promise<void> {
    const now = this.clock.now();
    if (now < this.adopts_at) return;
    this.adopts_at = now + seconds(ADOPT_EVERY_S);
    await this.unitOfWork.run((tx) => this.looks.adopt(tx, now, ADOPTED_MAX));
  }

  /** Answers how many bounties were due. */
  private async batch(): Promise<number> {
    const now = this.clock.now();
    const lease = now + seconds(LEASE_S);
    const due = await this.unitOfWork.run((tx) => this.looks.take(tx, now, lease, BATCH));
    if (due.length === 0) return 0;
    const open: PricedBounty[] = [];
    for (const id of due) {
      const row = await this.unitOfWork.run((tx) => this.tidy(tx, id, lease, now));
      if (row) open.push({ row, price: priceNow(row, now) });
    }
    await this.match(open, now);
    for (const bounty of open) await this.unitOfWork.run((tx) => this.plan(tx, bounty, lease, now));
    return due.length;
  }

  /** Who may not be asked after all leaves the slot to the next, in the next round. */
  private async match(open: readonly PricedBounty[], now: Instant): Promise<void> {
    const refused = new Set<string>();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const book = await this.unitOfWork.run((tx) => this.bookOf(tx, open, now, refused));
      const before = refused.size;
      for (const match of matchBook(book)) {
        const invited = await this.unitOfWork.run((tx) => this.invite(tx, match, now));
        if (!invited) refused.add(pairOf(match.bid.bounty_id, match.ask.contributor_id));
      }
      if (refused.size === before) return;
    }
  }

  /**
   * An invitation holds no slot, so others may have taken what was promised: the youngest invitations beyond the free slots are taken back, and
   * all of them when the bounty takes no work. Answers the bounty if it may invite.
   */
  private async tidy(tx: Tx, id: string, lease: Instant, now: Instant): Promise<BountyRow | null> {
    const row = await this.bounties.lock(tx, id);
    const works = row?.state === 'open' && row.closes_at > now;
    const free = works ? freeSlots(row) : 0;
    for (const surplus of (await this.invitations.openOfBounty(tx, id)).slice(free))
      await this.changes.end(tx, surplus, 'withdraw');
    if (!works) await this.looks.drop(tx, id, lease);
    else if (!invites(row)) await this.looks.planNext(tx, id, lease, row.closes_at);
    return works && invites(row) ? row : null;
  }

  private async bookOf(
    tx: Tx,
    open: readonly PricedBounty[],
    now: Instant,
    refused: ReadonlySet<string>,
  ): Promise<Book> {
    const bids = [];
    for (const bounty of open) bids.push(await this.bidOf(tx, bounty));
    const asks = await this.books.asks(tx, open, now);
    const contributors = [...new Set(asks.map((ask) => ask.contributor_id))];
    const ids = bids.map(({ bounty_id }) => bounty_id);
    return {
      now,
      bids,
      asks: asks.map(({ id: offer_id, ...ask }) => ({ offer_id, ...ask })),
      met: new Set([...refused, ...(await this.books.met(tx, ids, contributors))]),
      rooms: await this.books.rooms(tx, contributors),
    };
  }

  private async bidOf(tx: Tx, { row, price }: PricedBounty): Promise<Bid> {
    const { id: bounty_id, mode, kind, currency, cells, opens_at, closes_at, created_at } = row;
    const { area, rail } = termsFromRow(row);
    const invited = (await this.invitations.openOfBounty(tx, row.id)).length;
    const slots = freeSlots(row) - invited;
    return { bounty_id, mode, kind, currency, rail, price, cells, area, opens_at, closes_at, created_at, slots };
  }

  /** What the book said is asked once more under the locks that a reservation takes too: contributor, then bounty. False: not invited. */
  private async invite(tx: Tx, { bid, ask }: Match, now: Instant): Promise<boolean> {
    const found = await this.bounties.get(tx, bid.bounty_id);
    if (found?.state !== 'open' || !(await this.limits.mayInvite(tx, ask.contributor_id, found))) return false;
    const offer = await this.offers.lock(tx, ask.offer_id);
    const row = (await this.bounties.lock(tx, bid.bounty_id))!;
    if (offer?.state !== 'active' || row.state !== 'open') return false;
    const price = priceNow(row, now);
    if (price < ask.price_min || (await this.bidOf(tx, { row, price })).slots <= 0) return false;
    return this.changes.make(tx, {
      id: mintId('invitation'),
      mode: offer.mode,
      offer_id: offer.id,
      bounty_id: row.id,
      contributor_id: offer.contributor_id,
      price,
      currency: row.currency,
      automatic: offer.auto_confirm,
      expires_at: Math.min(now + seconds(this.config.INVITATION_TTL_S), row.closes_at, ask.stands_until),
      created_at: now,
    });
  }

  /** The next look: when time brings the price to the next ask, or the window opens. All else that matters brings it forward. */
  private async plan(tx: Tx, bounty: PricedBounty, lease: Instant, now: Instant): Promise<void> {
    const next = await this.books.nextAsk(tx, bounty, now);
    const crossing = next === null ? null : reachesNow(bounty.row, next);
    const opening = bounty.row.opens_at > now ? bounty.row.opens_at : null;
    const times = [crossing, opening, now + seconds(LOOK_AGAIN_S)].filter((at) => at !== null);
    await this.looks.planNext(tx, bounty.row.id, lease, Math.max(now + 1, Math.min(...times)));
  }
}

/** A race has no slot to be invited to, and where slots are drawn nobody may be asked before others. */
const invites = (row: BountyRow): boolean => wayOf(termsFromRow(row)) === 'reserved';
