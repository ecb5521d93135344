import { FORGERIES, TOLERANCE_S, UNTRUTHS, untrueId, type Forging, type Letter } from './forgeries.js';
import { header, signed, type Told } from './told.js';

export type Sort = 'first' | 'replay' | 'forged' | 'untrue';

/** One letter of a flood. */
export interface Planned extends Letter {
  readonly sort: Sort;
  /** The way of its forging, or of its repeat. */
  readonly way: string;
  /** The genuine event that is told; the id that an untrue one claims; null for a forgery. */
  readonly event: string | null;
  /** True when an event that happened later was told before. */
  readonly is_reordered: boolean;
}

interface Flood {
  /** Events to tell for the first time, as they happened. */
  readonly firsts: readonly Told[];
  /** Events that may be repeated and forged. */
  readonly known: readonly Told[];
  /** How many letters all in all; more when there are more firsts. */
  readonly count: number;
  readonly secret: string;
  readonly now_s: number;
  readonly body_bytes_max: number;
}

/** So many of the firsts come eight times at once. */
const BURST_SHARE = 0.1;
const BURST = 8;
const FORGED_SHARE = 0.5;
const UNTRUE_SHARE = 0.01;
/** A megabyte each: some are enough. */
const HUGE_SHARE = 0.02;
/** Lives of up to that many events go through all their orders, one life after the other. */
const PERMUTED_MAX = 5;

/** Arranges floods. Counts go on from flood to flood: ids of forgeries, orders of lives. */
export class Planner {
  private n = 0;
  private readonly orders = new Map<number, number>();

  constructor(private readonly random: () => number) {}

  arrange(flood: Flood): Planned[] {
    const letters: { at: number; letter: Planned }[] = [];
    for (const { told, at, is_reordered } of this.reorder(flood.firsts)) {
      letters.push({ at, letter: this.first(flood, told, is_reordered) });
      if (this.random() < BURST_SHARE)
        for (let copy = 1; copy < BURST; copy++) letters.push({ at, letter: this.replay(flood, told, 'at_once') });
    }
    const known = [...flood.known, ...flood.firsts];
    while (letters.length < flood.count && known.length > 0)
      letters.push({ at: this.random(), letter: this.noise(flood, this.one(known)) });
    return letters.sort((one, other) => one.at - other.at).map(({ letter }) => letter);
  }

  /** Each life's events in an order of its own, between those of others. */
  private reorder(events: readonly Told[]): { told: Told; at: number; is_reordered: boolean }[] {
    const lives = new Map<string, Told[]>();
    for (const told of events) lives.set(told.about, [...(lives.get(told.about) ?? []), told]);
    return [...lives.values()].flatMap((life) => {
      const places = life.map(() => this.random()).sort((one, other) => one - other);
      const order = this.order(life.length);
      return order.map((index, place) => {
        const is_reordered = order.slice(0, place).some((earlier) => earlier > index);
        return { told: life[index]!, at: places[place]!, is_reordered };
      });
    });
  }

  private order(length: number): number[] {
    const all = Array.from({ length }, (_, index) => index);
    if (length > PERMUTED_MAX)
      return all
        .map((index) => ({ index, at: this.random() }))
        .sort((one, other) => one.at - other.at)
        .map(({ index }) => index);
    const turn = this.orders.get(length) ?? 0;
    this.orders.set(length, turn + 1);
    return permutation(all, turn);
  }

  private noise(flood: Flood, told: Told): Planned {
    const luck = this.random();
    if (luck < UNTRUE_SHARE) return this.made(flood, told, 'untrue', UNTRUTHS);
    if (luck < UNTRUE_SHARE + FORGED_SHARE) return this.made(flood, told, 'forged', FORGERIES);
    return this.replay(flood, told, this.one(['again', 'late_header', 'two_signatures']));
  }

  private made(
    flood: Flood,
    told: Told,
    sort: 'forged' | 'untrue',
    kinds: Readonly<Record<string, (forging: Forging) => Letter>>,
  ): Planned {
    let way = this.one(Object.keys(kinds));
    if (way === 'huge_body' && this.random() > HUGE_SHARE) way = 'wrong_secret';
    const n = this.n++;
    const { secret, now_s, body_bytes_max } = flood;
    const event = sort === 'untrue' ? untrueId(n) : null;
    return { ...kinds[way]!({ told, secret, now_s, n, body_bytes_max }), sort, way, event, is_reordered: false };
  }

  private first({ secret, now_s }: Flood, { id, body }: Told, is_reordered: boolean): Planned {
    const signature = header(body, secret, now_s);
    return { body, signature, status: 200, code: null, sort: 'first', way: 'first', event: id, is_reordered };
  }

  /** The same bytes: under the same header, one signed anew, an old one that still counts, or one beside another secret's. */
  private replay({ secret, now_s }: Flood, { id, body }: Told, way: string): Planned {
    const signature =
      way === 'late_header'
        ? header(body, secret, now_s - Math.floor(this.random() * TOLERANCE_S))
        : way === 'two_signatures'
          ? `t=${now_s},v1=${signed(body, 'whsec_rolled', now_s)},v1=${signed(body, secret, now_s)},v0=00`
          : header(body, secret, now_s);
    return { body, signature, status: 200, code: null, sort: 'replay', way, event: id, is_reordered: false };
  }

  private one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)]!;
  }
}

/** The permutation of number `turn`, counted round. */
function permutation<T>(items: readonly T[], turn: number): T[] {
  const left = [...items];
  const order: T[] = [];
  for (let rest = turn; left.length > 0;) {
    const at = rest % left.length;
    rest = Math.floor(rest / left.length);
    order.push(...left.splice(at, 1));
  }
  return order;
}
