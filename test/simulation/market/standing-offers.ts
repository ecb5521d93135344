import { formatAmount, toWireTime, type Offer, type Point } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../src/kernel/clock.js';

/** A circle around home, and what is asked within it, in micros. */
export interface Ring {
  readonly radius_m: number;
  readonly price_min: bigint;
}

/** What is said in an offer here. */
export interface NewOffer {
  readonly area: Point & { readonly radius_m: number };
  readonly kinds: ['photo'];
  readonly price_min: string;
  readonly valid_until: string;
}

export interface OffersClient {
  create(offer: NewOffer): Promise<Pick<Offer, 'id'>>;
  withdraw(id: string): Promise<unknown>;
}

/** The offers of one person, as a phone keeps them: a lower ask for what is near. A bounty meets the lowest that it touches. */
export class StandingOffers {
  private made: string[] = [];

  constructor(private readonly client: OffersClient) {}

  /** In place of those before. */
  async make(rings: readonly Ring[], home: Point, until: Instant): Promise<void> {
    await this.withdraw();
    const valid_until = toWireTime(until);
    for (const { radius_m, price_min } of rings) {
      const terms = { area: { ...home, radius_m }, kinds: ['photo'] as ['photo'], price_min: formatAmount(price_min) };
      this.made.push((await this.client.create({ ...terms, valid_until })).id);
    }
  }

  async withdraw(): Promise<void> {
    for (const id of this.made.splice(0)) await this.client.withdraw(id);
  }
}
