import { cellToLatLng, gridDisk } from 'h3-js';
import { cellOf } from '../../kernel/geo.js';
import { CELL_RESOLUTION, SUPPLY_DAYS, type Exposure } from './circumstances.js';
import type { FillCase } from './fill-estimator.js';
import { stretchesOf, type Hold } from './stretches.js';
import { usualPrice } from './usual.js';

/** How people of a made-up place behave. None of it has the estimator's own form: costs are log-normal, people are few and have habits. */
export interface Population {
  /** Where on earth: no two populations share a cell. */
  readonly home: { readonly lat: number; readonly lng: number };
  readonly cells: number;
  /** Contributors of a cell of middling size, and how often each looks at a bounty, an hour, when it is busiest. */
  readonly people: number;
  readonly looks_per_h: number;
  readonly cost_usd: number;
  readonly cost_spread: number;
  readonly busiest_hour: number;
  /** How much quieter the quietest hour is: 0 not at all, 1 silent. */
  readonly rhythm: number;
  /** Share of captures that are accepted. */
  readonly accepted: number;
  /** From this day on, so many look for one who did. */
  readonly shock?: { readonly day: number; readonly looks: number };
}

export interface PastCase {
  readonly asked: FillCase;
  /** Whether all of it was filled by its deadline. */
  readonly filled: boolean;
  readonly day: number;
}

export interface Past {
  readonly exposures: Exposure[];
  /** Every bounty as it could have been asked about when it was posted. */
  readonly cases: PastCase[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 60;
const START = Date.UTC(2026, 0, 5);

interface Fill {
  readonly cell: string;
  readonly at: number;
  readonly contributor: string;
  readonly price: bigint;
}

/** Two months of a population, by its random numbers (0 to 1). */
export function pastOf(population: Population, bounties: number, random: () => number): Past {
  const cells = gridDisk(cellOf(population.home, CELL_RESOLUTION), 5).slice(0, population.cells);
  const people = cells.map((cell) => peopleOf(population, cell, random));
  const past: Past = { exposures: [], cases: [] };
  const fills: Fill[] = [];
  for (let n = 0; n < bounties; n++) {
    const place = Math.floor(random() * cells.length);
    const opened_at = START + Math.floor(((n + random()) / bounties) * DAYS * DAY_MS);
    const asked = askedAt(population, cells[place]!, opened_at, fills, random);
    const { holds, filled_by } = holdsOf(population, asked, people[place]!, random);
    for (const { contributor, at } of filled_by)
      fills.push({ cell: asked.cell, at, contributor, price: asked.priceAt(at) });
    past.cases.push({ asked, filled: filled_by.length === asked.slots, day: (opened_at - START) / DAY_MS });
    const open = [{ from: opened_at, to: asked.closes_at }];
    const stretches = stretchesOf({ slots: asked.slots, open, holds, cuts: [] });
    past.exposures.push(...stretches.map((stretch) => ({ ...asked, ...stretch, bounty_id: `bty_${n}` })));
  }
  return past;
}

interface Person {
  readonly id: string;
  readonly cost: number;
}

function peopleOf({ people, cost_usd, cost_spread }: Population, cell: string, random: () => number): Person[] {
  const count = Math.max(1, Math.round(people * Math.exp(0.4 * normal(random))));
  const level = cost_usd * Math.exp(0.15 * normal(random));
  return Array.from({ length: count }, (_, n) => ({
    id: `${cell}#${n}`,
    cost: 1e6 * level * Math.exp(cost_spread * normal(random)),
  }));
}

function askedAt(
  population: Population,
  cell: string,
  opened_at: number,
  fills: readonly Fill[],
  random: () => number,
): FillCase {
  const closes_at = opened_at + Math.ceil(1 + random() ** 2 * 35) * HOUR_MS;
  const recent = fills.filter(({ at }) => at < opened_at && at > opened_at - SUPPLY_DAYS * DAY_MS);
  const here = recent.filter((fill) => fill.cell === cell);
  return {
    kind: 'photo',
    provenance: 'signed',
    cell,
    lng: cellToLatLng(cell)[1],
    supply: new Set(here.map(({ contributor }) => contributor)).size,
    usual_price: usualPrice(
      here.map(({ price }) => price),
      recent.map(({ price }) => price),
    ),
    opened_at,
    closes_at,
    slots: random() < 0.6 ? 1 : 2 + Math.floor(random() * 3),
    priceAt: scheduleOf(population, opened_at, closes_at, random),
  };
}

/** A fixed price, or one that doubles or more until the deadline, around what people ask for. */
function scheduleOf({ cost_usd }: Population, from: number, to: number, random: () => number): (at: number) => bigint {
  const start = cost_usd * Math.exp(0.7 * normal(random) - 0.2);
  const rise = random() < 0.5 ? 0 : 1 + random();
  return (at) => BigInt(Math.max(1, Math.round(1e6 * start * (1 + (rise * (at - from)) / (to - from)))));
}

function holdsOf(population: Population, asked: FillCase, people: readonly Person[], random: () => number) {
  const holds: Hold[] = [];
  const filled_by: { contributor: string; at: number }[] = [];
  const busy = new Set<string>();
  for (let at = asked.opened_at; ;) {
    at += Math.ceil((-Math.log(1 - random()) / (population.looks_per_h * people.length)) * HOUR_MS);
    if (at >= asked.closes_at) return { holds, filled_by };
    const person = people[Math.floor(random() * people.length)]!;
    const trip = person.cost * Math.exp(0.4 * normal(random));
    const taken = holds.filter(({ to }) => to === null || to > at).length;
    const goes = random() < liveliness(population, at, asked.lng) && Number(asked.priceAt(at)) >= trip;
    if (!goes || taken >= asked.slots || busy.has(person.id)) continue;
    busy.add(person.id);
    const filled = random() < population.accepted;
    holds.push({ from: at, to: filled ? null : at + HOUR_MS / 2, filled });
    if (filled) filled_by.push({ contributor: person.id, at });
  }
}

function liveliness({ busiest_hour, rhythm, shock }: Population, at: number, lng: number): number {
  const hour = (at / HOUR_MS + lng / 15) % 24;
  const now = 1 - (rhythm * (1 - Math.cos((2 * Math.PI * (hour - busiest_hour)) / 24))) / 2;
  return shock && at > START + shock.day * DAY_MS ? now * shock.looks : now;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
