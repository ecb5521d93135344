import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pay by the Distributor: releases in one sum, what each wallet is awarded of it, and the roots by which it claims. */
export class Distributor1764002000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whom the Distributor owes what a release pays it; null where the release pays a wallet itself.
      ALTER TABLE release ADD COLUMN pay_for text CHECK (pay_for ~ '^0x[0-9a-f]{40}$');
      -- What the chain names a sum of several by; null for batches that pay wallets.
      ALTER TABLE release_batch ADD COLUMN captures_root text CHECK (captures_root ~ '^0x[0-9a-f]{64}$');
      CREATE UNIQUE INDEX release_batch_pool ON release_batch (entry, captures_root, first_seq);

      -- One for each release that reached a Distributor, in the order in which they did.
      CREATE TABLE award (
        capture_id text PRIMARY KEY REFERENCES release,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        distributor text NOT NULL CHECK (distributor ~ '^0x[0-9a-f]{40}$'),
        account text NOT NULL CHECK (account ~ '^0x[0-9a-f]{40}$'),
        amount bigint NOT NULL CHECK (amount > 0),
        -- All that the account has been awarded with it. Roots name whole awards, so a claim ends with one.
        upto bigint NOT NULL CHECK (upto >= amount),
        -- False while the block that paid the Distributor is given up; then no root counts it, or any later one of the account.
        covered boolean NOT NULL,
        -- The log that showed it claimed, block hash:index; null until then.
        claimed_by text,
        created_at timestamptz NOT NULL,
        UNIQUE (mode, distributor, account, upto)
      );
      CREATE INDEX award_unclaimed ON award (mode, distributor, account, upto) WHERE claimed_by IS NULL;

      CREATE TABLE distributor_root (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        chain jsonb NOT NULL,
        distributor text NOT NULL CHECK (distributor ~ '^0x[0-9a-f]{40}$'),
        epoch integer NOT NULL CHECK (epoch >= 1),
        root text NOT NULL CHECK (root ~ '^0x[0-9a-f]{64}$'),
        total bigint NOT NULL CHECK (total > 0),
        state text NOT NULL CHECK (state IN ('drafted', 'proposed', 'vetoed', 'discarded')),
        -- The releaser's; null until it has signed.
        signature text,
        -- When it can be claimed from, by the chain's clock; null until the chain has shown it.
        active_at timestamptz,
        transaction text,
        -- How many transactions that were to propose it came to nothing.
        attempt integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL
      );
      -- A discarded draft leaves its epoch to another.
      CREATE UNIQUE INDEX distributor_root_epoch ON distributor_root (mode, distributor, epoch) WHERE state <> 'discarded';

      CREATE TABLE distributor_leaf (
        root_id text NOT NULL REFERENCES distributor_root,
        index integer NOT NULL CHECK (index >= 0),
        account text NOT NULL,
        cumulative bigint NOT NULL CHECK (cumulative > 0),
        salt text NOT NULL CHECK (salt ~ '^0x[0-9a-f]{64}$'),
        PRIMARY KEY (root_id, index),
        UNIQUE (root_id, account)
      );
    `);
    await runner.query(RELEASER);
    await runner.query(`
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA releaser_api FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION releaser_api.roots_due, releaser_api.sign_root TO releaser;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** As before, and for whom; and what the releaser asks about a root. */
const RELEASER = `
  CREATE OR REPLACE FUNCTION releaser_api.release_facts(r public.release) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
      'seq', r.seq, 'commitment', r.commitment, 'pay_to', r.pay_to, 'pay_for', r.pay_for, 'amount', r.amount::text, 'fee', r.fee::text,
      'paid_before', r.paid_before::text, 'signature', r.signature, 'entry', releaser_api.entry_facts(e),
      'before', (SELECT jsonb_build_object('count', count(*), 'unsigned', count(*) FILTER (WHERE p.signature IS NULL),
                          'ordered', coalesce(sum(p.amount + p.fee), 0)::text)
                   FROM release p WHERE p.entry = r.entry AND p.seq < r.seq),
      'capture', jsonb_build_object(
        'mode', c.mode, 'bounty_id', c.bounty_id, 'state', c.state, 'finding', c.finding, 'salt', c.salt, 'seal', c.seal, 'paid', c.paid::text,
        'from_loss_reserve', EXISTS (SELECT FROM dispute d WHERE d.capture_id = c.id AND d.side = 'contributor' AND d.funding = 'loss_reserve')),
      'reservation', jsonb_build_object('bounty_id', v.bounty_id, 'price', v.price::text, 'fee', v.fee::text, 'payout_to', v.payout_to,
                                        'payout_for', v.payout_for),
      'bounty', jsonb_build_object('mode', b.mode, 'absence_share_bps', b.absence_share_bps::text))
      FROM escrow_entry e, capture c JOIN reservation v ON v.id = c.reservation_id JOIN bounty b ON b.id = c.bounty_id
     WHERE e.id = r.entry AND c.id = r.capture_id $$;

  -- What backs an account's leaf: its releases that the chain has paid to this Distributor, each for the wallet fixed when the slot was taken.
  CREATE FUNCTION releaser_api.backed(of_root public.distributor_root, of_account text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(r.amount), 0)::bigint
      FROM release r JOIN escrow_entry e ON e.id = r.entry JOIN capture c ON c.id = r.capture_id JOIN reservation v ON v.id = c.reservation_id
     WHERE r.pay_for = of_account AND v.payout_for = of_account AND r.pay_to = of_root.distributor AND v.payout_to = of_root.distributor
       AND e.mode = of_root.mode AND c.state = 'settled' AND r.signature IS NOT NULL AND r.paid_by IS NOT NULL $$;

  -- Of each Distributor the unsigned draft, with the leaves of the last root that was not vetoed. Roots are few: no pages.
  CREATE FUNCTION releaser_api.roots_due() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('root_id', d.id, 'facts', jsonb_build_object(
        'mode', d.mode, 'chain', d.chain, 'epoch', d.epoch, 'root', d.root, 'total', d.total::text,
        'leaves', (SELECT jsonb_agg(jsonb_build_object('account', l.account, 'cumulative', l.cumulative::text, 'salt', l.salt,
                                                       'backed', releaser_api.backed(d, l.account)::text) ORDER BY l.index)
                     FROM distributor_leaf l WHERE l.root_id = d.id),
        'last_epoch', (SELECT coalesce(max(p.epoch), 0) FROM distributor_root p
                        WHERE p.mode = d.mode AND p.distributor = d.distributor AND p.state IN ('proposed', 'vetoed')),
        'before', (SELECT coalesce(jsonb_agg(jsonb_build_object('account', l.account, 'cumulative', l.cumulative::text)), '[]')
                     FROM distributor_leaf l WHERE l.root_id = (
                       SELECT p.id FROM distributor_root p WHERE p.mode = d.mode AND p.distributor = d.distributor AND p.state = 'proposed'
                        ORDER BY p.epoch DESC LIMIT 1)))) ORDER BY d.id), '[]')
      FROM distributor_root d WHERE d.state = 'drafted' AND d.signature IS NULL $$;

  CREATE FUNCTION releaser_api.sign_root(of_root text, given text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE this distributor_root%ROWTYPE;
    BEGIN
      SELECT * INTO STRICT this FROM distributor_root WHERE id = of_root FOR UPDATE;
      IF NOT releaser_api.keep_signature(this.signature, given) THEN RETURN false; END IF;
      UPDATE distributor_root SET signature = given WHERE id = of_root;
      RETURN true;
    END $$;
`;
