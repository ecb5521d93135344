import { z } from 'zod';
import { COEFFICIENTS } from './features.js';

/** Of how many draws from the posterior every answer is made: quantiles of 5 % and 95 % then rest on about three draws each. */
export const DRAWS = 64;

/** Rises whenever features or method change: a model of another version is not read. */
export const FILL_MODEL_VERSION = 1;

const perDraw = z.array(z.number()).length(DRAWS);
/** What was learnt, as it is stored. Numbers only, so a stored model answers the same wherever it is read. */
export const fillModelSchema = z.object({
  version: z.literal(FILL_MODEL_VERSION),
  /** Closed bounties that it was learnt from, and fills among them. */
  bounties: z.int().min(0),
  fills: z.int().min(0),
  draws: z.array(z.array(z.number()).length(COEFFICIENTS.length)).length(DRAWS),
  /** How much the log rates of cells within a region differ, and of regions: standard deviations. */
  spread: z.object({ cell: z.number().positive(), region: z.number().positive() }),
  /** How much more the fills of bounties vary than if each came by itself: 1 or more. */
  dispersion: z.number().min(1),
  /** Median price of the fills it was learnt from, in micros, for a case without a usual price. */
  usual_price_micros: z.number().positive(),
});
export type FillModel = z.infer<typeof fillModelSchema>;

/** By how much, in each draw, the rate of each place is above what the model alone expects: what the newest record shows. */
export const fillLevelsSchema = z.object({
  market: perDraw,
  regions: z.record(z.string(), perDraw),
  cells: z.record(z.string(), perDraw),
});
export type FillLevels = z.infer<typeof fillLevelsSchema>;
