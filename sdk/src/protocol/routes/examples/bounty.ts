import type { z } from 'zod';
import type { bountySchema, createBountySchema, reservationSchema } from '../../bounty.js';
import type { Criteria } from '../../criteria.js';

type Request = z.input<typeof createBountySchema>;
type Answer = z.input<typeof bountySchema>;
type Reserved = z.input<typeof reservationSchema>;

/** What the bounties of the examples ask for, but for their titles. */
export const ASKED = {
  kind: 'photo',
  instructions: 'Stand on the quay and face the water.',
  area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
  window: { closes_at: '2026-11-21T09:00:00Z' },
  criteria: { all: [{ object: { label: 'boat', min_count: 1 } }], provenance: 'signed' },
  quantity: 1,
  price: { schedule: 'fixed', amount: '5.000000' },
  purpose: 'civic',
} satisfies Omit<Request, 'title'>;

const CRITERIA: Criteria = { ...ASKED.criteria, c2pa: 'any', code_in_scene: false, max_age_s: 3_600, unique: true };
const TERMS = {
  ...ASKED,
  mode: 'reserved',
  rail: 'balance',
  currency: 'USD',
  window: { opens_at: '2026-11-21T06:00:00.000Z', closes_at: '2026-11-21T09:00:00.000Z' },
  criteria: CRITERIA,
  licence: { exclusive_s: 0, resale: true },
  absence_share: '0.5',
  late_upload_s: 0,
} satisfies Omit<Answer['terms'], 'title'>;

/** The terms of an open bounty, with what it says otherwise. */
export const termsOf = (title: string, change: Partial<Answer['terms']> = {}): Answer['terms'] => ({
  ...TERMS,
  title,
  ...change,
});

/** Criteria in full, with what they say otherwise. */
export const criteriaOf = (change: Partial<Criteria>): Criteria => ({
  ...CRITERIA,
  ...change,
});

/** A funded bounty as its requester sees it when nobody has come yet, with what is otherwise. */
export function bountyOf(id: string, terms: Answer['terms'], change: Partial<Answer> = {}): Answer {
  return {
    id,
    mode: 'test',
    state: 'open',
    outcome: null,
    deadline_at: '2026-11-21T09:00:00.000Z',
    on_silence:
      'At the deadline no new work is taken; what is in flight is decided and paid, the rest returns to the requester.',
    available_actions: [
      { action: 'raise', method: 'PATCH', path: `/v1/bounties/${id}` },
      { action: 'cancel', method: 'POST', path: `/v1/bounties/${id}/cancel` },
    ],
    terms,
    untrusted_fields: ['terms.title', 'terms.instructions'],
    price_now: '5.000000',
    pricing: pricingOf(),
    currency: 'USD',
    slots: slotsOf(1),
    agreement: null,
    held: '5.500000',
    escrow: null,
    pledges: null,
    created_at: '2026-11-21T06:00:00.000Z',
    ...change,
  };
}

export const pricingOf = (change: Partial<NonNullable<Answer['pricing']>> = {}): Answer['pricing'] => ({
  cap: '5.000000',
  floor: '0.000000',
  stalled_ms: 0,
  stalled_since: null,
  at: '2026-11-21T06:00:00.000Z',
  ...change,
});

/** One slot, free or not yet. */
export const slotsOf = (free: 0 | 1): Answer['slots'] => ({ quantity: 1, reserved: 0, settled: 0, waiting: 0, free });

/** An active reservation, with what is otherwise. */
export function reservationOf(
  id: string,
  { bounty_id, price, challenge }: Pick<Reserved, 'bounty_id' | 'price'> & { challenge: readonly [string, string] },
  change: Partial<Reserved> = {},
): Reserved {
  const [nonce, code] = challenge;
  return {
    id,
    bounty_id,
    state: 'active',
    deadline_at: '2026-11-21T06:30:00.000Z',
    on_silence: 'The reservation lapses and its slot is free again; repeated lapses bar this bounty for a while.',
    available_actions: [
      { action: 'seal', method: 'POST', path: '/v1/seals' },
      { action: 'capture', method: 'POST', path: '/v1/captures' },
      { action: 'release', method: 'DELETE', path: `/v1/reservations/${id}` },
    ],
    price,
    currency: 'USD',
    challenge: { nonce, code, issued_at: '2026-11-21T06:00:00.000Z' },
    lapses_at: '2026-11-21T06:30:00.000Z',
    created_at: '2026-11-21T06:00:00.000Z',
    ...change,
  };
}
