import type { Sale } from '../../payments/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { sharesOf } from '../observations/observation.funders.js';

/** Who earns by a read of this observation, at its price. */
export const saleOf = (row: ObservationRow): Sale => ({
  mode: row.mode,
  observation_id: row.id,
  contributor_id: row.contributor_id,
  funders: sharesOf(row),
  price: row.price,
});
