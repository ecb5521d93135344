/**
 * What can be measured here, in which units, and what is physically believable. Units are UCUM codes, case sensitive (The Unified Code for
 * Units of Measure, https://ucum.org/ucum, version 2.2). The table is closed: a quantity or unit that is not in it is refused at quote.
 */
export interface Quantity {
  /** UCUM code of the unit every value is held against: the canonical one. */
  readonly unit: string;
  /** What is taken besides, and how it becomes canonical: `canonical = value × factor + offset`. */
  readonly units: Readonly<Record<string, { readonly factor: number; readonly offset: number }>>;
  /** Values outside it are no measurement of this quantity on earth. Canonical, both ends included. */
  readonly plausible: { readonly min: number; readonly max: number };
  /** Most it changes between two samples up to one minute apart, and in each further minute. Canonical. */
  readonly step_per_minute_max: number;
  /** Least spread that neighbours a few kilometres apart are granted (stands in for a smaller median absolute deviation). Canonical. */
  readonly neighbour_spread_min: number;
}

const times = (factor: number, offset = 0) => ({ factor, offset });

/**
 * Ranges and steps of temperature, humidity, pressure and wind: WMO, Guidelines on Quality Control Procedures for Data from Automatic
 * Weather Stations (Zahumenský, 2004), with the ranges widened to the records of the World Weather and Climate Extremes Archive where those
 * lie outside. The others are our own, wide on purpose: what lies outside is a broken or invented sensor.
 */
export const QUANTITIES = {
  air_temperature: {
    unit: 'Cel',
    units: { Cel: times(1), K: times(1, -273.15), '[degF]': times(5 / 9, -160 / 9) },
    plausible: { min: -90, max: 60 },
    step_per_minute_max: 3,
    neighbour_spread_min: 0.5,
  },
  water_temperature: {
    unit: 'Cel',
    units: { Cel: times(1), K: times(1, -273.15), '[degF]': times(5 / 9, -160 / 9) },
    plausible: { min: -3, max: 60 },
    step_per_minute_max: 2,
    neighbour_spread_min: 0.5,
  },
  relative_humidity: {
    unit: '%',
    units: { '%': times(1) },
    plausible: { min: 0, max: 100 },
    step_per_minute_max: 10,
    neighbour_spread_min: 3,
  },
  air_pressure: {
    unit: 'hPa',
    units: { hPa: times(1), Pa: times(0.01), kPa: times(10), mbar: times(1), 'mm[Hg]': times(1.33322387415) },
    plausible: { min: 500, max: 1100 },
    step_per_minute_max: 0.5,
    neighbour_spread_min: 1,
  },
  wind_speed: {
    unit: 'm/s',
    units: { 'm/s': times(1), 'km/h': times(1 / 3.6), '[mi_i]/h': times(0.44704), '[kn_i]': times(1852 / 3600) },
    plausible: { min: 0, max: 115 },
    step_per_minute_max: 20,
    neighbour_spread_min: 1.5,
  },
  particulate_matter_2_5: {
    unit: 'ug/m3',
    units: { 'ug/m3': times(1), 'mg/m3': times(1000) },
    plausible: { min: 0, max: 2000 },
    step_per_minute_max: 200,
    neighbour_spread_min: 3,
  },
  carbon_dioxide: {
    unit: '[ppm]',
    units: { '[ppm]': times(1) },
    plausible: { min: 300, max: 10_000 },
    step_per_minute_max: 1000,
    neighbour_spread_min: 20,
  },
  sound_level: {
    unit: 'dB[SPL]',
    units: { 'dB[SPL]': times(1), 'B[SPL]': times(10) },
    plausible: { min: 0, max: 190 },
    step_per_minute_max: 60,
    neighbour_spread_min: 3,
  },
  illuminance: {
    unit: 'lx',
    units: { lx: times(1), klx: times(1000) },
    plausible: { min: 0, max: 200_000 },
    step_per_minute_max: 150_000,
    neighbour_spread_min: 500,
  },
  water_level: {
    unit: 'm',
    units: { m: times(1), cm: times(0.01), mm: times(0.001), '[ft_i]': times(0.3048) },
    plausible: { min: -30, max: 100 },
    step_per_minute_max: 0.5,
    neighbour_spread_min: 0.1,
  },
} as const satisfies Record<string, Quantity>;
export type QuantityKind = keyof typeof QUANTITIES;

export const QUANTITY_KINDS = Object.keys(QUANTITIES) as readonly QuantityKind[];

/** What is known of a quantity; null for one that is not in the table. */
export function quantityOf(kind: string): Quantity | null {
  return Object.hasOwn(QUANTITIES, kind) ? QUANTITIES[kind as QuantityKind] : null;
}

/** A value in the quantity's canonical unit; null for a quantity or unit that is not in the table. */
export function toCanonical(kind: string, unit: string, value: number): number | null {
  const conversion = conversionOf(kind, unit);
  return conversion && value * conversion.factor + conversion.offset;
}

/** A canonical value in another unit of the quantity; null for a quantity or unit that is not in the table. */
export function fromCanonical(kind: string, unit: string, value: number): number | null {
  const conversion = conversionOf(kind, unit);
  return conversion && (value - conversion.offset) / conversion.factor;
}

function conversionOf(kind: string, unit: string) {
  const units = quantityOf(kind)?.units;
  return units && Object.hasOwn(units, unit) ? units[unit]! : null;
}
