import type { BOUNTIES_ROUTES } from '../bounties.js';
import type { ExamplesOf } from './example.js';
import { ASKED, bountyOf, criteriaOf, pricingOf, reservationOf, slotsOf, termsOf } from './bounty.js';

const bounty = (n: number): string => `bty_01a1fcbe88cf71b3a585e43a0000000${n}`;
const STEPS = { id: bounty(1), title: 'Boats at the north steps' };
const DRAFT = { id: bounty(2), title: 'Boats at the south steps' };
const GATHERING = { id: bounty(3), title: 'Boats at the breakwater' };
const RACE = { id: bounty(4), title: 'First boat at the pier' };
const DRAWN = { id: bounty(5), title: 'Boats at the customs house' };
const RISING = { id: bounty(6), title: 'Boats at the lighthouse' };
const READING = { id: bounty(7), title: 'Air temperature at the shrine' };

const ATTESTED = { provenance: 'attested' } as const;
const OUT_AT_SEA = { ...ASKED.area, lat: 34.7448 };
const TEMPERATURE = [{ reading: { quantity_kind: 'air_temperature', unit: 'Cel', min: -20, max: 45 } }] as const;

/** The first bounty as a contributor sees it: nobody tells it what is held. */
const TO_RESERVE = bountyOf(STEPS.id, termsOf(STEPS.title), {
  available_actions: [{ action: 'reserve', method: 'POST', path: `/v1/bounties/${STEPS.id}/reservations` }],
  held: null,
});
const RESERVED = reservationOf('rsv_01a1fcbe88cf71b3a585e43a00000001', {
  bounty_id: STEPS.id,
  price: '6.000000',
  challenge: ['kq3v9XhT2bW7mYpL0sZcRd', '7KF-PQX'],
});
const CHALLENGED = {
  id: 'rsv_01a1fcbe88cf71b3a585e43a00000002',
  of: { bounty_id: RACE.id, price: '5.000000', challenge: ['sw3NvsFa0DRik1WbYvZT5q6Ip3TNZ1jp', 'Q9Q-744'] },
} as const;
const REFERENCE = {
  sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  media_type: 'image/jpeg',
  bytes: 183_204,
} as const;

export const BOUNTIES_EXAMPLES = {
  create_reference: {
    plain: {
      by: 'agent',
      body: REFERENCE,
      answer: {
        id: 'ref_01a1fcbe88cf71b3a585e43a00000001',
        ...REFERENCE,
        created_at: '2026-11-21T06:00:00.000Z',
        upload: {
          method: 'PUT',
          url: 'http://127.0.0.1:8787/storage/references/ref_01a1fcbe88cf71b3a585e43a00000001?bytes=183204&type=image%2Fjpeg&sha256=b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9&expires=1795241700000&signature=v22wbtd3mlH-36RTqraG_oZldzDmgh10mEKiRxJOb58',
          headers: { 'content-type': 'image/jpeg' },
          expires_at: '2026-11-21T06:15:00.000Z',
        },
      },
    },
  },
  quote_bounty: {
    photo: {
      by: 'agent',
      body: { ...ASKED, title: STEPS.title, wanted_probability: 0.8 },
      answer: {
        policy: { outcome: 'allow', rule: null, hint: null, pack_version: 'v1@60302446d0850e37' },
        currency: 'USD',
        price_each: '5.000000',
        fee_each: '0.500000',
        hold: '5.500000',
        available: '100.000000',
        covered: true,
        processor_costs: {
          top_up: { amount: '20.000000', cost: '0.880000', percent: '4.40' },
          payout: { amount: '50.000000', cost: '2.380000', percent: '4.76' },
        },
        cells: 1,
        fill: null,
        fill_unknown: 'no_record',
        curve: [],
        recommended_price: null,
        verification: { detectors: 1, open_vocabulary: false },
      },
    },
  },
  create_bounty: {
    photo: {
      by: 'agent',
      body: { ...ASKED, title: STEPS.title },
      answer: bountyOf(STEPS.id, termsOf(STEPS.title)),
    },
    draft: {
      by: 'agent',
      body: { ...ASKED, title: DRAFT.title, fund: false },
      answer: bountyOf(DRAFT.id, termsOf(DRAFT.title), {
        state: 'draft',
        on_silence: 'At the deadline the draft is closed as expired; nothing was held.',
        available_actions: [
          { action: 'fund', method: 'POST', path: `/v1/bounties/${DRAFT.id}/fund` },
          { action: 'cancel', method: 'POST', path: `/v1/bounties/${DRAFT.id}/cancel` },
        ],
        slots: slotsOf(0),
        held: '0.000000',
      }),
    },
    gathering: {
      by: 'agent',
      body: { ...ASKED, title: GATHERING.title, pledges: { deadline_at: '2026-11-21T08:00:00Z' } },
      answer: bountyOf(
        GATHERING.id,
        termsOf(GATHERING.title, { pledges: { deadline_at: '2026-11-21T08:00:00.000Z' } }),
        {
          state: 'draft',
          deadline_at: '2026-11-21T08:00:00.000Z',
          on_silence: 'At the deadline every pledge returns in full and the bounty is closed as expired.',
          available_actions: [
            { action: 'pledge', method: 'POST', path: `/v1/bounties/${GATHERING.id}/pledges` },
            { action: 'fund', method: 'POST', path: `/v1/bounties/${GATHERING.id}/fund` },
            { action: 'cancel', method: 'POST', path: `/v1/bounties/${GATHERING.id}/cancel` },
          ],
          slots: slotsOf(0),
          held: '0.000000',
          pledges: {
            threshold: '5.500000',
            pledged: '0.000000',
            funders: 0,
            deadline_at: '2026-11-21T08:00:00.000Z',
            yours: [],
          },
        },
      ),
    },
    race: {
      by: 'agent',
      body: { ...ASKED, title: RACE.title, mode: 'race' },
      answer: bountyOf(RACE.id, termsOf(RACE.title, { mode: 'race' })),
    },
    drawn: {
      by: 'agent',
      body: { ...ASKED, title: DRAWN.title, criteria: { ...ASKED.criteria, ...ATTESTED }, purpose: 'markets' },
      answer: bountyOf(DRAWN.id, termsOf(DRAWN.title, { criteria: criteriaOf(ATTESTED), purpose: 'markets' })),
    },
    rising: {
      by: 'agent',
      body: {
        ...ASKED,
        title: RISING.title,
        area: OUT_AT_SEA,
        price: {
          schedule: 'linear',
          start: '2.000000',
          cap: '6.000000',
          starts_at: '2026-11-21T06:00:00Z',
          ends_at: '2026-11-21T07:00:00Z',
        },
      },
      answer: bountyOf(
        RISING.id,
        termsOf(RISING.title, {
          area: OUT_AT_SEA,
          price: {
            schedule: 'linear',
            start: '2.000000',
            cap: '6.000000',
            starts_at: '2026-11-21T06:00:00.000Z',
            ends_at: '2026-11-21T07:00:00.000Z',
          },
        }),
        { price_now: '2.000000', pricing: pricingOf({ cap: '6.000000' }), held: '6.600000' },
      ),
    },
    reading: {
      by: 'agent',
      body: {
        ...ASKED,
        kind: 'reading',
        title: READING.title,
        criteria: { ...ASKED.criteria, all: [...TEMPERATURE] },
        purpose: 'weather',
      },
      answer: bountyOf(
        READING.id,
        termsOf(READING.title, {
          kind: 'reading',
          criteria: criteriaOf({ all: [...TEMPERATURE] }),
          purpose: 'weather',
        }),
      ),
    },
  },
  search_bounties: {
    near: {
      by: 'contributor',
      query: { near: '32.7448,129.8737', radius_m: 5_000, limit: 1 },
      answer: { data: [TO_RESERVE], has_more: false, next_cursor: null },
    },
  },
  get_bounty: { plain: { by: 'contributor', path: { id: STEPS.id }, answer: TO_RESERVE } },
  raise_bounty: {
    plain: {
      by: 'agent',
      path: { id: STEPS.id },
      body: { price: { schedule: 'fixed', amount: '6.000000' }, closes_at: '2026-11-21T10:00:00Z' },
      answer: bountyOf(
        STEPS.id,
        termsOf(STEPS.title, {
          price: { schedule: 'fixed', amount: '6.000000' },
          window: { opens_at: '2026-11-21T06:00:00.000Z', closes_at: '2026-11-21T10:00:00.000Z' },
        }),
        {
          deadline_at: '2026-11-21T10:00:00.000Z',
          price_now: '6.000000',
          pricing: pricingOf({ cap: '6.000000', floor: '5.000000' }),
          held: '6.600000',
        },
      ),
    },
  },
  fund_bounty: {
    from_balance: {
      by: 'agent',
      path: { id: DRAFT.id },
      body: {},
      answer: bountyOf(DRAFT.id, termsOf(DRAFT.title)),
    },
  },
  cancel_bounty: {
    plain: {
      by: 'agent',
      path: { id: DRAFT.id },
      body: { reason: 'found it elsewhere' },
      answer: bountyOf(DRAFT.id, termsOf(DRAFT.title), {
        state: 'closing',
        on_silence:
          'It closes once nothing is reserved or undecided and no rejection can be appealed; then the rest of the hold returns to the requester.',
        available_actions: [],
        slots: slotsOf(0),
      }),
    },
  },
  create_reservation: { plain: { by: 'contributor', path: { id: STEPS.id }, body: {}, answer: RESERVED } },
  create_challenge: {
    plain: { by: 'neighbour', path: { id: RACE.id }, body: {}, answer: reservationOf(CHALLENGED.id, CHALLENGED.of) },
  },
  get_reservation: { plain: { by: 'contributor', path: { id: RESERVED.id }, answer: RESERVED } },
  release_reservation: {
    unsafe: {
      by: 'neighbour',
      path: { id: CHALLENGED.id },
      query: { reason: 'unsafe' },
      answer: reservationOf(CHALLENGED.id, CHALLENGED.of, {
        state: 'released',
        deadline_at: null,
        on_silence: null,
        available_actions: [],
      }),
    },
  },
} satisfies ExamplesOf<typeof BOUNTIES_ROUTES>;
