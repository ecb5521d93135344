import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sealing of the hash chain, and the audit that replays every transfer and verifies every link. */
export class LedgerAudit1764000100002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SEAL);
    await queryRunner.query(ENTRIES);
    await queryRunner.query(FAULTS);
    await queryRunner.query(AUDIT);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}

const SEAL = `
-- The hash of one link: SHA-256 over the hash before it (32 zero bytes for the first) and the batch it seals.
CREATE FUNCTION ledger_link(previous bytea, b ledger_batch) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(previous, decode(repeat('00', 32), 'hex')) || record_send(ROW(b.position, b.id, b.created_at, b.transfers, b.content)))
$$;

-- Puts up to p_limit committed batches into the chain, lowest number first, and answers how many. A batch that commits late is
-- sealed late: its position is the order of sealing, so writers never wait for one another. One sealer at a time; a second answers 0.
CREATE FUNCTION ledger_seal(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  SEALER CONSTANT bigint := 4776211764000100; -- advisory lock, released with the transaction
  sealed int := 0;
  head ledger_batch;
  b ledger_batch;
BEGIN
  IF NOT pg_try_advisory_xact_lock(SEALER) THEN
    RETURN 0;
  END IF;
  SELECT * INTO head FROM ledger_batch WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1;
  FOR b IN SELECT * FROM ledger_batch WHERE position IS NULL ORDER BY id LIMIT p_limit LOOP
    b.position := coalesce(head.position, 0) + 1;
    b.hash := ledger_link(head.hash, b);
    UPDATE ledger_batch SET position = b.position, hash = b.hash WHERE id = b.id;
    head := b;
    sealed := sealed + 1;
  END LOOP;
  RETURN sealed;
END $$;
`;

const ENTRIES = `
-- Each transfer is its own pair of entries: what it adds to the counters of its debit and of its credit account.
CREATE VIEW ledger_entry AS
  SELECT a.account, t.batch_id, t.seq, t.ledger, a.side,
    CASE t.kind WHEN 0 THEN 0 WHEN 1 THEN t.amount ELSE -h.amount END AS to_pending,
    CASE WHEN t.kind IN (0, 2) THEN t.amount ELSE 0 END AS to_posted
  FROM ledger_transfer t
  LEFT JOIN ledger_transfer h ON h.id = t.pending_id
  CROSS JOIN LATERAL (VALUES (t.debit, 'debit'), (t.credit, 'credit')) AS a (account, side);

-- What each batch adds to the counters of each account: the sum up to a batch is what the account must say after it.
CREATE VIEW ledger_movement AS
  SELECT account, batch_id,
    coalesce(sum(to_pending) FILTER (WHERE side = 'debit'), 0) AS debits_pending,
    coalesce(sum(to_posted) FILTER (WHERE side = 'debit'), 0) AS debits_posted,
    coalesce(sum(to_pending) FILTER (WHERE side = 'credit'), 0) AS credits_pending,
    coalesce(sum(to_posted) FILTER (WHERE side = 'credit'), 0) AS credits_posted
  FROM ledger_entry GROUP BY account, batch_id;
`;

const FAULTS = `
-- Everything that is wrong with the books, one row each; none when all is well. Read in one statement, so from one snapshot.
CREATE VIEW ledger_fault AS
  -- Counters are the sum of the transfers.
  SELECT 'replay' AS rule, coalesce(a.id, r.account)::text AS subject, 'counters differ from the replay of the transfers' AS detail
  FROM ledger_account a
  FULL JOIN (
    SELECT account, sum(debits_pending) AS dp, sum(debits_posted) AS dq, sum(credits_pending) AS cp, sum(credits_posted) AS cq
    FROM ledger_movement GROUP BY account) r ON r.account = a.id
  WHERE (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted)
    IS DISTINCT FROM (coalesce(r.dp, 0), coalesce(r.dq, 0), coalesce(r.cp, 0), coalesce(r.cq, 0))
UNION ALL
  SELECT 'guard', a.id::text, 'a guarded account is overdrawn' FROM ledger_account a
  WHERE (a.flags & 1 <> 0 AND a.debits_pending + a.debits_posted > a.credits_posted)
     OR (a.flags & 2 <> 0 AND a.credits_pending + a.credits_posted > a.debits_posted)
UNION ALL
  SELECT 'one_ledger', t.id::text, 'the transfer and its accounts are not on one ledger'
  FROM ledger_transfer t LEFT JOIN ledger_account d ON d.id = t.debit LEFT JOIN ledger_account c ON c.id = t.credit
  WHERE d.ledger IS DISTINCT FROM t.ledger OR c.ledger IS DISTINCT FROM t.ledger
UNION ALL
  SELECT 'resolution', t.id::text, 'it resolves no pending transfer, more than its amount, or other accounts'
  FROM ledger_transfer t LEFT JOIN ledger_transfer h ON h.id = t.pending_id AND h.kind = 1
  WHERE t.pending_id IS NOT NULL
    AND (h.id IS NULL OR t.amount > h.amount OR (t.kind > 2 AND t.amount <> h.amount) OR t.debit <> h.debit OR t.credit <> h.credit)
UNION ALL
  SELECT 'pending_state', coalesce(p.id, h.id)::text, 'the state of the pending transfer is not what the transfers say'
  FROM ledger_pending p
  FULL JOIN (SELECT * FROM ledger_transfer WHERE kind = 1) h ON h.id = p.id
  LEFT JOIN ledger_transfer r ON r.pending_id = h.id
  WHERE (p.amount, p.expires_at, p.state)
    IS DISTINCT FROM (h.amount, h.expires_at, CASE r.kind WHEN 2 THEN 'posted' WHEN 3 THEN 'voided' WHEN 4 THEN 'expired' ELSE 'pending' END)
UNION ALL
  SELECT 'history', y.account || ' after batch ' || y.batch_id, 'the remembered counters differ from the replay of the transfers'
  FROM (
    SELECT account, batch_id, b.created_at AS written_at, h.created_at, h.debits_pending, h.debits_posted, h.credits_pending, h.credits_posted,
      m.account IS NULL AS unmoved,
      sum(m.debits_pending) OVER upto AS dp, sum(m.debits_posted) OVER upto AS dq,
      sum(m.credits_pending) OVER upto AS cp, sum(m.credits_posted) OVER upto AS cq
    FROM (
      SELECT m.* FROM ledger_movement m JOIN ledger_account a ON a.id = m.account
      WHERE a.flags & 4 <> 0 AND (m.debits_pending, m.debits_posted, m.credits_pending, m.credits_posted) <> (0, 0, 0, 0)) m
    FULL JOIN ledger_history h USING (account, batch_id)
    LEFT JOIN ledger_batch b ON b.id = batch_id
    WINDOW upto AS (PARTITION BY account ORDER BY batch_id)) y
  WHERE unmoved OR (created_at, debits_pending, debits_posted, credits_pending, credits_posted) IS DISTINCT FROM (written_at, dp, dq, cp, cq)
UNION ALL
  SELECT 'batch', coalesce(b.id, t.batch_id)::text, 'the batch does not hold the transfers it was written with'
  FROM ledger_batch b
  FULL JOIN (
    SELECT t.batch_id, count(*) AS transfers, min(t.created_at) AS created_at,
      sha256(string_agg(ledger_canonical(t, d, c), ''::bytea ORDER BY t.seq)) AS content
    FROM ledger_transfer t LEFT JOIN ledger_account d ON d.id = t.debit LEFT JOIN ledger_account c ON c.id = t.credit
    GROUP BY t.batch_id) t ON t.batch_id = b.id
  WHERE (b.transfers, b.content, b.created_at) IS DISTINCT FROM (t.transfers, t.content, t.created_at)
UNION ALL
  SELECT 'chain', l.b_id::text, 'the link does not follow from the one before it'
  FROM (
    SELECT b.id AS b_id, b.hash, b.position, lag(b.position, 1, 0::bigint) OVER chain AS before, ledger_link(lag(b.hash) OVER chain, b) AS expected
    FROM ledger_batch b WHERE b.position IS NOT NULL OR b.hash IS NOT NULL WINDOW chain AS (ORDER BY b.position)) l
  WHERE l.position IS DISTINCT FROM l.before + 1 OR l.hash IS DISTINCT FROM l.expected;
`;

const AUDIT = `
-- One picture of the books, from one snapshot: totals of each ledger, faults (at most p_limit), and how far the chain is sealed.
-- Amounts are text: JSON numbers do not hold a bigint.
CREATE FUNCTION ledger_audit(p_limit int) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'ledgers', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'ledger', l.ledger, 'accounts', l.accounts, 'debits_posted', l.dq::text, 'credits_posted', l.cq::text,
        'debits_pending', l.dp::text, 'credits_pending', l.cp::text) ORDER BY l.ledger), '[]')
      FROM (
        SELECT s.ledger, count(a.id) AS accounts, coalesce(sum(a.debits_posted), 0) AS dq, coalesce(sum(a.credits_posted), 0) AS cq,
          coalesce(sum(a.debits_pending), 0) AS dp, coalesce(sum(a.credits_pending), 0) AS cp
        FROM ledger_asset s LEFT JOIN ledger_account a USING (ledger) GROUP BY s.ledger) l),
    'assets', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.ledger) FROM ledger_asset s),
    'kinds', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('code', a.code, 'flags', a.flags & 7)), '[]') FROM ledger_account a),
    'faults', (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM (SELECT * FROM ledger_fault LIMIT p_limit) f),
    'chain', (
      SELECT jsonb_build_object(
        'batches', count(*), 'sealed', count(b.position), 'unsealed_since', min(b.created_at) FILTER (WHERE b.position IS NULL),
        'head', (SELECT encode(h.hash, 'hex') FROM ledger_batch h WHERE h.position IS NOT NULL ORDER BY h.position DESC LIMIT 1))
      FROM ledger_batch b))
$$;
`;
