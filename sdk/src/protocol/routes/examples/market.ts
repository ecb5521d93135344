import type { MARKET_ROUTES } from '../market.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const OFFER = {
  id: 'off_01a1fcbe88cf71b3a585e43a00000001',
  state: 'active',
  deadline_at: '2026-11-22T06:00:00.000Z',
  on_silence: 'It expires; reservations it led to go on.',
  available_actions: [
    { action: 'withdraw', method: 'DELETE', path: '/v1/offers/off_01a1fcbe88cf71b3a585e43a00000001' },
  ],
  area: { lat: 34.7448, lng: 129.8737, radius_m: 2000 },
  cells: [
    '8730ce740ffffff',
    '8730ce744ffffff',
    '8730ce745ffffff',
    '8730ce760ffffff',
    '8730ce761ffffff',
    '8730ce762ffffff',
    '8730ce763ffffff',
    '8730ce76effffff',
  ],
  no_go: [],
  kinds: ['photo'],
  hours: {
    time_zone: 'Asia/Tokyo',
    weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    from: '06:00',
    until: '22:00',
  },
  price_min: '2.000000',
  currency: 'USD',
  rail: 'balance',
  valid_until: '2026-11-22T06:00:00.000Z',
  auto_confirm: false,
  active_max: 1,
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof MARKET_ROUTES)['create_offer']>;

const INVITATION = {
  id: 'inv_01a1fcbe88cf71b3a585e43a00000001',
  bounty_id: 'bty_01a1fcbe88cf71b3a585e43a00000006',
  offer_id: 'off_01a1fcbe88cf71b3a585e43a00000001',
  state: 'open',
  deadline_at: '2026-11-21T06:05:00.000Z',
  on_silence: 'It lapses without penalty, and the next contributor is invited.',
  available_actions: [
    {
      action: 'confirm',
      method: 'POST',
      path: '/v1/invitations/inv_01a1fcbe88cf71b3a585e43a00000001/confirm',
    },
    {
      action: 'decline',
      method: 'POST',
      path: '/v1/invitations/inv_01a1fcbe88cf71b3a585e43a00000001/decline',
    },
  ],
  price: '2.000000',
  currency: 'USD',
  reservation_id: null,
  refusal: null,
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof MARKET_ROUTES)['decline_invitation']>;

export const MARKET_EXAMPLES = {
  create_offer: {
    plain: {
      by: 'neighbour',
      body: {
        area: { lat: 34.7448, lng: 129.8737, radius_m: 2000 },
        kinds: ['photo'],
        price_min: '2.000000',
        valid_until: '2026-11-22T06:00:00Z',
        hours: { time_zone: 'Asia/Tokyo', from: '06:00', until: '22:00' },
      },
      answer: OFFER,
    },
  },
  list_offers: {
    plain: {
      by: 'neighbour',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [
          {
            ...OFFER,
            hours: {
              from: '06:00',
              until: '22:00',
              weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
              time_zone: 'Asia/Tokyo',
            },
          },
        ],
      },
    },
  },
  withdraw_offer: {
    plain: {
      by: 'neighbour',
      path: { id: 'off_01a1fcbe88cf71b3a585e43a00000001' },
      answer: {
        ...OFFER,
        state: 'withdrawn',
        deadline_at: null,
        on_silence: null,
        available_actions: [],
        hours: {
          from: '06:00',
          until: '22:00',
          weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          time_zone: 'Asia/Tokyo',
        },
      },
    },
  },
  list_invitations: {
    open: {
      by: 'neighbour',
      query: { state: 'open', limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [INVITATION],
      },
    },
  },
  confirm_invitation: {
    plain: {
      by: 'neighbour',
      path: { id: 'inv_01a1fcbe88cf71b3a585e43a00000002' },
      body: {},
      answer: {
        id: 'rsv_01a1fcbe88cf71b3a585e43a00000003',
        bounty_id: 'bty_01a200a44d9b700fbbcbce2f5d0e772a',
        state: 'active',
        deadline_at: '2026-11-21T06:30:00.000Z',
        on_silence: 'The reservation lapses and its slot is free again; repeated lapses bar this bounty for a while.',
        available_actions: [
          { action: 'seal', method: 'POST', path: '/v1/seals' },
          { action: 'capture', method: 'POST', path: '/v1/captures' },
          { action: 'release', method: 'DELETE', path: '/v1/reservations/rsv_01a1fcbe88cf71b3a585e43a00000003' },
        ],
        price: '5.000000',
        currency: 'USD',
        challenge: {
          nonce: '14HWK8HNjbRQau-2nH-o7n-iY9cq_yTi',
          code: 'ADM-C9T',
          issued_at: '2026-11-21T06:00:00.000Z',
        },
        lapses_at: '2026-11-21T06:30:00.000Z',
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
  },
  decline_invitation: {
    plain: {
      by: 'neighbour',
      path: { id: 'inv_01a1fcbe88cf71b3a585e43a00000001' },
      body: {},
      answer: { ...INVITATION, state: 'declined', deadline_at: null, on_silence: null, available_actions: [] },
    },
  },
  get_book: {
    plain: {
      by: 'agent',
      query: { cell: '8530dbabfffffff', kind: 'photo' },
      answer: {
        cell: '8530dbabfffffff',
        kind: 'photo',
        currency: 'USD',
        at: '2026-11-21T06:00:00.000Z',
        bids: [{ price: '6.000000', bounties: 1, slots_free: 1 }],
        asks: [],
        last: null,
        fill_time_s: null,
      },
    },
  },
  list_prices: {
    plain: {
      by: 'agent',
      query: { cell: '8530dbabfffffff', kind: 'photo', limit: 1 },
      answer: { has_more: false, next_cursor: null, data: [] },
    },
  },
} satisfies ExamplesOf<typeof MARKET_ROUTES>;
