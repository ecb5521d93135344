import {
  fromCanonical,
  median,
  quantityOf,
  readingAsked,
  toCanonical,
  type Instrument,
  type Quantity,
  type ReadingCriterion,
  type Sample,
} from '@groundtruth/sdk/protocol';
import { clockAgrees } from './clocks.js';
import { fail, inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

const MINUTE_MS = 60_000;
/** Two years and a leap day: how long a calibration is good for. */
export const CALIBRATION_MS_MAX = (2 * 365 + 1) * 86_400_000;
/** What conversion between units may cost, in units of the last places: a value exactly on a bar is inside. */
const ROUNDING = 1e-9;

/**
 * All samples lie in the range asked for and in what this quantity can be on earth. A person looks when a value jumps faster than the
 * quantity does, within the reading or since the device's one before (whose value stays unsaid: somebody else may have bought it), when the device's clock contradicts the proven interval, or when the instrument's calibration is stale: an honest
 * sensor may do each of them. No calibration date is no contradiction, and is recorded.
 */
export function readingRange({ context, reading, previous }: Evidence): Judgement | null {
  const asked = readingAsked(context.criteria);
  const quantity = asked && quantityOf(asked.quantity_kind);
  if (!asked || !quantity) return unavailable({ reason: 'unknown_quantity' });
  if (!reading) return null;
  if (!reading.ok) return unavailable(reading);
  const { claims, samples, duration_ms } = reading.value;
  // A file that is no reading fails at `format`.
  if (claims === null || samples.length === 0) return null;
  const known = { ...summary(asked, samples), instrument: claims.instrument };
  if (!samples.every(({ value }) => within(value, quantity.plausible))) return fail('implausible', known);
  if (!samples.every(({ value }) => within(value, rangeOf(asked)))) return fail('out_of_range', known);
  if (previous === undefined) return null;
  const doubt = [
    samples.every(({ at }) => clockAgrees(context, at)) ? null : 'clock_conflict',
    samples.some((sample, index) => samples.slice(0, index).some((before) => jumps(before, sample, quantity)))
      ? 'jump'
      : null,
    previous && jumps(previous, samples[0]!, quantity) ? 'jump_from_previous' : null,
    calibrationDoubt(claims.instrument, context.t1),
  ].find((reason) => reason !== null);
  return { ...(doubt ? inconclusive({ reason: doubt, ...known }) : pass(known)), duration_ms };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function within(value: number, { min, max }: Range): boolean {
  const slack = ROUNDING * Math.max(1, Math.abs(min), Math.abs(max));
  return min - slack <= value && value <= max + slack;
}

/** The range asked for, in the canonical unit. A unit that is not in the table admits nothing. */
function rangeOf({ quantity_kind, unit, min, max }: ReadingCriterion['reading']): Range {
  const inCanonical = (value: number): number => toCanonical(quantity_kind, unit, value) ?? Number.NaN;
  return { min: inCanonical(min), max: inCanonical(max) };
}

/**
 * Within a minute a value may move by the full step, however short the time; after that, in proportion. Asked of every two samples, so that
 * many small steps within one minute are no way around it.
 */
function jumps(before: Sample, { at, value }: Sample, { step_per_minute_max }: Quantity): boolean {
  const minutes = Math.max(1, Math.abs(at - before.at) / MINUTE_MS);
  return Math.abs(value - before.value) > step_per_minute_max * minutes * (1 + ROUNDING);
}

/** Held against the moment the seal was first seen, so that the same reading is always judged the same. */
function calibrationDoubt(
  { calibrated_on }: Instrument,
  t1: number,
): 'calibration_stale' | 'calibration_in_future' | null {
  if (calibrated_on === null) return null;
  // The date has no zone: its day begins somewhere up to 14 hours before it does in UTC.
  const day = Date.parse(`${calibrated_on}T00:00:00Z`);
  if (day - FIRST_ZONE_MS > t1) return 'calibration_in_future';
  return t1 - day > CALIBRATION_MS_MAX ? 'calibration_stale' : null;
}
const FIRST_ZONE_MS = 14 * 3_600_000;

/** What the observation will say, in the unit asked for. */
function summary({ quantity_kind, unit }: ReadingCriterion['reading'], samples: readonly Sample[]) {
  const inAsked = (value: number): number => fromCanonical(quantity_kind, unit, value) ?? value;
  const values = samples.map(({ value }) => inAsked(value));
  return {
    quantity_kind,
    unit,
    value: rounded(median(values)),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
    at: samples.at(-1)!.at,
    samples: samples.length,
  };
}

/** Twelve significant digits: conversion leaves noise in the last ones. */
const rounded = (value: number): number => Number(value.toPrecision(12));
