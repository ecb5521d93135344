import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The login role of the releaser, and the six functions that are all it may do in this database: read what waits for its signature, with
 * the facts to judge it by, and write a signature once. They run as their owner; the role has no right on any table. It has no password
 * until one is set at start (src/releaser.ts).
 */
export class ReleaserRole1764001950001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Roles belong to the server, not to the database: another database may have made it, even this instant.
      DO $$ BEGIN
        CREATE ROLE releaser LOGIN NOINHERIT;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$;
      CREATE SCHEMA releaser_api;
      REVOKE ALL ON SCHEMA releaser_api FROM PUBLIC;
    `);
    await runner.query(FACTS);
    await runner.query(DUE);
    await runner.query(SIGN);
    await runner.query(`
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA releaser_api FROM PUBLIC;
      GRANT USAGE ON SCHEMA releaser_api TO releaser;
      GRANT EXECUTE ON FUNCTION
        releaser_api.releases_due, releaser_api.sign_release, releaser_api.batches_due, releaser_api.sign_batch,
        releaser_api.closings_due, releaser_api.sign_closing TO releaser;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** Amounts are text, because JSON numbers end at 2^53. What a release says stands beside what the tables it was made from say. */
const FACTS = `
  CREATE FUNCTION releaser_api.entry_facts(e public.escrow_entry) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
      'id', e.id, 'mode', e.mode, 'bounty_id', e.bounty_id, 'state', e.state, 'amount', e.amount::text,
      'chain', e.chain, 'terms', e.terms, 'closing_signed', e.closing_signature IS NOT NULL) $$;

  CREATE FUNCTION releaser_api.release_facts(r public.release) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
      'seq', r.seq, 'commitment', r.commitment, 'pay_to', r.pay_to, 'amount', r.amount::text, 'fee', r.fee::text,
      'paid_before', r.paid_before::text, 'signature', r.signature, 'entry', releaser_api.entry_facts(e),
      'before', (SELECT jsonb_build_object('count', count(*), 'unsigned', count(*) FILTER (WHERE p.signature IS NULL),
                          'ordered', coalesce(sum(p.amount + p.fee), 0)::text)
                   FROM release p WHERE p.entry = r.entry AND p.seq < r.seq),
      'capture', jsonb_build_object(
        'mode', c.mode, 'bounty_id', c.bounty_id, 'state', c.state, 'finding', c.finding, 'salt', c.salt, 'seal', c.seal, 'paid', c.paid::text,
        'from_loss_reserve', EXISTS (SELECT FROM dispute d WHERE d.capture_id = c.id AND d.side = 'contributor' AND d.funding = 'loss_reserve')),
      'reservation', jsonb_build_object('bounty_id', v.bounty_id, 'price', v.price::text, 'fee', v.fee::text, 'payout_to', v.payout_to),
      'bounty', jsonb_build_object('mode', b.mode, 'absence_share_bps', b.absence_share_bps::text))
      FROM escrow_entry e, capture c JOIN reservation v ON v.id = c.reservation_id JOIN bounty b ON b.id = c.bounty_id
     WHERE e.id = r.entry AND c.id = r.capture_id $$;

  CREATE FUNCTION releaser_api.closing_facts(e public.escrow_entry) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
      'entry', releaser_api.entry_facts(e), 'owed_total', e.owed_total::text, 'ordered', e.ordered::text,
      'releases', (SELECT jsonb_build_object('ordered', coalesce(sum(r.amount + r.fee), 0)::text, 'unsigned', count(*) FILTER (WHERE r.signature IS NULL))
                     FROM release r WHERE r.entry = e.id),
      'bounty', (SELECT jsonb_build_object('state', b.state, 'reserved', b.reserved, 'appeals', b.appeals,
                          'appealable_until', floor(extract(epoch FROM b.appealable_until) * 1000)::bigint)
                   FROM bounty b WHERE b.id = e.bounty_id),
      'reservations_active', (SELECT count(*) FROM reservation v WHERE v.bounty_id = e.bounty_id AND v.state = 'active'),
      'captures_open', (SELECT count(*) FROM capture c WHERE c.bounty_id = e.bounty_id
                           AND c.state IN ('uploading', 'submitted', 'verifying', 'review', 'accepted')),
      'captures_unreleased', (SELECT count(*) FROM capture c WHERE c.bounty_id = e.bounty_id AND c.state = 'settled'
                           AND NOT EXISTS (SELECT FROM release r WHERE r.capture_id = c.id AND r.entry = e.id)
                           AND NOT EXISTS (SELECT FROM dispute d WHERE d.capture_id = c.id AND d.side = 'contributor' AND d.funding = 'loss_reserve'))) $$;
`;

/** In pages, each after the last row of the one before: rows that are refused stay, and must not hide those behind them. */
const DUE = `
  -- At most one of each entry: the first that is unsigned.
  CREATE FUNCTION releaser_api.releases_due(most integer, after_entry text DEFAULT '') RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('entry', due.entry, 'capture_id', due.capture_id, 'facts', due.facts) ORDER BY due.entry), '[]')
      FROM (SELECT r.entry, r.capture_id, releaser_api.release_facts(r) || jsonb_build_object('verdict',
                     (SELECT w.body FROM capture c JOIN verdict w ON w.id = c.verdict_id WHERE c.id = r.capture_id)) AS facts
              FROM (SELECT DISTINCT ON (entry) * FROM release WHERE signature IS NULL AND entry > after_entry ORDER BY entry, seq LIMIT most) AS head
              JOIN release r ON r.capture_id = head.capture_id) AS due $$;

  -- Those all of whose releases are signed.
  CREATE FUNCTION releaser_api.batches_due(most integer, after_entry text DEFAULT '', after_first integer DEFAULT 0, after_last integer DEFAULT 0)
    RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('entry', due.entry, 'first_seq', due.first_seq, 'last_seq', due.last_seq, 'facts', due.facts)
                              ORDER BY due.entry, due.first_seq, due.last_seq), '[]')
      FROM (SELECT b.entry, b.first_seq, b.last_seq, jsonb_build_object(
                     'entry', releaser_api.entry_facts(e), 'first_seq', b.first_seq, 'last_seq', b.last_seq,
                     'members', (SELECT coalesce(jsonb_agg(releaser_api.release_facts(r) ORDER BY r.seq), '[]') FROM release r
                                  WHERE r.entry = b.entry AND r.seq BETWEEN b.first_seq AND b.last_seq)) AS facts
              FROM release_batch b JOIN escrow_entry e ON e.id = b.entry
             WHERE b.signature IS NULL AND (b.entry, b.first_seq, b.last_seq) > (after_entry, after_first, after_last)
               AND NOT EXISTS (SELECT FROM release r WHERE r.entry = b.entry AND r.seq BETWEEN b.first_seq AND b.last_seq AND r.signature IS NULL)
             ORDER BY b.entry, b.first_seq, b.last_seq LIMIT most) AS due $$;

  CREATE FUNCTION releaser_api.closings_due(most integer, after_entry text DEFAULT '') RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('entry', due.id, 'facts', due.facts) ORDER BY due.id), '[]')
      FROM (SELECT e.id, releaser_api.closing_facts(e) AS facts FROM escrow_entry e
             WHERE e.state = 'closing' AND e.owed_total IS NOT NULL AND e.closing_signature IS NULL AND e.id > after_entry
             ORDER BY e.id LIMIT most) AS due $$;
`;

/** Each tells whether it wrote; the same signature again changes nothing, another one is an error. */
const SIGN = `
  CREATE FUNCTION releaser_api.keep_signature(known text, given text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF given IS NULL OR given !~ '^0x[0-9a-f]{130}$' THEN RAISE EXCEPTION 'not a signature'; END IF;
      IF known <> given THEN RAISE EXCEPTION 'it is signed already, with another signature'; END IF;
      RETURN known IS NULL;
    END $$;

  CREATE FUNCTION releaser_api.sign_release(of_capture text, given text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE this release%ROWTYPE;
    BEGIN
      SELECT * INTO STRICT this FROM release WHERE capture_id = of_capture FOR UPDATE;
      IF NOT releaser_api.keep_signature(this.signature, given) THEN RETURN false; END IF;
      UPDATE release SET signature = given WHERE capture_id = of_capture;
      RETURN true;
    END $$;

  CREATE FUNCTION releaser_api.sign_batch(of_entry text, from_seq integer, to_seq integer, given text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE this release_batch%ROWTYPE;
    BEGIN
      SELECT * INTO STRICT this FROM release_batch WHERE entry = of_entry AND first_seq = from_seq AND last_seq = to_seq FOR UPDATE;
      IF NOT releaser_api.keep_signature(this.signature, given) THEN RETURN false; END IF;
      UPDATE release_batch SET signature = given WHERE entry = of_entry AND first_seq = from_seq AND last_seq = to_seq;
      RETURN true;
    END $$;

  -- For this total and no other: what is owed may have changed since it was read.
  CREATE FUNCTION releaser_api.sign_closing(of_entry text, of_total bigint, given text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE this escrow_entry%ROWTYPE;
    BEGIN
      SELECT * INTO STRICT this FROM escrow_entry WHERE id = of_entry FOR UPDATE;
      IF NOT releaser_api.keep_signature(this.closing_signature, given) THEN RETURN false; END IF;
      IF this.state <> 'closing' OR this.owed_total IS DISTINCT FROM of_total THEN RETURN false; END IF;
      UPDATE escrow_entry SET closing_signature = given WHERE id = of_entry;
      RETURN true;
    END $$;
`;
