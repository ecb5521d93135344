import type { TOP_UPS_ROUTES } from '../top-ups.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const TOP_UP = {
  id: 'top_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  state: 'succeeded',
  currency: 'USD',
  amount: '100.000000',
  refunded: '0.000000',
  is_automatic: false,
  payment_method: 'pm_card_bypassPending',
  action: null,
  failure: null,
  created_at: '2026-11-21T06:00:00.000Z',
  succeeded_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof TOP_UPS_ROUTES)['get_top_up']>;

const SAVED_CARD = {
  id: 'pm_1SVrE2exampleCardOfOurs',
  brand: 'visa',
  last4: '4242',
  exp_month: 12,
  exp_year: 2029,
} satisfies AnswerOf<(typeof TOP_UPS_ROUTES)['attach_payment_method']>;

export const TOP_UPS_EXAMPLES = {
  create_top_up: {
    saved_card: {
      by: 'partner',
      body: { amount: '100.000000', payment_method: 'pm_card_bypassPending', save_payment_method: true },
      answer: { ...TOP_UP, state: 'created', succeeded_at: null },
    },
  },
  list_top_ups: {
    plain: {
      by: 'partner',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [TOP_UP],
      },
    },
  },
  get_top_up: {
    plain: {
      by: 'partner',
      path: { id: 'top_01a1fcbe88cf71b3a585e43a00000001' },
      answer: TOP_UP,
    },
  },
  refund_top_up: {
    part: {
      by: 'partner',
      path: { id: 'top_01a1fcbe88cf71b3a585e43a00000001' },
      body: { amount: '10.000000' },
      answer: {
        id: 'b964e32f-0369-5959-8df0-57fcef43a1cb',
        top_up_id: 'top_01a1fcbe88cf71b3a585e43a00000001',
        state: 'requested',
        amount: '10.000000',
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
  },
  list_payment_methods: {
    plain: {
      by: 'partner',
      answer: {
        data: [SAVED_CARD],
      },
    },
  },
  attach_payment_method: {
    plain: {
      by: 'partner',
      body: { payment_method: 'pm_card_visa' },
      answer: SAVED_CARD,
    },
  },
  remove_payment_method: {
    plain: {
      by: 'partner',
      path: { id: 'pm_1SVrE2exampleCardOfOurs' },
      answer: SAVED_CARD,
    },
  },
  get_auto_top_up: {
    plain: {
      by: 'partner',
      answer: {
        settings: {
          below: '10.000000',
          amount: '25.000000',
          day_max: '50.000000',
          payment_method: 'pm_1SVrE2exampleCardOfOurs',
        },
        stopped: null,
      },
    },
  },
  set_auto_top_up: {
    plain: {
      by: 'partner',
      body: {
        below: '10.000000',
        amount: '25.000000',
        day_max: '50.000000',
        payment_method: 'pm_1SVrE2exampleCardOfOurs',
      },
      answer: {
        settings: {
          below: '10.000000',
          amount: '25.000000',
          day_max: '50.000000',
          payment_method: 'pm_1SVrE2exampleCardOfOurs',
        },
        stopped: null,
      },
    },
  },
  remove_auto_top_up: { plain: { by: 'partner', answer: { settings: null, stopped: null } } },
} satisfies ExamplesOf<typeof TOP_UPS_ROUTES>;
