import { Injectable } from '@nestjs/common';
import { assert } from '../kernel/assert.js';
import type { Instant } from '../kernel/clock.js';
import { deriveId } from '../kernel/ids.js';
import { sql, sqlCount, type Tx } from '../platform/database/index.js';
import { hashApiKey, mintApiKey } from './api-key.js';
import { IdentityRepository } from './identity.repository.js';

const NO_CAPS = { per_bounty: null, rolling_24h: null };

/**
 * Contributors that the sandbox makes, of mode test alone. They are registered like anybody and then marked. Their keys are given to nobody:
 * so none of them names a wallet or a bank, and what they earn stays where it is.
 */
@Injectable()
export class SimulatedAccounts {
  constructor(private readonly identities: IdentityRepository) {}

  /** Marks a contributor as made for an agent. Repeatable. */
  async mark(tx: Tx, contributorId: string, agentId: string): Promise<void> {
    const text = `UPDATE contributor SET simulated_for = $2 WHERE id = $1 AND mode = 'test' AND settled = 0`;
    const marked = await sqlCount(tx, text, [contributorId, agentId]);
    assert(marked === 1, 'only a new contributor of mode test can be a simulated one');
  }

  /** A new key of a simulated contributor; the keys before it end. */
  async newKey(tx: Tx, contributorId: string, at: Instant): Promise<string> {
    assert((await this.simulated(tx, [contributorId])).has(contributorId), 'a key is only ever made for its owner');
    await sql(tx, 'UPDATE api_key SET revoked_at = $2 WHERE principal_id = $1 AND revoked_at IS NULL', [
      contributorId,
      new Date(at),
    ]);
    const key = mintApiKey('test');
    await this.identities.insertKey(tx, {
      id: deriveId('account', 'api-key', hashApiKey(key).toString('hex')),
      hash: hashApiKey(key),
      principal_id: contributorId,
      role: 'contributor',
      mode: 'test',
      name: 'simulated contributor',
      scopes: ['read', 'capture'],
      caps: NO_CAPS,
      at,
    });
    return key;
  }

  /** Which of these parties are simulated. */
  async simulated(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
    const text = 'SELECT id FROM contributor WHERE id = ANY($1) AND simulated_for IS NOT NULL';
    return new Set((await sql<{ id: string }>(tx, text, [ids])).map(({ id }) => id));
  }
}
