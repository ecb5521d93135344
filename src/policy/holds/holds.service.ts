import { Injectable } from '@nestjs/common';
import { toWireTime, type Page, type PolicyHold } from '@groundtruth/sdk/protocol';
import type { Principal } from '../../identity/index.js';
import { Clock, seconds } from '../../kernel/clock.js';
import { DomainError, found } from '../../kernel/problem.js';
import { UnitOfWork, type Command } from '../../platform/database/index.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../../platform/http/serves.js';
import { FootprintsRepository } from '../linkage/footprints.repository.js';
import { Pack } from '../pack.js';
import { HoldsRepository, type PolicyHoldRow } from './holds.repository.js';

/** Holds ended in one pass, at most. */
const BATCH = 200;

/** What operators answer, and what their silence answers. */
@Injectable()
export class PolicyHolds {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly holds: HoldsRepository,
    private readonly footprints: FootprintsRepository,
    private readonly pack: Pack,
    private readonly clock: Clock,
  ) {}

  /** Newest first, of the operator's mode. */
  async list(caller: Principal, query: QueryOf<'list_policy_holds'>): Promise<Page<PolicyHold>> {
    const { state = null, cursor, limit } = query;
    const after = readCursor(cursor);
    const rows = await this.unitOfWork.run((tx) =>
      this.holds.list(tx, { mode: caller.mode, state, after, limit: limit + 1 }),
    );
    const page = pageOf(rows, limit, ({ id }) => id);
    return { ...page, data: page.data.map(viewOf) };
  }

  /**
   * Answers a hold. It counts for the same request under the same pack for as long as the pack says, whoever repeats it for the requester.
   * @throws {DomainError} `not_found`; `policy_hold_state` when it was answered, or its time is over.
   */
  async decide(command: Command, caller: Principal, id: string, body: BodyOf<'decide_policy_hold'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const row = found(await this.holds.get(tx, caller.mode, id), id);
      const at = this.clock.now();
      const isOver = row.deadline_at !== null && row.deadline_at <= at;
      const counts_until = at + seconds(this.pack.review.answer_s);
      const end = { at, counts_until, decided_by: caller.id, reason: body.reason };
      if (isOver || !(await this.holds.end(tx, id, body.decision, end)))
        throw new DomainError('policy_hold_state', `${id} no longer waits`, { state: isOver ? 'lapsed' : row.state });
      return viewOf(found(await this.holds.get(tx, caller.mode, id), id));
    });
  }

  /** Ends what nobody answered in time, and forgets what linkage no longer looks at. Repeatable. */
  async pass(): Promise<void> {
    const at = this.clock.now();
    await this.unitOfWork.run(async (tx) => {
      const counts_until = at + seconds(this.pack.review.silence_s);
      for (const id of await this.holds.due(tx, at, BATCH)) await this.holds.end(tx, id, 'lapse', { at, counts_until });
    });
    await this.unitOfWork.run((tx) => this.footprints.forget(tx, at - seconds(this.pack.linkage.lookback_s)));
  }
}

function viewOf(row: PolicyHoldRow): PolicyHold {
  const { created_at, deadline_at, ended_at, counts_until, state, ...rest } = row;
  const time = (at: number | null): string | null => (at === null ? null : toWireTime(at));
  const isWaiting = state === 'waiting';
  return {
    ...rest,
    state,
    created_at: toWireTime(created_at),
    deadline_at: isWaiting ? time(deadline_at) : null,
    on_silence: isWaiting ? silenceOf(row) : null,
    available_actions: isWaiting
      ? [{ action: 'decide', method: 'POST', path: `/v1/admin/policy-holds/${row.id}/decision` }]
      : [],
    ended_at: time(ended_at),
    counts_until: time(counts_until),
    untrusted_fields: ['subject'],
  };
}

const silenceOf = ({ deadline_at }: PolicyHoldRow): string =>
  deadline_at === null
    ? 'The money is owed: it stays held for as long as it takes.'
    : 'At the deadline it counts as refused; nothing was created or held.';
