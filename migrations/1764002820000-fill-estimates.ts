import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What closed bounties tell of how prices fill, and what was learnt of it. */
export class FillEstimates1764002820000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fill_exposure (
        bounty_id text NOT NULL REFERENCES bounty,
        -- Number of the stretch in which a slot waited, from 0.
        stretch integer NOT NULL CHECK (stretch >= 0),
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        kind text NOT NULL,
        provenance text NOT NULL,
        -- Coarse H3 cell of the area's middle.
        cell text NOT NULL,
        lng double precision NOT NULL,
        -- As they were known when the bounty opened.
        supply integer NOT NULL CHECK (supply >= 0),
        usual_price bigint CHECK (usual_price > 0),
        opened_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL,
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL CHECK (to_at > from_at),
        filled_before integer NOT NULL CHECK (filled_before >= 0),
        -- The schedule in force, by how many milliseconds its clock was behind, and the least price since the last raise.
        price jsonb NOT NULL,
        behind_ms bigint NOT NULL CHECK (behind_ms >= 0),
        price_floor bigint NOT NULL CHECK (price_floor >= 0),
        -- The reservation that ended the stretch and led to an accepted capture, and its price; null when something else ended it.
        reservation_id text REFERENCES reservation,
        fill_price bigint CHECK (fill_price > 0),
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (bounty_id, stretch),
        CHECK ((reservation_id IS NULL) = (fill_price IS NULL))
      );
      CREATE INDEX fill_exposure_newest ON fill_exposure (mode, recorded_at DESC);
      CREATE INDEX fill_exposure_fills ON fill_exposure (mode, to_at DESC) WHERE reservation_id IS NOT NULL;
      CREATE INDEX fill_exposure_fills_by_cell ON fill_exposure (mode, cell, to_at DESC) WHERE reservation_id IS NOT NULL;
      CREATE TABLE fill_model (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        version integer NOT NULL,
        fitted_at timestamptz NOT NULL,
        bounties integer NOT NULL CHECK (bounties >= 0),
        fills integer NOT NULL CHECK (fills >= 0),
        model jsonb NOT NULL,
        levels jsonb NOT NULL
      );
      CREATE INDEX fill_model_newest ON fill_model (mode, version, seq DESC);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
