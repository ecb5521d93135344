import {
  capOf,
  parseAmount,
  scheduleToWire,
  toWireTime,
  type BountyTermsInput,
  type PriceSchedule,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../src/kernel/clock.js';
import { costOf, Pricing, withFee, type Arm } from './arms.js';
import { Contributor, type Errand } from './contributor.js';
import type { Books, Engine } from './engine.js';
import { comes, isAccepted, type World } from './world.js';

/** One time that somebody held the slot of a question. */
export interface Held {
  readonly by: number;
  readonly from: Instant;
  /** When it was free again; null when it never was. */
  to: Instant | null;
  /** Micros. */
  readonly price: bigint;
  accepted: boolean;
}

/** What became of one question. */
export interface Asked {
  readonly want: number;
  readonly price: PriceSchedule;
  readonly holds: Held[];
  /** By somebody who was there. */
  filled: boolean;
  /** By a forgery that was accepted. */
  deceived: boolean;
}

export interface Outcome {
  readonly asked: readonly Asked[];
  /** Micros, fees included, by what the agent saw. */
  readonly spent: bigint;
  /** By what the exchange has on its books. */
  readonly books: Books;
}

/** Extent of each question: wider than a home (docs/policy.md), small enough to find. */
const AREA_RADIUS_M = 80;

/** Plays a world under one way of setting prices with this much money, micros. No question is posted whose cap is not covered by then. */
export async function play(world: World, arm: Arm, budget: bigint, engine: Engine): Promise<Outcome> {
  return new Play(world, arm, budget, engine).run();
}

interface Planned {
  readonly at: Instant;
  readonly happens: () => Promise<void>;
}

class Play {
  private readonly asked = new Map<string, Asked & { committed: bigint; closes_at: Instant }>();
  private readonly people: Contributor[] = [];
  private readonly planned: Planned[] = [];
  private matches_at: Instant = Number.POSITIVE_INFINITY;
  private readonly pricing: Pricing;
  private spent = 0n;
  private committed = 0n;

  constructor(
    private readonly world: World,
    arm: Arm,
    private readonly budget: bigint,
    private readonly engine: Engine,
  ) {
    this.pricing = new Pricing(arm);
  }

  async run(): Promise<Outcome> {
    const { world, engine } = this;
    engine.clock.set(world.start);
    for (const [by, habits] of world.people.entries()) {
      const { client, device } = await engine.join();
      const comesTo = (id: string) => comes(world, by, this.asked.get(id)!.want);
      this.people.push(new Contributor(habits, client, device, engine.clock, comesTo));
    }
    world.wants.forEach(({ at }, n) => this.plan(at, () => this.want(n)));
    world.looks.forEach(({ at, by }) => this.plan(at, () => this.look(by)));
    world.stretches.forEach(({ by, from, until }) => this.plan(from, () => this.people[by]!.stand(until)));
    for (let next = this.next(); next; next = this.next()) {
      engine.clock.set(next.at);
      await next.happens();
      if (world.stretches.length > 0) await this.match();
    }
    const asked = [...this.asked.values()].map(({ committed: _, closes_at: __, ...rest }) => rest);
    return { asked, spent: this.spent, books: await engine.books() };
  }

  /** What happens next: what is planned, or a price that reaches an ask before. */
  private next(): Planned | null {
    const [planned] = this.planned;
    if (planned && this.matches_at >= planned.at) return this.planned.shift()!;
    return planned ? { at: this.matches_at, happens: () => Promise.resolve() } : null;
  }

  /** Whoever is invited answers at once; who says no leaves it to the next. */
  private async match(): Promise<void> {
    for (;;) {
      const { invited, again_at } = await this.engine.match();
      this.matches_at = again_at ?? Infinity;
      if (invited.length === 0) return;
      for (const by of invited) {
        const errand = await this.people[by]!.answer();
        if (errand) this.goes(by, errand);
      }
    }
  }

  private async want(n: number): Promise<void> {
    const { wants } = this.world;
    const want = wants[n]!;
    const { budget, spent, committed: open } = this;
    const means = { budget, spent, committed: open, before: n, questions: wants.length };
    const price = this.pricing.scheduleOf(want, means);
    if (!price) return;
    const committed = withFee(capOf(price));
    const id = await this.engine.post(termsOf(want.place, want.closes_at, price));
    this.committed += committed;
    this.asked.set(id, {
      want: n, price, holds: [], filled: false, deceived: false, committed, closes_at: want.closes_at,
    }); // prettier-ignore
    this.plan(want.closes_at, () => this.ends(id));
  }

  private async look(by: number): Promise<void> {
    const { errand, again_at } = await this.people[by]!.look();
    if (again_at !== null) this.plan(again_at, () => this.look(by));
    if (errand) this.goes(by, errand);
  }

  private goes(by: number, errand: Errand): void {
    const { bounty_id, reservation, comes_at, home_at } = errand;
    const price = parseAmount(reservation.price)!;
    const held: Held = { by, from: this.engine.clock.now(), to: null, price, accepted: false };
    this.asked.get(bounty_id)!.holds.push(held);
    if (comes_at !== null) this.plan(comes_at, () => this.handIn(by, errand, held));
    else this.plan(Date.parse(reservation.lapses_at), () => this.lapses(bounty_id, held));
    if (this.world.people[by]!.rings > 0) this.plan(home_at, () => this.people[by]!.comeHome());
  }

  private async handIn(by: number, errand: Errand, held: Held): Promise<void> {
    const asked = this.asked.get(errand.bounty_id)!;
    const capture = await this.people[by]!.handIn(errand);
    held.accepted = isAccepted(this.world, by, asked.want);
    await this.engine.judge(capture, held.accepted);
    if (!held.accepted) return this.freed(errand.bounty_id, held);
    this.spent += costOf(held.price, asked.price);
    const forged = this.people[by]!.habits.honesty === 'fraudulent';
    asked.deceived = forged;
    asked.filled = !forged;
    this.release(errand.bounty_id);
  }

  private async lapses(bountyId: string, held: Held): Promise<void> {
    await this.engine.sweep();
    this.freed(bountyId, held);
  }

  private freed(bountyId: string, held: Held): void {
    held.to = this.engine.clock.now();
    if (this.asked.get(bountyId)!.closes_at <= held.to) this.release(bountyId);
  }

  /** The window is over. Whoever holds the slot may still hand in. */
  private async ends(bountyId: string): Promise<void> {
    await this.engine.sweep();
    const held = this.asked.get(bountyId)!.holds.at(-1);
    if (!held || held.to !== null) this.release(bountyId);
  }

  /** What was set aside for a question is free for others. */
  private release(bountyId: string): void {
    const asked = this.asked.get(bountyId)!;
    this.committed -= asked.committed;
    asked.committed = 0n;
  }

  /** In order of time; what was planned first happens first. */
  private plan(at: Instant, happens: () => Promise<void>): void {
    let [low, high] = [0, this.planned.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.planned[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    this.planned.splice(low, 0, { at, happens });
  }
}

function termsOf(place: { lat: number; lng: number }, closes_at: Instant, price: PriceSchedule): BountyTermsInput {
  return {
    kind: 'photo',
    title: 'Sheep in the pasture',
    instructions: 'Stand at the gate and photograph the flock.',
    area: { ...place, radius_m: AREA_RADIUS_M },
    window: { closes_at: toWireTime(closes_at) },
    criteria: { all: [{ object: { label: 'sheep' } }], provenance: 'signed' },
    price: scheduleToWire(price) as BountyTermsInput['price'],
    purpose: 'civic',
  };
}
