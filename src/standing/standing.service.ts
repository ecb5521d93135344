import { Inject, Injectable } from '@nestjs/common';
import {
  formatAmount,
  STANDING_MAX,
  type Id,
  type Page,
  type StandingBounty,
  type StandingRun,
  type StandingTrigger,
} from '@groundtruth/sdk/protocol';
import { BountiesService } from '../bounties/index.js';
import { Watching } from '../feeds/index.js';
import type { Principal } from '../identity/index.js';
import { Clock, type Instant } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import type { StandingRow } from './standing.entity.js';
import { StandingBudget } from './standing.budget.js';
import { StandingEnding } from './standing.ending.js';
import { StandingRepository } from './standing.repository.js';
import { StandingRunsRepository } from './standing-runs.repository.js';
import {
  bountyAt,
  holdOfOne,
  nextSlot,
  recurs,
  templateOf,
  templateToWire,
  triggerOf,
  triggerToWire,
} from './standing.rules.js';
import { runView, standingView } from './standing.view.js';

/** Standing bounties as their requester handles them. What they post is the work of `StandingRunner`. */
@Injectable()
export class StandingService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly standing: StandingRepository,
    private readonly runs: StandingRunsRepository,
    private readonly budget: StandingBudget,
    private readonly ending: StandingEnding,
    private readonly bounties: BountiesService,
    private readonly watching: Watching,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Nothing is posted here: the first slot or observation is for the next pass. Policy is asked by each run. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_standing_bounty'>) {
    const { template, trigger, budget_per_day, max_open, ends_at = null } = body;
    const now = this.clock.now();
    const check = async () => {
      await this.bounties.checkPostable(caller, bountyAt(template, now));
      this.checkBudget(budget_per_day, holdOfOne(template, this.config.FEE_BPS));
      checkEnd(ends_at, now);
    };
    return this.unitOfWork.onceAfter(command, check, async (tx) => {
      const watched = await this.watched(tx, caller, trigger, now);
      if ((await this.standing.count(tx, caller.id)) >= STANDING_MAX)
        throw new DomainError('standing_limit', `at most ${STANDING_MAX} at once`, { limit: STANDING_MAX });
      const row: StandingRow = {
        id: mintId('standing_bounty'),
        mode: caller.mode,
        agent_id: caller.id as Id<'agent'>,
        key_id: caller.key_id,
        state: 'active',
        end_reason: null,
        template: templateToWire(template),
        trigger: triggerToWire(trigger, watched.cards?.query ?? null),
        budget_per_day,
        max_open,
        ...watched,
        refusals: 0,
        ends_at,
        created_at: now,
      };
      await this.standing.insert(tx, row);
      return standingView(row, { committed: 0n, open: 0 });
    });
  }

  async list(caller: Principal, { state, cursor, limit }: QueryOf<'list_standing_bounties'>) {
    return this.unitOfWork.run(async (tx): Promise<Page<StandingBounty>> => {
      const owner = { mode: caller.mode, agent_id: caller.id as Id<'agent'> };
      const rows = await this.standing.list(tx, owner, {
        state: state ?? null,
        after: readCursor(cursor),
        limit: limit + 1,
      });
      const { data, ...rest } = pageOf(rows, limit, (row) => row.id);
      const views: StandingBounty[] = [];
      for (const row of data) views.push(await this.view(tx, row));
      return { ...rest, data: views };
    });
  }

  async get(caller: Principal, id: string): Promise<StandingBounty> {
    return this.unitOfWork.run(async (tx) => this.view(tx, await this.own(tx, caller, id)));
  }

  /** What became of its slots and observations, newest first. */
  async listRuns(caller: Principal, id: string, { cursor, limit }: QueryOf<'list_standing_runs'>) {
    const place = readCursor(cursor)?.split(' ') ?? null;
    const before = place && { at: Number(place[0]), id: place[1]! };
    return this.unitOfWork.run(async (tx): Promise<Page<StandingRun>> => {
      await this.own(tx, caller, id);
      const rows = await this.runs.list(tx, id, before, limit + 1);
      const { data, ...rest } = pageOf(rows, limit, (row) => `${row.at} ${row.id}`);
      return { ...rest, data: data.map(runView) };
    });
  }

  /** Repeatable: it sets what it names. Whoever resumes skips what was due or published meanwhile. */
  async change(caller: Principal, id: string, { state, ...terms }: BodyOf<'change_standing_bounty'>) {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      await this.own(tx, caller, id);
      const row = found(await this.standing.lock(tx, id), id);
      if (row.state === 'ended') throw new DomainError('standing_state', `${id} has ended`, { state: row.state });
      const { budget_per_day = row.budget_per_day, max_open = row.max_open, ends_at = row.ends_at } = terms;
      if (terms.budget_per_day !== undefined)
        this.checkBudget(budget_per_day, holdOfOne(templateOf(row), this.config.FEE_BPS));
      checkEnd(terms.ends_at ?? null, now);
      await this.standing.change(tx, id, { budget_per_day, max_open, ends_at });
      if (state === 'paused') await this.standing.advance(tx, id, 'pause', now);
      if (state === 'active' && row.state === 'paused')
        await this.standing.advance(tx, id, 'resume', now, await this.fromNow(tx, caller, row, now));
      return this.view(tx, found(await this.standing.get(tx, id), id));
    });
  }

  /** Repeatable. */
  async end(caller: Principal, id: string): Promise<StandingBounty> {
    return this.unitOfWork.run(async (tx) => {
      await this.ending.end(tx, await this.own(tx, caller, id), 'requester');
      return this.view(tx, found(await this.standing.get(tx, id), id));
    });
  }

  /** The columns by which it knows what is new to it. */
  private async watched(tx: Tx, caller: Principal, trigger: StandingTrigger, now: Instant) {
    if (recurs(trigger)) {
      const next_due_at = nextSlot(trigger.starts_at ?? now, trigger.every_s, now);
      return { next_due_at, cards: null, seen_seq: null, reads_seen: null, watching_since: null };
    }
    const cards = await this.watching.wanted(tx, caller, trigger);
    const { seq, read } = await this.watching.now(tx, caller);
    return { next_due_at: null, cards, seen_seq: seq, reads_seen: read, watching_since: now };
  }

  private async fromNow(tx: Tx, caller: Principal, row: StandingRow, now: Instant) {
    const trigger = triggerOf(row);
    if (recurs(trigger))
      return { next_due_at: new Date(nextSlot(row.next_due_at!, trigger.every_s, now)), refusals: 0 };
    const { seq, read } = await this.watching.now(tx, caller);
    return { seen_seq: seq, reads_seen: read, watching_since: new Date(now), refusals: 0 };
  }

  private checkBudget(budget_per_day: bigint, hold: bigint): void {
    if (budget_per_day < hold)
      throw new DomainError('invalid_request', `budget_per_day: one bounty holds ${formatAmount(hold)}`, {
        param: 'budget_per_day',
      });
  }

  private async own(tx: Tx, caller: Principal, id: string): Promise<StandingRow> {
    const row = await this.standing.get(tx, id);
    return found(row && row.agent_id === caller.id && row.mode === caller.mode ? row : null, id);
  }

  private async view(tx: Tx, row: StandingRow): Promise<StandingBounty> {
    const committed = await this.budget.committed(tx, row.id, this.clock.now());
    return standingView(row, { committed, open: await this.runs.open(tx, row.id) });
  }
}

function checkEnd(ends_at: Instant | null, now: Instant): void {
  if (ends_at !== null && ends_at <= now)
    throw new DomainError('invalid_request', 'ends_at: this is in the past', { param: 'ends_at' });
}
