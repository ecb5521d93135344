import { Injectable } from '@nestjs/common';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, type Tx } from '../../platform/database/index.js';
import { clustersOf, joinLarge } from './components.js';
import { PERSONAL_KINDS, type Reach, type Tie } from './ties.js';

/** Most parties one question walks over, nearest first: beyond it is an address block of a carrier, or an attack. */
const REACHED_MAX = 20_000;
/** Most names of one person that are looked at, nearest first: they are locked when one of them reserves. */
const NAMES_MAX = 1_000;
/** The part of a trait before its colon. */
const KIND = `split_part(a.trait, ':', 1)`;

/**
 * Who is one with whom, as far as can be seen: the only place that answers it. Parties are agents and contributors alike. Answers are
 * worked out from the traits there are, never stored, so that a trait that is forgotten ties nobody any more. Not being tied proves
 * nothing: whoever brings another device and another network is not found.
 */
@Injectable()
export class Clusters {
  /** Remembers what may tie a party to others. Repeatable. */
  async addTrait(tx: Tx, partyId: string, trait: string, at: Instant): Promise<void> {
    await sql(tx, 'INSERT INTO party_trait (party_id, trait, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      partyId,
      trait,
      new Date(at),
    ]);
  }

  /**
   * The cluster of each of these parties, by any tie: how many of them count at most is the number of different values. Clusters that are
   * too large to be walked to their end count as one: too few rather than too many.
   */
  async clusterOf(tx: Tx, partyIds: readonly string[]): Promise<Map<string, string>> {
    const ids = [...new Set(partyIds)];
    const { ties, cut } = await this.reached(tx, ids, 'any', REACHED_MAX);
    return cut
      ? joinLarge(ids, clustersOf([...ids, ...ties.map(({ party_id }) => party_id)], ties))
      : clustersOf(ids, ties);
  }

  /** Everybody who is the same person as this party, itself first: whom a bar, a limit or a reputation concerns. At most `NAMES_MAX`. */
  async persons(tx: Tx, partyId: string): Promise<string[]> {
    const { ties } = await this.reached(tx, [partyId], 'person', NAMES_MAX);
    return [...new Set([partyId, ...ties.map(({ party_id }) => party_id)])];
  }

  /**
   * Whether two parties are one by any tie. Linked parties are never paid from the loss reserve, silence never pays between them, what
   * one captures for the other publishes no observation and earns no reputation.
   */
  async linked(tx: Tx, one: string, other: string): Promise<boolean> {
    const found = await this.clusterOf(tx, [one, other]);
    return found.get(one) === found.get(other);
  }

  /** Forgets address blocks seen before `before`; answers how many. Repeatable. */
  async forgetAddresses(tx: Tx, before: Instant): Promise<number> {
    return sqlCount(tx, `DELETE FROM party_trait WHERE trait LIKE 'address_block:%' AND seen_at < $1`, [
      new Date(before),
    ]);
  }

  /** The traits of everybody who can be reached from these parties; `cut` when there may be more of them. */
  private async reached(tx: Tx, ids: readonly string[], reach: Reach, max: number) {
    const along = reach === 'any' ? 'true' : `${KIND} = ANY($3)`;
    const rows = await sql<Tie & { parties: number }>(
      tx,
      `WITH RECURSIVE reach (id) AS (
         SELECT unnest($1::text[])
         UNION SELECT b.party_id FROM reach r JOIN party_tie a ON a.party_id = r.id JOIN party_tie b ON b.trait = a.trait WHERE ${along}),
       party AS MATERIALIZED (SELECT id FROM reach LIMIT $2)
       SELECT a.party_id, a.trait, (SELECT count(*)::int FROM party) AS parties
         FROM party JOIN party_tie a ON a.party_id = party.id WHERE ${along}`,
      reach === 'any' ? [ids, max] : [ids, max, PERSONAL_KINDS],
    );
    return { ties: rows as Tie[], cut: (rows[0]?.parties ?? 0) >= max };
  }
}
