import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';

const CAME_TO_NOTHING = `EXISTS (SELECT 1 FROM exact_payment e WHERE e.id = read_key.payment AND e.state = 'failed')`;

/** What each reader's own key for a read paid for it. Only a hash is kept: who knows the key may have the read again. */
@Injectable()
export class ReadKeysRepository {
  /** The payment that a key stands for; null when it stands for none, or for one that came to nothing. */
  async paymentOf(tx: Tx, hash: string): Promise<string | null> {
    const text = `SELECT payment FROM read_key WHERE hash = $1 AND NOT (${CAME_TO_NOTHING})`;
    return (await sqlOne<{ payment: string }>(tx, text, [hash]))?.payment ?? null;
  }

  /** Lets a key stand for a payment, and answers for which it stands: the first one. Waits for whoever claims the same key now. */
  async claim(tx: Tx, hash: string, payment: string, at: Instant): Promise<string> {
    await sql(
      tx,
      `INSERT INTO read_key (hash, payment, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (hash) DO UPDATE SET payment = EXCLUDED.payment WHERE ${CAME_TO_NOTHING}`,
      [hash, payment, new Date(at)],
    );
    return (await this.paymentOf(tx, hash))!;
  }
}

/** Keys of two observations never meet. */
export const readKeyHash = (observationId: string, key: string): string =>
  createHash('sha256').update(`${observationId}\n${key}`).digest('base64url');
