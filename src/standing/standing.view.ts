import {
  formatAmount,
  toWireTime,
  type AvailableAction,
  type StandingBounty,
  type StandingRun,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { StandingRow, StandingRunRow } from './standing.entity.js';

/** What is counted when it is looked at: micros of the last 24 hours, and bounties that take work. */
export interface StandingCounts {
  readonly committed: bigint;
  readonly open: number;
}

export function standingView(row: StandingRow, { committed, open }: StandingCounts): StandingBounty {
  return {
    id: row.id,
    mode: row.mode,
    state: row.state,
    deadline_at: row.state === 'ended' ? null : orTime(row.ends_at),
    on_silence: ON_SILENCE[row.state],
    available_actions: actions(row),
    end_reason: row.end_reason,
    template: row.template,
    untrusted_fields: ['template.title', 'template.instructions'],
    trigger: row.trigger,
    budget_per_day: formatAmount(row.budget_per_day),
    committed: formatAmount(committed),
    max_open: row.max_open,
    open,
    next_due_at: row.state === 'active' ? orTime(row.next_due_at) : null,
    ends_at: orTime(row.ends_at),
    created_at: toWireTime(row.created_at),
  };
}

const ON_SILENCE = {
  active: 'It goes on posting within its budget; at its end, if it has one, it posts nothing more.',
  paused: 'It posts nothing until it is resumed; at its end, if it has one, it is over.',
  ended: null,
} as const;

function actions({ id, state }: StandingRow): AvailableAction[] {
  const path = `/v1/standing-bounties/${id}`;
  const move = { action: state === 'active' ? 'pause' : 'resume', method: 'PATCH', path };
  return state === 'ended' ? [] : [move, { action: 'end', method: 'DELETE', path }];
}

export function runView(row: StandingRunRow): StandingRun {
  const { id, standing_id, due_at, observation_id, outcome, reason, bounty_id, slots, at } = row;
  return {
    id,
    standing_bounty_id: standing_id,
    due_at: toWireTime(due_at),
    observation_id,
    outcome,
    reason,
    bounty_id,
    slots,
    at: toWireTime(at),
  };
}

const orTime = (at: Instant | null): string | null => (at === null ? null : toWireTime(at));
