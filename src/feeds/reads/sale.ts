import type { Sale } from '../../payments/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';

/** Who earns by a read of this observation, at its price. */
export const saleOf = ({ mode, id, contributor_id, funder_id, price }: ObservationRow): Sale => ({
  mode,
  observation_id: id,
  contributor_id,
  funder_id,
  price,
});
