import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { deriveId } from '../../kernel/ids.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { EARNINGS_HOLD_TRANSITIONS, type EarningsHoldEvent, type EarningsHoldState } from './earnings-hold.machine.js';
import type { Hold } from './hold.rules.js';

/** Whose earnings from whom. */
export interface EarningsPair {
  readonly mode: Mode;
  readonly agent_id: Id<'agent'>;
  readonly contributor_id: Id<'contributor'>;
}

/** What an operator decides, or has to decide, about one contributor's earnings from one agent. */
export interface EarningsHoldRow extends EarningsPair {
  readonly id: Id<'earnings_hold'>;
  readonly state: EarningsHoldState;
  /** `linked`: the two look like one. */
  readonly cause: 'linked' | 'operator';
  /** What had not left then is held. */
  readonly held_at: Instant;
  readonly released_at: Instant | null;
  /** Micros taken so far. */
  readonly taken: bigint;
  /** The operator's words; null before the first. */
  readonly reason: string | null;
  readonly created_at: Instant;
}

/** A hold on everything an agent's money paid for. */
export interface AgentHold extends Hold {
  readonly agent_id: string;
}

type Row = EarningsHoldRow & Record<string, unknown>;
const LISTED_MAX = 500;

@Injectable()
export class EarningsHolds {
  /** Holds what a pair that looks like one earns, until an operator has looked. Repeatable: what is decided stays. */
  async suspect(tx: Tx, pair: EarningsPair, now: Instant): Promise<void> {
    await this.insert(tx, pair, 'linked', now);
  }

  /** The hold of a pair, begun now when there is none, locked until the transaction ends. */
  async lock(tx: Tx, pair: EarningsPair, now: Instant): Promise<EarningsHoldRow> {
    await this.insert(tx, pair, 'operator', now);
    return (await sqlOne<Row>(tx, 'SELECT * FROM earnings_hold WHERE id = $1 FOR UPDATE', [idOf(pair)]))!;
  }

  /** What is held of a pair that was found colluding stays held from then on, whatever is decided next but a release. */
  async advance(tx: Tx, { id, state }: EarningsHoldRow, event: EarningsHoldEvent, at: Instant, reason: string) {
    const moment = new Date(at);
    const anew = state === 'released' && event === 'hold' ? { held_at: moment, released_at: null } : {};
    const set = { ...(event === 'release' ? { released_at: moment } : anew), reason };
    return advance(tx, { table: 'earnings_hold', transitions: EARNINGS_HOLD_TRANSITIONS, id, event, at, set });
  }

  async addTaken(tx: Tx, id: string, amount: bigint): Promise<void> {
    await sql(tx, 'UPDATE earnings_hold SET taken = taken + $2 WHERE id = $1', [id, amount]);
  }

  /** Newest first; null lists all states. At most 500. */
  async list(tx: Tx, mode: Mode, state: EarningsHoldState | null): Promise<EarningsHoldRow[]> {
    const text = `SELECT * FROM earnings_hold WHERE mode = $1 AND ($2::text IS NULL OR state = $2) ORDER BY created_at DESC, id DESC LIMIT ${LISTED_MAX}`;
    return sql<Row>(tx, text, [mode, state]);
  }

  async ofContributor(tx: Tx, mode: Mode, contributorId: string): Promise<EarningsHoldRow[]> {
    const text = 'SELECT * FROM earnings_hold WHERE mode = $1 AND contributor_id = $2';
    return sql<Row>(tx, text, [mode, contributorId]);
  }

  /**
   * Freezes of those agents of a mode that have one, or lost a dispute less than `lost_s` ago: their past ones too. A dispute that was lost
   * holds for `lost_s` more, in which an operator can look.
   */
  async ofAgents(tx: Tx, mode: Mode, lost_s: number, now: Instant): Promise<AgentHold[]> {
    return sql<AgentHold & Record<string, unknown>>(tx, AGENT_HOLDS, [mode, lost_s, new Date(now)]);
  }

  private async insert(tx: Tx, pair: EarningsPair, cause: EarningsHoldRow['cause'], now: Instant): Promise<void> {
    const { mode, agent_id, contributor_id } = pair;
    await sql(
      tx,
      `INSERT INTO earnings_hold (id, mode, agent_id, contributor_id, cause, state, held_at, created_at) VALUES ($1, $2, $3, $4, $5, 'held', $6, $6)
       ON CONFLICT (id) DO NOTHING`,
      [idOf(pair), mode, agent_id, contributor_id, cause, new Date(now)],
    );
  }
}

const idOf = ({ mode, agent_id, contributor_id }: EarningsPair) =>
  deriveId('earnings_hold', mode, agent_id, contributor_id);

const AGENT_HOLDS = `
  WITH holds AS (
    SELECT f.agent_id, f.created_at AS "from", f.lifted_at AS until FROM card_freeze f JOIN top_up t ON t.id = f.top_up_id WHERE t.mode = $1
    UNION ALL
    SELECT d.agent_id, d.created_at, d.lost_at + make_interval(secs => $2::double precision) FROM card_dispute d WHERE d.mode = $1 AND d.lost_at IS NOT NULL
  )
  SELECT * FROM holds WHERE agent_id IN (SELECT agent_id FROM holds WHERE until IS NULL OR until > $3)`;
