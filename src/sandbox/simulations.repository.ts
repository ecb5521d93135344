import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { SeenSimulation, SimulationRow } from './simulation.entity.js';
import { SIMULATION_TRANSITIONS, type SimulationEvent } from './simulation.machine.js';

type NewSimulation = Omit<
  SimulationRow,
  | 'state'
  | 'leased_until'
  | 'attempts'
  | 'contributor_id'
  | 'reservation_id'
  | 'capture_id'
  | 'refusal_code'
  | 'refusal_detail'
>;
/** Columns written with a step. */
type Set = Partial<
  Pick<SimulationRow, 'contributor_id' | 'reservation_id' | 'capture_id' | 'refusal_code' | 'refusal_detail'>
>;

@Injectable()
export class SimulationsRepository {
  async insert(tx: Tx, row: NewSimulation): Promise<void> {
    const { id, agent_id, bounty_id, behaviour, fraud, replays } = row;
    await sql(
      tx,
      `INSERT INTO simulation (id, agent_id, bounty_id, behaviour, fraud, replays, state, act_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)`,
      [id, agent_id, bounty_id, behaviour, fraud, replays, new Date(row.act_at), new Date(row.created_at)],
    );
  }

  async get(tx: Tx, id: string): Promise<SeenSimulation | null> {
    const text = `SELECT s.*, c.state AS capture_state, c.failed_stage FROM simulation s LEFT JOIN capture c ON c.id = s.capture_id WHERE s.id = $1`;
    return sqlOne<SeenSimulation>(tx, text, [id]);
  }

  /** How many of an agent are at work, and how many it has asked for since an instant. */
  async count(tx: Tx, agentId: string, since: Instant): Promise<{ at_work: number; asked: number }> {
    const text = `SELECT count(*) FILTER (WHERE state IN ('waiting', 'reserved'))::int AS at_work,
        count(*) FILTER (WHERE created_at > $2)::int AS asked FROM simulation WHERE agent_id = $1`;
    return (await sqlOne<{ at_work: number; asked: number }>(tx, text, [agentId, new Date(since)]))!;
  }

  /** The newest simulation of an agent whose picture was accepted for this bounty; null when there is none. */
  async accepted(tx: Tx, bountyId: string): Promise<Id<'simulation'> | null> {
    const text = `SELECT s.id FROM simulation s JOIN capture c ON c.id = s.capture_id
        WHERE s.bounty_id = $1 AND s.behaviour = 'honest' AND c.state IN ('accepted', 'settled') ORDER BY s.created_at DESC LIMIT 1`;
    return (await sqlOne<{ id: Id<'simulation'> }>(tx, text, [bountyId]))?.id ?? null;
  }

  /** The code that was in the scene of a simulation’s picture. */
  async codeOf(tx: Tx, id: string): Promise<string> {
    const text = 'SELECT r.code FROM simulation s JOIN reservation r ON r.id = s.reservation_id WHERE s.id = $1';
    return (await sqlOne<{ code: string }>(tx, text, [id]))!.code;
  }

  /** What was handed in under a reservation; null when nothing was. */
  async handedIn(tx: Tx, reservationId: string): Promise<Id<'capture'> | null> {
    const text = 'SELECT id FROM capture WHERE reservation_id = $1 AND submitted_at IS NOT NULL';
    return (await sqlOne<{ id: Id<'capture'> }>(tx, text, [reservationId]))?.id ?? null;
  }

  /** Takes the next one that is due, for nobody else until the lease is over. */
  async claim(tx: Tx, now: Instant, until: Instant): Promise<SimulationRow | null> {
    return sqlOne<SimulationRow>(
      tx,
      `UPDATE simulation SET leased_until = $2, attempts = attempts + 1 WHERE id = (
         SELECT id FROM simulation WHERE state IN ('waiting', 'reserved') AND act_at <= $1
            AND (leased_until IS NULL OR leased_until <= $1) ORDER BY act_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [new Date(now), new Date(until)],
    );
  }

  /** Who it is, from now on. */
  async remember(tx: Tx, id: string, contributorId: string): Promise<void> {
    await sql(tx, 'UPDATE simulation SET contributor_id = $2 WHERE id = $1', [id, contributorId]);
  }

  /** It acts later, and that is no failure unless `failed`. */
  async postpone(tx: Tx, id: string, until: Instant, { failed }: { readonly failed: boolean }): Promise<void> {
    const attempts = failed ? 'attempts' : '0';
    await sql(tx, `UPDATE simulation SET act_at = $2, leased_until = NULL, attempts = ${attempts} WHERE id = $1`, [
      id,
      new Date(until),
    ]);
  }

  async advance(tx: Tx, id: string, event: SimulationEvent, at: Instant, set: Set = {}) {
    const all = { leased_until: null, attempts: 0, ...set };
    return advance(tx, { table: 'simulation', transitions: SIMULATION_TRANSITIONS, id, event, at, set: all });
  }
}
