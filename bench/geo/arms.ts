import type { Client } from 'pg';
import { boundingBox } from '../../src/kernel/geo.js';
import type { MemoryIndex } from '../../src/bounties/near/index.memory.js';
import type { NearQuery } from '../../src/bounties/near/near.order.js';
import { nearStatement } from '../../src/bounties/near/near.statement.js';

/** One way to answer: the ids of the dearest open bounties within reach, dearest first. */
export type Arm = (query: NearQuery) => Promise<string[]>;

/** No bounty of the benchmark reaches further from its middle. */
const EXTENT_M_MAX = 200;

/** The statement of the service, on its table. */
export function ourArm(client: Client): Arm {
  return async (query) => idsOf(await client.query({ name: 'ours', ...nearStatement(query) }));
}

/** The same question as PostGIS answers it fastest: a box through the GiST index, then the distance on the sphere. */
export function postgisArm(client: Client, table: string): Arm {
  const text = `
    SELECT bounty_id FROM ${table}
     WHERE open AND geom && ST_MakeEnvelope($3, $4, $5, $6, 4326)
       AND ST_DistanceSphere(geom, ST_SetSRID(ST_MakePoint($2, $1), 4326)) <= $7 + extent_m
     ORDER BY price DESC, bounty_id DESC LIMIT $8`;
  return async ({ point, radius_m, limit }) => {
    const { west, south, east, north } = boundingBox({ ...point, radius_m: radius_m + EXTENT_M_MAX });
    const values = [point.lat, point.lng, west, south, east, north, radius_m, limit];
    return idsOf(await client.query({ name: table, text, values }));
  };
}

export function memoryArm(index: MemoryIndex): Arm {
  return async (query) => index.search(query).map(({ bounty_id }) => bounty_id);
}

const idsOf = ({ rows }: { rows: { bounty_id: string }[] }): string[] => rows.map(({ bounty_id }) => bounty_id);
