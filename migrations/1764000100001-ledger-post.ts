import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The function that posts a batch of transfers: the only code that changes a balance. */
export class LedgerPost1764000100001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CANONICAL);
    await queryRunner.query(SAME);
    await queryRunner.query(POST);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}

const CANONICAL = `
-- The bytes of one transfer in the hash chain: every column, and who owns both accounts, so that neither a row nor an owner can
-- change unseen. record_send is the binary wire form: field count, then type id, length (-1 for null) and big-endian value of each.
CREATE FUNCTION ledger_canonical(t ledger_transfer, d ledger_account, c ledger_account) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT record_send(ROW(
    t.id, t.seq, t.debit, t.credit, t.amount, t.batch_id, t.created_at, t.expires_at, t.pending_id, t.ledger, t.code, t.kind,
    t.reference, t.correlation, d.ledger, d.code, d.owner, c.ledger, c.code, c.owner))
$$;
`;

const SAME = `
-- Whether a request repeats a transfer that exists. A resolution may leave accounts (0) and a void or expiry its amount (0) to the pending transfer.
CREATE FUNCTION ledger_same(
  t ledger_transfer, kind smallint, debit bigint, credit bigint, amount bigint, code smallint, pending_id uuid, expires_at timestamptz,
  reference text, correlation text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT t.kind = kind AND t.code = code
    AND (t.debit = debit OR (kind >= 2 AND debit = 0)) AND (t.credit = credit OR (kind >= 2 AND credit = 0))
    AND (t.amount = amount OR (kind >= 3 AND amount = 0))
    AND t.pending_id IS NOT DISTINCT FROM pending_id AND t.expires_at IS NOT DISTINCT FROM expires_at
    AND t.reference IS NOT DISTINCT FROM reference AND t.correlation IS NOT DISTINCT FROM correlation
$$;
`;

const POST = `
-- Posts a batch of transfers as if one after the other, and answers one word for each. A refusal changes nothing and stops no
-- neighbour, except in its own chain (linked = the next one belongs to the same chain), which stands or falls as a whole.
--
-- It decides in memory and writes in sets: lock the accounts, load what the decisions need, decide in order, write what was accepted.
-- Positions in the sorted arrays are found by width_bucket, a binary search.
--
-- The planner settings keep every look-up an index probe per row: cached plans made while the tables were still empty would
-- otherwise scan them whole for as long as the session lives.
CREATE FUNCTION ledger_post(
  p_now timestamptz, p_ids uuid[], p_kinds smallint[], p_debits bigint[], p_credits bigint[], p_amounts bigint[], p_codes smallint[],
  p_pendings uuid[], p_expiries timestamptz[], p_linked boolean[], p_references text[], p_correlations text[])
RETURNS text[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  AMOUNT_MAX CONSTANT bigint := 1000000000000000; -- a billion units; sums stay far inside bigint
  n CONSTANT int := cardinality(p_ids);
  resolves CONSTANT boolean := 2 = ANY (p_kinds) OR 3 = ANY (p_kinds) OR 4 = ANY (p_kinds);
  touched bigint[] := p_debits || p_credits;

  -- The touched accounts, sorted by id.
  a_id bigint[]; a_ledger smallint[]; a_flags smallint[];
  a_debits_pending bigint[]; a_debits_posted bigint[]; a_credits_pending bigint[]; a_credits_posted bigint[];

  -- The pending transfers that this batch refers to, sorted by id. A null state: not there (yet).
  h_id uuid[] := '{}'; h_state text[]; h_amount bigint[]; h_debit bigint[]; h_credit bigint[]; h_expires_at timestamptz[];

  -- The ids of this batch, sorted, and where each was accepted.
  b_id uuid[]; b_accepted int[];

  results text[] := array_fill(NULL::text, ARRAY[n]);
  answer text;
  t record;
  i int; -- the transfer being decided
  d int; c int; -- where its accounts are
  h int; -- where the pending transfer is that it resolves, or that it is
  b int; -- where its id is
  earlier int; -- the place in this batch where the same id was accepted
  to_pending bigint; to_posted bigint; -- what it adds to both accounts' pending and posted counters

  -- The open chain: where it starts, whether a member has failed, and what its members did, to take back.
  chain_start int; chain_failed boolean := false;
  c_debit int[] := '{}'; c_credit int[] := '{}'; c_pending bigint[] := '{}'; c_posted bigint[] := '{}';
  batch bigint;
  written int;
  digest bytea;
BEGIN
  IF resolves THEN
    touched := touched || ARRAY(SELECT unnest(ARRAY[x.debit, x.credit]) FROM ledger_transfer x WHERE x.id = ANY (p_pendings));
  END IF;

  -- Always in order of id, whoever asks: two batches can wait for each other, never in a circle.
  SELECT array_agg(l.id), array_agg(l.ledger), array_agg(l.flags),
         array_agg(l.debits_pending), array_agg(l.debits_posted), array_agg(l.credits_pending), array_agg(l.credits_posted)
    INTO a_id, a_ledger, a_flags, a_debits_pending, a_debits_posted, a_credits_pending, a_credits_posted
    FROM (SELECT * FROM ledger_account a WHERE a.id = ANY (touched) ORDER BY a.id FOR NO KEY UPDATE) l;
  a_id := coalesce(a_id, '{}');

  SELECT array_agg(u.id ORDER BY u.id) INTO b_id FROM (SELECT DISTINCT unnest(p_ids) AS id) u;
  IF resolves THEN
    SELECT array_agg(u.id ORDER BY u.id), array_agg(p.state ORDER BY u.id), array_agg(x.amount ORDER BY u.id),
           array_agg(x.debit ORDER BY u.id), array_agg(x.credit ORDER BY u.id), array_agg(x.expires_at ORDER BY u.id)
      INTO h_id, h_state, h_amount, h_debit, h_credit, h_expires_at
      FROM (SELECT DISTINCT unnest(p_pendings) AS id) u
      LEFT JOIN ledger_pending p ON p.id = u.id LEFT JOIN ledger_transfer x ON x.id = p.id
      WHERE u.id IS NOT NULL;
    h_id := coalesce(h_id, '{}');
  END IF;

  FOR t IN
    SELECT r.*, e.same
    FROM unnest(p_ids, p_kinds, p_debits, p_credits, p_amounts, p_codes, p_pendings, p_expiries, p_linked, p_references, p_correlations)
      WITH ORDINALITY AS r (id, kind, debit, credit, amount, code, pending_id, expires_at, linked, reference, correlation, ord)
    LEFT JOIN LATERAL (
      SELECT ledger_same(x, r.kind, r.debit, r.credit, r.amount, r.code, r.pending_id, r.expires_at, r.reference, r.correlation) AS same
      FROM ledger_transfer x WHERE x.id = r.id OFFSET 0) e ON true
    ORDER BY r.ord
  LOOP
    i := t.ord;
    IF t.linked AND chain_start IS NULL THEN
      chain_start := i;
      chain_failed := false;
    END IF;
    b := width_bucket(t.id, b_id);
    earlier := b_accepted[b];

    answer := 'ok';
    IF t.linked AND i = n THEN
      answer := 'linked_chain_open';
    ELSIF chain_failed THEN
      answer := 'linked_failed';
    ELSIF t.same IS NOT NULL THEN
      answer := CASE WHEN t.same THEN 'exists' ELSE 'exists_different' END;
    ELSIF earlier IS NOT NULL THEN
      answer := CASE WHEN ledger_same(
          ROW(t.id, 0, p_debits[earlier], p_credits[earlier], p_amounts[earlier], 0, p_now, p_expiries[earlier], p_pendings[earlier],
              0, p_codes[earlier], p_kinds[earlier], p_references[earlier], p_correlations[earlier])::ledger_transfer,
          t.kind, t.debit, t.credit, t.amount, t.code, t.pending_id, t.expires_at, t.reference, t.correlation)
        THEN 'exists' ELSE 'exists_different' END;

    ELSIF t.kind >= 2 THEN -- post, void, expire: what was held leaves the pending counters, what is posted enters the posted ones
      h := width_bucket(t.pending_id, h_id);
      d := width_bucket(h_debit[h], a_id);
      c := width_bucket(h_credit[h], a_id);
      to_pending := -h_amount[h];
      to_posted := CASE WHEN t.kind = 2 THEN t.amount ELSE 0 END;
      IF h_state[h] IS NULL OR a_id[d] IS DISTINCT FROM h_debit[h] OR a_id[c] IS DISTINCT FROM h_credit[h] THEN
        answer := 'pending_not_found';
      ELSIF t.debit NOT IN (0, h_debit[h]) OR t.credit NOT IN (0, h_credit[h]) OR (t.kind >= 3 AND t.amount NOT IN (0, h_amount[h])) THEN
        answer := 'pending_mismatch';
      ELSIF t.expires_at IS NOT NULL THEN
        answer := 'invalid_expiry';
      ELSIF t.kind = 2 AND t.amount <= 0 THEN
        answer := 'invalid_amount';
      ELSIF t.kind = 2 AND t.amount > h_amount[h] THEN
        answer := 'exceeds_pending';
      ELSIF h_state[h] <> 'pending' THEN
        answer := CASE h_state[h] WHEN 'posted' THEN 'pending_already_posted' WHEN 'voided' THEN 'pending_already_voided' ELSE 'pending_expired' END;
      ELSIF t.kind < 4 AND h_expires_at[h] <= p_now THEN
        answer := 'pending_expired';
      ELSIF t.kind = 4 AND h_expires_at[h] IS DISTINCT FROM least(h_expires_at[h], p_now) THEN
        answer := 'pending_not_due';
      ELSIF t.kind = 2 AND (a_flags[d] | a_flags[c]) & 8 <> 0 THEN
        answer := 'account_closed';
      END IF;

    ELSE -- single, pending: the amount enters the posted or the pending counters
      d := width_bucket(t.debit, a_id);
      c := width_bucket(t.credit, a_id);
      to_pending := CASE WHEN t.kind = 1 THEN t.amount ELSE 0 END;
      to_posted := t.amount - to_pending;
      IF t.amount <= 0 OR t.amount > AMOUNT_MAX THEN
        answer := 'invalid_amount';
      ELSIF t.pending_id IS NOT NULL THEN
        answer := 'pending_mismatch';
      ELSIF t.expires_at IS NOT NULL AND (t.kind = 0 OR t.expires_at <= p_now) THEN
        answer := 'invalid_expiry';
      ELSIF t.debit = t.credit THEN
        answer := 'same_account';
      ELSIF a_id[d] IS DISTINCT FROM t.debit OR a_id[c] IS DISTINCT FROM t.credit THEN
        answer := 'no_account';
      ELSIF a_ledger[d] <> a_ledger[c] THEN
        answer := 'ledger_mismatch';
      ELSIF (a_flags[d] | a_flags[c]) & 8 <> 0 THEN
        answer := 'account_closed';
      ELSIF a_flags[d] & 1 <> 0 AND a_debits_pending[d] + a_debits_posted[d] + t.amount > a_credits_posted[d] THEN
        answer := 'exceeds_credits';
      ELSIF a_flags[c] & 2 <> 0 AND a_credits_pending[c] + a_credits_posted[c] + t.amount > a_debits_posted[c] THEN
        answer := 'exceeds_debits';
      END IF;
    END IF;
    results[i] := answer;

    IF answer = 'ok' THEN
      a_debits_pending[d] := a_debits_pending[d] + to_pending;
      a_debits_posted[d] := a_debits_posted[d] + to_posted;
      a_credits_pending[c] := a_credits_pending[c] + to_pending;
      a_credits_posted[c] := a_credits_posted[c] + to_posted;
      b_accepted[b] := i;
      IF t.kind >= 2 THEN
        p_debits[i] := h_debit[h];
        p_credits[i] := h_credit[h];
        p_amounts[i] := CASE WHEN t.kind = 2 THEN t.amount ELSE h_amount[h] END;
        h_state[h] := CASE t.kind WHEN 2 THEN 'posted' WHEN 3 THEN 'voided' ELSE 'expired' END;
      ELSIF t.kind = 1 AND resolves THEN
        h := width_bucket(t.id, h_id);
        IF h_id[h] = t.id THEN
          h_state[h] := 'pending';
          h_amount[h] := t.amount;
          h_debit[h] := t.debit;
          h_credit[h] := t.credit;
          h_expires_at[h] := t.expires_at;
        END IF;
      END IF;
      IF chain_start IS NOT NULL THEN
        c_debit[i] := d;
        c_credit[i] := c;
        c_pending[i] := to_pending;
        c_posted[i] := to_posted;
      END IF;
    ELSIF chain_start IS NOT NULL AND NOT chain_failed AND answer <> 'exists' THEN
      chain_failed := true;
      FOR j IN REVERSE i - 1 .. chain_start LOOP -- take the chain back
        IF results[j] = 'ok' THEN
          a_debits_pending[c_debit[j]] := a_debits_pending[c_debit[j]] - c_pending[j];
          a_debits_posted[c_debit[j]] := a_debits_posted[c_debit[j]] - c_posted[j];
          a_credits_pending[c_credit[j]] := a_credits_pending[c_credit[j]] - c_pending[j];
          a_credits_posted[c_credit[j]] := a_credits_posted[c_credit[j]] - c_posted[j];
          b_accepted[width_bucket(p_ids[j], b_id)] := NULL;
          IF p_kinds[j] >= 2 THEN
            h_state[width_bucket(p_pendings[j], h_id)] := 'pending';
          ELSIF p_kinds[j] = 1 AND p_ids[j] = ANY (h_id) THEN
            h_state[width_bucket(p_ids[j], h_id)] := NULL;
          END IF;
        END IF;
        results[j] := 'linked_failed';
      END LOOP;
    END IF;
    IF NOT coalesce(t.linked, false) THEN
      chain_start := NULL;
      chain_failed := false;
    END IF;
  END LOOP;

  IF NOT 'ok' = ANY (results) THEN
    RETURN results;
  END IF;

  -- The batch takes its number after the locks: for any one account, batches and transfers are numbered in the order they happened.
  batch := nextval('ledger_batch_id');
  WITH written AS (
    INSERT INTO ledger_transfer AS w
      (id, debit, credit, amount, batch_id, created_at, expires_at, pending_id, ledger, code, kind, reference, correlation)
    SELECT r.id, r.debit, r.credit, r.amount, batch, p_now, r.expires_at, r.pending_id, a_ledger[width_bucket(r.debit, a_id)], r.code, r.kind,
           r.reference, r.correlation
    FROM unnest(p_ids, p_kinds, p_debits, p_credits, p_amounts, p_codes, p_pendings, p_expiries, p_references, p_correlations, results)
      WITH ORDINALITY AS r (id, kind, debit, credit, amount, code, pending_id, expires_at, reference, correlation, result, ord)
    WHERE r.result = 'ok'
    ORDER BY r.ord
    RETURNING w AS row)
  SELECT count(*), sha256(string_agg(ledger_canonical(w.row, da, ca), ''::bytea ORDER BY (w.row).seq))
    INTO written, digest
    FROM written w JOIN ledger_account da ON da.id = (w.row).debit JOIN ledger_account ca ON ca.id = (w.row).credit;
  INSERT INTO ledger_batch (id, created_at, transfers, content) VALUES (batch, p_now, written, digest);

  IF 1 = ANY (p_kinds) THEN
    INSERT INTO ledger_pending (id, amount, expires_at, state)
      SELECT r.id, r.amount, r.expires_at, 'pending'
      FROM unnest(p_ids, p_kinds, p_amounts, p_expiries, results) AS r (id, kind, amount, expires_at, result)
      WHERE r.kind = 1 AND r.result = 'ok';
  END IF;
  IF resolves THEN
    UPDATE ledger_pending p SET state = CASE r.kind WHEN 2 THEN 'posted' WHEN 3 THEN 'voided' ELSE 'expired' END
      FROM unnest(p_pendings, p_kinds, results) AS r (pending_id, kind, result)
      WHERE r.kind >= 2 AND r.result = 'ok' AND p.id = r.pending_id;
  END IF;

  INSERT INTO ledger_history (account, batch_id, created_at, debits_pending, debits_posted, credits_pending, credits_posted)
    SELECT v.id, batch, p_now, v.debits_pending, v.debits_posted, v.credits_pending, v.credits_posted
    FROM unnest(a_id, a_flags, a_debits_pending, a_debits_posted, a_credits_pending, a_credits_posted)
      AS v (id, flags, debits_pending, debits_posted, credits_pending, credits_posted)
    JOIN ledger_account a ON a.id = v.id
    WHERE v.flags & 4 <> 0
      AND (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted)
          <> (v.debits_pending, v.debits_posted, v.credits_pending, v.credits_posted);
  UPDATE ledger_account a
    SET debits_pending = v.debits_pending, debits_posted = v.debits_posted,
        credits_pending = v.credits_pending, credits_posted = v.credits_posted
    FROM unnest(a_id, a_debits_pending, a_debits_posted, a_credits_pending, a_credits_posted)
      AS v (id, debits_pending, debits_posted, credits_pending, credits_posted)
    WHERE a.id = v.id
      AND (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted)
          <> (v.debits_pending, v.debits_posted, v.credits_pending, v.credits_posted);
  RETURN results;
END $$;
`;
