import { Injectable } from '@nestjs/common';
import type { Id, Mode, Role, Scope } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import type { Principal, SpendCaps } from './principal.js';

interface KeyRow {
  id: string;
  principal_id: string;
  role: Role;
  mode: Mode;
  scopes: Scope[];
  cap_per_bounty: bigint | null;
  cap_rolling_24h: bigint | null;
  name: string;
}

@Injectable()
export class IdentityRepository {
  async insertAgent(tx: Tx, row: { id: Id<'agent'>; mode: Mode; name: string; at: Instant }): Promise<void> {
    await sql(tx, 'INSERT INTO agent (id, mode, name, created_at) VALUES ($1, $2, $3, $4)', [
      row.id,
      row.mode,
      row.name,
      new Date(row.at),
    ]);
  }

  async insertContributor(
    tx: Tx,
    row: { id: Id<'contributor'>; mode: Mode; name: string; adult: boolean; at: Instant },
  ): Promise<void> {
    await sql(
      tx,
      'INSERT INTO contributor (id, mode, name, adult_attested_at, created_at) VALUES ($1, $2, $3, $4, $5)',
      [row.id, row.mode, row.name, row.adult ? new Date(row.at) : null, new Date(row.at)],
    );
  }

  async insertKey(
    tx: Tx,
    row: {
      id: string;
      hash: Buffer;
      principal_id: string;
      role: Role;
      mode: Mode;
      name: string;
      scopes: readonly Scope[];
      caps: SpendCaps;
      at: Instant;
    },
  ): Promise<void> {
    await sql(
      tx,
      `INSERT INTO api_key (id, hash, principal_id, role, mode, name, scopes, cap_per_bounty, cap_rolling_24h, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (hash) DO NOTHING`,
      [
        row.id,
        row.hash,
        row.principal_id,
        row.role,
        row.mode,
        row.name,
        row.scopes,
        row.caps.per_bounty,
        row.caps.rolling_24h,
        new Date(row.at),
      ],
    );
  }

  /** The principal behind a key hash; null for an unknown or revoked key. */
  async principalOf(tx: Tx, hash: Buffer): Promise<Principal | null> {
    return toPrincipal(
      await sqlOne<KeyRow>(tx, 'SELECT * FROM api_key WHERE hash = $1 AND revoked_at IS NULL', [hash]),
    );
  }

  /** The same of a key that is known by its id: for what is done later in its name. */
  async principalOfKey(tx: Tx, keyId: string): Promise<Principal | null> {
    return toPrincipal(await sqlOne<KeyRow>(tx, 'SELECT * FROM api_key WHERE id = $1 AND revoked_at IS NULL', [keyId]));
  }

  async agentMode(tx: Tx, id: string): Promise<Mode | null> {
    return (await sqlOne<{ mode: Mode }>(tx, 'SELECT mode FROM agent WHERE id = $1', [id]))?.mode ?? null;
  }

  async contributorMode(tx: Tx, id: string): Promise<Mode | null> {
    return (await sqlOne<{ mode: Mode }>(tx, 'SELECT mode FROM contributor WHERE id = $1', [id]))?.mode ?? null;
  }

  async contributor(tx: Tx, id: string): Promise<{ id: Id<'contributor'>; adult: boolean; settled: number } | null> {
    const row = await sqlOne<{ id: Id<'contributor'>; adult_attested_at: Instant | null; settled: number }>(
      tx,
      'SELECT id, adult_attested_at, settled FROM contributor WHERE id = $1',
      [id],
    );
    return row && { id: row.id, adult: row.adult_attested_at !== null, settled: row.settled };
  }

  /** Serialises the decisions that depend on what one contributor holds. */
  async lockContributor(tx: Tx, id: string): Promise<void> {
    await this.lockContributors(tx, [id]);
  }

  /** Serialises the decisions that depend on what these contributors hold together; always in one order, so that two such wait for each other. */
  async lockContributors(tx: Tx, ids: readonly string[]): Promise<void> {
    await sql(tx, 'SELECT 1 FROM contributor WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
  }

  /** How many settled captures these contributors have that count, together. */
  async settledOf(tx: Tx, ids: readonly string[]): Promise<number> {
    const text = 'SELECT coalesce(sum(settled), 0)::int AS settled FROM contributor WHERE id = ANY($1)';
    return (await sqlOne<{ settled: number }>(tx, text, [ids]))!.settled;
  }

  /** Serialises the decisions that depend on what one agent has been paid back. */
  async lockAgent(tx: Tx, id: string): Promise<void> {
    await sql(tx, 'SELECT 1 FROM agent WHERE id = $1 FOR UPDATE', [id]);
  }

  async countSettlement(tx: Tx, contributorId: string): Promise<void> {
    await sql(tx, 'UPDATE contributor SET settled = settled + 1 WHERE id = $1', [contributorId]);
  }
}

function toPrincipal(row: KeyRow | null): Principal | null {
  if (!row) return null;
  const caps = { per_bounty: row.cap_per_bounty, rolling_24h: row.cap_rolling_24h };
  return {
    id: row.principal_id,
    role: row.role,
    mode: row.mode,
    name: row.name,
    key_id: row.id,
    scopes: row.scopes,
    caps,
  };
}
