import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where owners have events and cards posted to, and every message that is or was on its way there. */
export class Webhooks1764002600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoint (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        owner_id text NOT NULL,
        url text NOT NULL,
        description text NOT NULL,
        events text[] NOT NULL,
        -- Whether cards are sent; narrowed by what is not null.
        has_cards boolean NOT NULL,
        card_kind text,
        card_cell text,
        state text NOT NULL CHECK (state IN ('active', 'paused', 'deleted')),
        pause_reason text CHECK (pause_reason IN ('owner', 'failures', 'gone')),
        paused_at timestamptz,
        -- Secrets are not stored: each follows from the key of this instance, the endpoint and its number.
        secret_number integer NOT NULL DEFAULT 1,
        previous_secret_until timestamptz,
        -- Since when every attempt has failed.
        failing_since timestamptz,
        -- Where making up for what was missed has come to, in the sequence of events and of cards; null when there is nothing to make up for.
        catch_up_events bigint,
        catch_up_cards bigint,
        created_at timestamptz NOT NULL,
        CHECK ((state = 'paused') = (pause_reason IS NOT NULL)),
        CHECK ((state = 'paused') = (paused_at IS NOT NULL))
      );
      CREATE INDEX webhook_endpoint_of_owner ON webhook_endpoint (owner_id, id) WHERE state <> 'deleted';
      CREATE INDEX webhook_endpoint_for_cards ON webhook_endpoint (mode) WHERE has_cards AND state = 'active';
      CREATE INDEX webhook_endpoint_behind ON webhook_endpoint (id)
        WHERE state = 'active' AND (catch_up_events IS NOT NULL OR catch_up_cards IS NOT NULL);

      CREATE TABLE webhook_delivery (
        endpoint_id text NOT NULL REFERENCES webhook_endpoint,
        -- The event's, the observation's or the ping's id: what receivers know it by.
        message_id text NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        -- Sent to the byte each time.
        body text NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
        attempts integer NOT NULL DEFAULT 0,
        last_status integer,
        last_outcome text,
        -- Not tried before; while it is being tried, when that counts as lost.
        due_at timestamptz NOT NULL,
        -- A failure after it is the last one.
        give_up_at timestamptz NOT NULL,
        occurred_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (endpoint_id, message_id)
      );
      CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE state = 'pending';
      CREATE INDEX webhook_delivery_dead ON webhook_delivery (endpoint_id, occurred_at) WHERE state = 'dead';
      CREATE INDEX webhook_delivery_newest ON webhook_delivery (endpoint_id, seq);
      CREATE INDEX webhook_delivery_old ON webhook_delivery (created_at) WHERE state <> 'pending';

      -- Where a replay begins.
      CREATE INDEX event_by_time ON event (created_at);
      CREATE INDEX observation_by_time ON observation (mode, public_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
