import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How near readings must be to be neighbours: metres between the sealed places … */
const NEIGHBOUR_M = 5_000;
/** … and milliseconds between the devices' times. */
const NEIGHBOUR_MS = 3_600_000;
/** Most neighbours that are looked at. */
const NEIGHBOURS_MAX = 50;
/** Mean radius of the earth, in metres (IUGG). */
const EARTH_M = 6_371_008.8;
/** A little less than a degree of latitude anywhere: so a box of this many degrees holds the whole circle. */
const DEGREE_M = 110_000;

/** What is remembered of readings: sequence numbers of devices, and values that neighbours are compared with. */
export class Readings1764001200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reading_value (
        capture_id text PRIMARY KEY REFERENCES capture,
        mode text NOT NULL,
        contributor_id text NOT NULL REFERENCES contributor,
        device_id text NOT NULL REFERENCES device,
        seq bigint NOT NULL CHECK (seq >= 1),
        -- The order in which the verifier first asked about readings.
        asked bigint GENERATED ALWAYS AS IDENTITY,
        -- Median of the samples in the quantity's canonical unit, and the time of the last; null until the verifier compared it.
        quantity_kind text,
        value double precision,
        at timestamptz,
        lat double precision NOT NULL,
        lng double precision NOT NULL,
        CHECK ((quantity_kind IS NULL) = (value IS NULL) AND (value IS NULL) = (at IS NULL))
      );
      CREATE INDEX reading_value_by_device ON reading_value (device_id, seq);
      CREATE INDEX reading_value_nearby ON reading_value (mode, quantity_kind, at);

      -- One bit: does this sequence number fit those of the device's readings that were asked about before and are accepted or in flight?
      -- They rise in the order of their seals, not of verification, so that honest readings verified out of turn all pass. The lock and
      -- the order of asking let exactly one of two readings with the same number through, however often each is asked about.
      CREATE FUNCTION verifier_api.reading_sequence(of_capture text, of_seq bigint) RETURNS boolean
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this capture%ROWTYPE;
          this_device text;
          this_asked bigint;
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('verifier_api.reading_sequence'));
          SELECT * INTO STRICT this FROM capture WHERE id = of_capture AND state IN ('submitted', 'verifying', 'review');
          SELECT d.id INTO STRICT this_device FROM device d
           WHERE d.id = this.sealed -> 'manifest' ->> 'device_id' AND d.contributor_id = this.contributor_id;
          INSERT INTO reading_value (capture_id, mode, contributor_id, device_id, seq, lat, lng)
            VALUES (this.id, this.mode, this.contributor_id, this_device, of_seq,
                    (this.sealed -> 'manifest' -> 'place' ->> 'lat')::double precision,
                    (this.sealed -> 'manifest' -> 'place' ->> 'lng')::double precision)
            ON CONFLICT (capture_id) DO UPDATE SET seq = EXCLUDED.seq
            RETURNING asked INTO this_asked;
          RETURN NOT EXISTS (
            SELECT 1 FROM reading_value v JOIN capture c ON c.id = v.capture_id
             WHERE v.device_id = this_device AND c.id <> this.id
               AND v.asked < this_asked AND c.state IN ('submitted', 'verifying', 'review', 'accepted', 'settled')
               AND (v.seq = of_seq OR (c.t1 < this.t1 AND v.seq > of_seq) OR (c.t1 > this.t1 AND v.seq < of_seq)));
        END $$;

      -- Values of settled readings of other contributors, the nearest in time of each. No ids, owners or places.
      CREATE FUNCTION verifier_api.reading_neighbours(of_capture text, of_quantity text, of_value double precision, at_ms bigint)
        RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this reading_value%ROWTYPE;
          measured_at timestamptz := to_timestamp(at_ms / 1000.0);
        BEGIN
          UPDATE reading_value v SET quantity_kind = of_quantity, value = of_value, at = measured_at
            FROM capture c WHERE v.capture_id = of_capture AND c.id = v.capture_id AND c.state IN ('submitted', 'verifying', 'review')
            RETURNING v.* INTO STRICT this;
          RETURN (
            SELECT coalesce(jsonb_agg(nearest.value), '[]') FROM (
              SELECT * FROM (
                SELECT DISTINCT ON (v.contributor_id) v.value, abs(extract(epoch FROM v.at - measured_at)) AS apart
                  FROM reading_value v JOIN capture c ON c.id = v.capture_id
                 WHERE v.mode = this.mode AND v.quantity_kind = of_quantity AND c.state = 'settled'
                   AND v.contributor_id <> this.contributor_id
                   AND v.at BETWEEN measured_at - interval '${NEIGHBOUR_MS} milliseconds' AND measured_at + interval '${NEIGHBOUR_MS} milliseconds'
                   AND v.lat BETWEEN this.lat - ${NEIGHBOUR_M / DEGREE_M} AND this.lat + ${NEIGHBOUR_M / DEGREE_M}
                   AND 2 * ${EARTH_M} * asin(least(1, sqrt(
                         sin(radians(v.lat - this.lat) / 2) ^ 2
                         + cos(radians(this.lat)) * cos(radians(v.lat)) * sin(radians(v.lng - this.lng) / 2) ^ 2))) <= ${NEIGHBOUR_M}
                 ORDER BY v.contributor_id, apart, v.capture_id) each_contributor
               ORDER BY apart LIMIT ${NEIGHBOURS_MAX}) nearest);
        END $$;

      REVOKE ALL ON FUNCTION verifier_api.reading_sequence, verifier_api.reading_neighbours FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION verifier_api.reading_sequence, verifier_api.reading_neighbours TO verifier;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
