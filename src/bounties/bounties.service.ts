import { Inject, Injectable } from '@nestjs/common';
import { capOf, type Bounty, type BountyTerms, type Id, type Page, type Point } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { distanceM } from '../kernel/geo.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { SpendCapsLedger, type Principal } from '../identity/index.js';
import { Rail, type Examined } from '../payments/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { PolicyGate } from '../policy/index.js';
import { offeredAtFirst } from './agreement/overlap.rules.js';
import { cellsNear, placeOf } from './bounty.area.js';
import { termsFromRow, termsSubject, termsToWire } from './bounty.terms.js';
import type { BountyRow } from './bounty.entity.js';
import { BountiesRepository, type NewBounty } from './bounties.repository.js';
import { checkTerms, feeOf, holdOf, shareToBps } from './bounty.rules.js';
import { heldBounty, payerOf } from './bounty.funding.js';
import { priceNow } from './bounty.price.js';
import { bountyView } from './bounty.view.js';
import { BountyClosing } from './bounty.closing.js';
import { gathersUntil, isVisible } from './pledges/gathering.rules.js';
import { PledgesService } from './pledges/pledges.service.js';
import { NearSearch } from './near/near.search.js';
import { Reachability } from './reachability.js';
import { ReferencesService } from './references.service.js';

/** A bounty that may be posted, and whether its hold is taken with it. */
export interface Posting {
  readonly row: NewBounty;
  readonly holds: boolean;
}

@Injectable()
export class BountiesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly rail: Rail,
    private readonly pledges: PledgesService,
    private readonly closing: BountyClosing,
    private readonly policy: PolicyGate,
    private readonly caps: SpendCapsLedger,
    private readonly outbox: Outbox,
    private readonly reach: Reachability,
    private readonly references: ReferencesService,
    private readonly near: NearSearch,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Posts a bounty; with `fund` its hold is taken in the same transaction, so it is open or does not exist. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_bounty'>) {
    const prepare = () => this.prepare(caller, body);
    return this.unitOfWork.onceAfter(command, prepare, (tx, posting) => this.post(tx, caller, posting));
  }

  /** All that is refused before money moves: terms that make no sense here, references, policy. Creates nothing; may be repeated. */
  async prepare(caller: Principal, { fund, ...terms }: BodyOf<'create_bounty'>): Promise<Posting> {
    await this.checkPostable(caller, terms);
    const row = this.draft(caller, terms);
    await this.policy.check('publish', {
      id: row.id,
      mode: caller.mode,
      requester_id: caller.id,
      ...termsSubject(terms),
    });
    return { row, holds: fund && terms.rail === 'balance' && !terms.pledges };
  }

  /** The part of `prepare` that asks no policy and leaves no record. Refuses as it does. */
  async checkPostable(caller: Principal, terms: BountyTerms): Promise<void> {
    checkTerms(terms, this.reach.at(caller.mode), this.clock.now());
    await this.references.checkUsable(caller, terms.criteria);
  }

  /** Makes what was prepared, in the caller's transaction. @throws {DomainError} `spend_cap_exceeded`, `insufficient_funds`, `account_frozen`. */
  async post(tx: Tx, caller: Principal, { row, holds }: Posting): Promise<Bounty> {
    await this.bounties.insert(tx, row);
    await this.policy.posted(tx, row.id);
    await this.offer(tx, row.id);
    return holds ? this.hold(tx, caller, row.id, null) : this.view(tx, caller, row.id);
  }

  /** Holds price and fee of every slot, and opens the draft once they are there. */
  async fund(command: Command, caller: Principal, id: string, { authorization }: BodyOf<'fund_bounty'>) {
    const examine = () => this.examined(caller, id, authorization ?? null);
    return this.unitOfWork.onceAfter(command, examine, async (tx, examined) => {
      if (gathersUntil(await this.own(tx, caller, id)) === null) return this.hold(tx, caller, id, examined);
      await this.pledges.cover(tx, caller, id);
      return this.view(tx, caller, id);
    });
  }

  /** What policy and the chain say to its money. */
  private async examined(caller: Principal, id: string, authorization: BodyOf<'fund_bounty'>['authorization'] | null) {
    const { row, entry } = await this.unitOfWork.run(async (tx) => {
      const row = await this.own(tx, caller, id);
      return { row, entry: await this.rail.entry(tx, heldBounty(row)) };
    });
    await this.policy.check('publish', {
      id,
      mode: caller.mode,
      requester_id: caller.id,
      ...termsSubject(termsFromRow(row)),
    });
    const amount = holdOf(row.price_cap, row.fee_cap, row.quantity);
    return this.rail.examine({ mode: row.mode, entry, amount, authorization: authorization ?? null });
  }

  /** What the chain holds for a draft has arrived: opens it, or sends the money back if it came too late or is too little. Repeatable. */
  async funded(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const row = await this.bounties.lock(tx, id);
      if (!row || !['draft', 'closed'].includes(row.state)) return;
      const held = await this.rail.held(tx, heldBounty(row));
      if (row.state === 'draft' && held === 0n) return; // Its block was abandoned: it is told again when the money is back.
      const enough = held >= holdOf(row.price_cap, row.fee_cap, row.quantity);
      const wanted = enough && row.closes_at > now && (await this.rail.admits(tx, heldBounty(row)));
      if (wanted && (await this.bounties.advance(tx, id, 'fund', now))) {
        await this.outbox.append(tx, { type: 'bounty.opened', bounty_id: id });
        return;
      }
      const moved = await this.bounties.advance(tx, id, 'cancel', now, { outcome: 'cancelled' });
      await this.rail.refundRest(tx, heldBounty(row));
      if (moved) await this.outbox.append(tx, { type: 'bounty.closed', bounty_id: id });
    });
  }

  /** Takes no new work. What is reserved or in flight is still decided and paid; then the rest returns. */
  async cancel(command: Command, caller: Principal, id: string) {
    return this.unitOfWork.once(command, async (tx) => {
      await this.own(tx, caller, id);
      await this.closing.cancel(tx, id);
      return this.view(tx, caller, id);
    });
  }

  async get(caller: Principal, id: string): Promise<Bounty> {
    return this.unitOfWork.run((tx) => this.view(tx, caller, id));
  }

  /** Bounties near a point (their area within reach of it), or the caller's own; newest first, and what is open near a point also by price or distance. */
  async search(caller: Principal, query: QueryOf<'search_bounties'>): Promise<Page<Bounty>> {
    const near = query.near ? parsePoint(query.near) : null;
    if (near && query.mine === undefined && (query.state ?? 'open') === 'open')
      return this.openNear(caller, near, query);
    if (query.sort !== 'newest')
      throw new DomainError('invalid_request', 'only open bounties near a point have this order', {
        param: 'sort',
        hint: 'Give near, and neither mine nor another state.',
      });
    return this.unitOfWork.run(async (tx) => {
      const rows = await this.bounties.search(tx, {
        mode: caller.mode,
        cells: near && cellsNear(near, query.radius_m),
        kind: query.kind ?? null,
        state: query.state ?? (query.mine ? null : 'open'),
        agent_id: query.mine === 'true' ? caller.id : null,
        viewer_id: caller.id,
        is_agent: caller.role === 'agent',
        after: readCursor(query.cursor),
        limit: query.limit + 1,
      });
      const page = pageOf(rows, query.limit, (row) => row.id);
      const within = page.data.filter(
        (row) => (!near || distanceM(near, row) <= query.radius_m + row.extent_m) && this.pays(row, query),
      );
      return {
        ...page,
        data: await Promise.all(within.map((row) => this.viewFor(tx, caller, row))),
      };
    });
  }

  private async openNear(caller: Principal, point: Point, query: QueryOf<'search_bounties'>): Promise<Page<Bounty>> {
    const { radius_m, sort, limit, kind = null } = query;
    await this.near.prepare();
    return this.unitOfWork.run(async (tx) => {
      const asked = { mode: caller.mode, point, radius_m, sort, limit, kind, cursor: readCursor(query.cursor) };
      const page = await this.near.page(tx, asked);
      const paying = page.data.filter((row) => this.pays(row, query));
      return { ...page, data: await Promise.all(paying.map((row) => this.viewFor(tx, caller, row))) };
    });
  }

  private pays(row: BountyRow, { price_min }: QueryOf<'search_bounties'>): boolean {
    return price_min === undefined || priceNow(row, this.clock.now()) >= price_min;
  }

  private async hold(tx: Tx, caller: Principal, id: string, examined: Examined | null): Promise<Bounty> {
    const now = this.clock.now();
    const row = found(await this.bounties.lock(tx, id), id);
    if (row.state !== 'draft' || row.closes_at <= now)
      throw new DomainError('bounty_not_open', `${id} is ${row.state} and cannot be funded`);
    const hold = holdOf(row.price_cap, row.fee_cap, row.quantity);
    await this.caps.commit(tx, caller, id, hold, 'bounty');
    const { state, fund } = await this.rail.hold(tx, heldBounty(row), hold, examined);
    if (state === 'held') {
      await this.bounties.advance(tx, id, 'fund', now, { fund });
      await this.outbox.append(tx, { type: 'bounty.opened', bounty_id: id });
    }
    return this.view(tx, caller, id);
  }

  private async offer(tx: Tx, id: string): Promise<void> {
    const row = found(await this.bounties.get(tx, id), id);
    const amount = holdOf(row.price_cap, row.fee_cap, row.quantity);
    const times = { until: row.closes_at, deadline: row.uploads_until };
    await this.rail.offer(tx, { ...heldBounty(row), amount, payer: payerOf(row), ...times });
  }

  private draft(caller: Principal, terms: BountyTerms) {
    const now = this.clock.now();
    const price_cap = capOf(terms.price);
    const opens_at = Math.max(terms.window.opens_at ?? now, now);
    return {
      id: mintId('bounty'),
      mode: caller.mode,
      agent_id: caller.id as Id<'agent'>,
      kind: terms.kind,
      state: 'draft' as const,
      terms: termsToWire({ ...terms, window: { ...terms.window, opens_at } }),
      currency: terms.currency,
      price_cap,
      fee_cap: feeOf(price_cap, this.config.FEE_BPS),
      absence_share_bps: shareToBps(terms.absence_share),
      quantity: terms.quantity,
      offered: offeredAtFirst(terms),
      opens_at,
      closes_at: terms.window.closes_at,
      uploads_until: terms.window.closes_at + seconds(terms.late_upload_s),
      ...placeOf(terms.area),
      created_at: now,
    };
  }

  private async own(tx: Tx, caller: Principal, id: string): Promise<BountyRow> {
    const row = await this.bounties.get(tx, id);
    return found(row && row.agent_id === caller.id && row.mode === caller.mode ? row : null, id);
  }

  private async view(tx: Tx, caller: Principal, id: string): Promise<Bounty> {
    const row = await this.bounties.get(tx, id);
    return this.viewFor(tx, caller, found(row && isVisible(row, caller) ? row : null, id));
  }

  /** What it holds and how it is funded is for its requester alone. */
  private async viewFor(tx: Tx, caller: Principal, row: BountyRow): Promise<Bounty> {
    const now = this.clock.now();
    const pledges = await this.pledges.standing(tx, caller, row);
    if (caller.id !== row.agent_id && caller.role !== 'operator')
      return bountyView(row, caller, { money: null, pledges }, now);
    const bounty = heldBounty(row);
    const [held, escrow] = [await this.rail.held(tx, bounty), await this.rail.entry(tx, bounty)];
    return bountyView(row, caller, { money: { held, escrow }, pledges }, now);
  }
}

function parsePoint(near: string): Point {
  const [lat, lng] = near.split(',').map(Number) as [number, number];
  if (Math.abs(lat) > 90 || Math.abs(lng) > 180)
    throw new DomainError('invalid_request', 'no such place', { param: 'near' });
  return { lat, lng };
}
