import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How near readings must be to be neighbours: metres between the sealed places … */
const NEIGHBOUR_M = 5_000;
/** … and milliseconds between the devices' times. */
const NEIGHBOUR_MS = 3_600_000;
/** Most contributors that are looked at, so that a crowd of one person's cannot push the others out unseen … */
const CONTRIBUTORS_MAX = 200;
/** … and most neighbours that are answered. */
const NEIGHBOURS_MAX = 50;
/** Mean radius of the earth, in metres (IUGG). */
const EARTH_M = 6_371_008.8;
/** A little less than a degree of latitude anywhere: so a box of this many degrees holds the whole circle. */
const DEGREE_M = 110_000;

/** Neighbours that are one person count once, overturned ones not at all; and what a device itself measured before. */
export class UnlinkedNeighbours1764001800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION verifier_api.metres(lat_a double precision, lng_a double precision, lat_b double precision, lng_b double precision)
        RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT 2 * ${EARTH_M} * asin(least(1, sqrt(
                 sin(radians(lat_a - lat_b) / 2) ^ 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lng_a - lng_b) / 2) ^ 2))) $$;

      -- Where this device's reading before this one stood: value and time, null when it has none nearby. Only of its own.
      CREATE FUNCTION verifier_api.previous_reading(of_capture text, of_quantity text) RETURNS jsonb
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this capture%ROWTYPE;
          own reading_value%ROWTYPE;
        BEGIN
          SELECT * INTO STRICT this FROM capture WHERE id = of_capture AND state IN ('submitted', 'verifying', 'review');
          SELECT * INTO STRICT own FROM reading_value WHERE capture_id = of_capture;
          RETURN (
            SELECT jsonb_build_object('value', v.value, 'at', verifier_api.ms(v.at))
              FROM reading_value v JOIN capture c ON c.id = v.capture_id
             WHERE v.device_id = own.device_id AND v.quantity_kind = of_quantity AND c.state IN ('accepted', 'settled')
               AND (c.t1, c.id) < (this.t1, this.id)
               AND verifier_api.metres(v.lat, v.lng, own.lat, own.lng) <= ${NEIGHBOUR_M}
             ORDER BY c.t1 DESC, c.id DESC LIMIT 1);
        END $$;

      -- Values of settled readings of others, the nearest in time of each. Contributors who share a trait, by however many steps, count as
      -- one; who is linked to this one, and what a dispute has overturned, do not count. No ids, owners or places.
      CREATE OR REPLACE FUNCTION verifier_api.reading_neighbours(of_capture text, of_quantity text, of_value double precision, at_ms bigint)
        RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this reading_value%ROWTYPE;
          measured_at timestamptz := to_timestamp(at_ms / 1000.0);
        BEGIN
          UPDATE reading_value v SET quantity_kind = of_quantity, value = of_value, at = measured_at
            FROM capture c WHERE v.capture_id = of_capture AND c.id = v.capture_id AND c.state IN ('submitted', 'verifying', 'review')
            RETURNING v.* INTO STRICT this;
          RETURN (
            WITH RECURSIVE nearest AS MATERIALIZED (
              SELECT * FROM (
                SELECT DISTINCT ON (v.contributor_id) v.contributor_id, v.value, abs(extract(epoch FROM v.at - measured_at)) AS apart
                  FROM reading_value v JOIN capture c ON c.id = v.capture_id
                 WHERE v.mode = this.mode AND v.quantity_kind = of_quantity AND c.state = 'settled'
                   AND v.contributor_id <> this.contributor_id
                   AND v.at BETWEEN measured_at - interval '${NEIGHBOUR_MS} milliseconds' AND measured_at + interval '${NEIGHBOUR_MS} milliseconds'
                   AND v.lat BETWEEN this.lat - ${NEIGHBOUR_M / DEGREE_M} AND this.lat + ${NEIGHBOUR_M / DEGREE_M}
                   AND verifier_api.metres(v.lat, v.lng, this.lat, this.lng) <= ${NEIGHBOUR_M}
                   AND NOT EXISTS (SELECT FROM dispute d WHERE d.capture_id = c.id AND d.side = 'requester' AND d.state IN ('upheld', 'upheld_unfunded'))
                 ORDER BY v.contributor_id, apart, v.capture_id) each_contributor
               ORDER BY apart, contributor_id LIMIT ${CONTRIBUTORS_MAX}),
            party AS (SELECT contributor_id FROM nearest UNION SELECT this.contributor_id),
            trait AS MATERIALIZED (
              SELECT contributor_id, 'device:' || thumbprint AS trait FROM device JOIN party USING (contributor_id)
              UNION SELECT t.party_id, t.trait FROM party_trait t JOIN party ON party.contributor_id = t.party_id),
            reach (contributor_id, reached) AS (
              SELECT contributor_id, contributor_id FROM party
              UNION SELECT r.contributor_id, b.contributor_id
                FROM reach r JOIN trait a ON a.contributor_id = r.reached JOIN trait b ON b.trait = a.trait),
            person AS (SELECT contributor_id, min(reached) AS id, bool_or(reached = this.contributor_id) AS own FROM reach GROUP BY contributor_id)
            SELECT coalesce(jsonb_agg(value), '[]') FROM (
              SELECT value FROM (
                SELECT DISTINCT ON (person.id) n.value, n.apart
                  FROM nearest n JOIN person USING (contributor_id)
                 WHERE NOT person.own ORDER BY person.id, n.apart, n.contributor_id) each_person
               ORDER BY apart LIMIT ${NEIGHBOURS_MAX}) nearby);
        END $$;

      REVOKE ALL ON FUNCTION verifier_api.metres, verifier_api.previous_reading FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION verifier_api.previous_reading TO verifier;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
