import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prices that move: what is held is the cap, and the price stands still while every slot is taken. */
export class PriceSchedules1764002850000 implements MigrationInterface {
  name = 'PriceSchedules1764002850000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE bounty RENAME COLUMN price TO price_cap;
      ALTER TABLE bounty RENAME COLUMN fee TO fee_cap;
      ALTER TABLE bounty
        -- The price when it was last raised: no new schedule falls below it.
        ADD COLUMN price_floor bigint NOT NULL DEFAULT 0 CHECK (price_floor BETWEEN 0 AND price_cap),
        -- How long all its slots were taken, in milliseconds, and since when they are: the schedule's clock is behind by so much.
        ADD COLUMN stalled_ms bigint NOT NULL DEFAULT 0 CHECK (stalled_ms >= 0),
        ADD COLUMN stalled_since timestamptz,
        ADD COLUMN raises integer NOT NULL DEFAULT 0;
      CREATE TABLE bounty_raise (
        bounty_id text NOT NULL REFERENCES bounty,
        number integer NOT NULL CHECK (number > 0),
        -- The terms' price and end as they were.
        price jsonb NOT NULL,
        closes_at timestamptz NOT NULL,
        -- Micros that were held in addition.
        held bigint NOT NULL CHECK (held >= 0),
        at timestamptz NOT NULL,
        PRIMARY KEY (bounty_id, number)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
