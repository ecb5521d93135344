import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const FOLDER = resolve('test/simulation/populations');

/** A number, and where it is from: a source, or the word `assumed` with or without a reason. */
const parameter = (number: z.ZodNumber) =>
  z.strictObject({ value: number, source: z.string().min(7) }).transform(({ value }) => value);
const positive = parameter(z.number().positive());
const amount = parameter(z.number().min(0));
const share = parameter(z.number().min(0).max(1));
const whole = parameter(z.int().min(1));

const populationSchema = z.strictObject({
  about: z.string().min(1),
  parameters: z.strictObject({
    lat: parameter(z.number()),
    lng: parameter(z.number()),
    radius_km: positive,
    people: whole,
    speed_kmh: positive,
    vehicle_usd_per_km: amount,
    on_site_min: positive,
    hourly_usd: positive,
    hourly_spread: amount,
    margin_max: amount,
    hold_out_max: amount,
    looks_per_day: positive,
    told_share: share,
    wakes_at: amount,
    sleeps_at: amount,
    night_people: share,
    night_factor: positive,
    late_share: share,
    late_probability: share,
    fraud_share: share,
    forged_accepted: share,
    honest_accepted: share,
    season_days: amount,
    season_depth: share,
    shock_day: amount,
    shock_leave: share,
    shock_factor: positive,
    days: positive,
    wants: whole,
    asks_from_h: amount,
    asks_until_h: amount,
    window_min_h: positive,
    window_max_h: positive,
    value_usd: positive,
    value_spread: amount,
    budget_share: positive,
  }),
});

/** Who lives somewhere, what going costs them, what agents ask and what it is worth to them. */
export type Population = z.output<typeof populationSchema>['parameters'];

/** Names of all populations, in the order of the alphabet. */
export async function populationNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.map((file) => file.replace(/\.json$/, '')).sort();
}

/** @throws {z.ZodError} for a file in which a parameter is missing or says not where it is from. */
export async function populationOf(name: string): Promise<Population> {
  return populationSchema.parse(JSON.parse(await readFile(join(FOLDER, `${name}.json`), 'utf8'))).parameters;
}
