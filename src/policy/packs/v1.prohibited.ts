import type { PackData } from '../pack.js';
import { ACTS } from './v1.acts.js';
import { PEOPLE } from './v1.people.js';
import { SITES } from './v1.sites.js';

/** Prohibited tasks, in the order in which they are tried: the union of what comparable markets forbid. */
export const PROHIBITED: PackData['prohibited'] = [...PEOPLE, ...SITES, ...ACTS];
