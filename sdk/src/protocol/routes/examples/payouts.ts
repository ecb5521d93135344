import type { PAYOUTS_ROUTES } from '../payouts.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const ACCOUNT = {
  rail: 'card',
  id: 'pac_01a1fcbe88cf71b3a585e43a00000001',
  state: 'onboarding',
  country: 'US',
  requirements: [
    { due: 'past', what: 'your legal name' },
    { due: 'past', what: 'your date of birth' },
    { due: 'past', what: 'your address' },
    { due: 'past', what: 'a bank account to be paid to' },
  ],
  link: {
    url: 'http://127.0.0.1:28547/simulator/onboarding/acct_DS1LRS59hngqkuc5ayDzgt4Z?return_url=https%3A%2F%2Fexample.org%2Fdone&refresh_url=https%3A%2F%2Fexample.org%2Fdone&expires=1795241100000',
    expires_at: '2026-11-21T06:05:00.000Z',
  },
  mature: '60.000000',
  maturing: '0.000000',
  in_transit: '0.000000',
  minimum: '50.000000',
  waits_for: ['account'],
  next_batch_at: '2026-11-22T06:00:00.000Z',
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof PAYOUTS_ROUTES)['create_payout_account']>;

const PAYOUT = {
  id: 'pyt_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  rail: 'card',
  state: 'sent',
  currency: 'USD',
  amount: '60.000000',
  returned: '0.000000',
  day: '2026-11-21',
  transfer: 'tr_1SVrE2exampleTransferOfOurs',
  reason: null,
  created_at: '2026-11-21T06:01:00.000Z',
  sent_at: '2026-11-21T06:01:00.000Z',
  arrived_at: null,
  tax: { year: 2026, category: 'services', gross: '60.000000', fee: '0.000000', withheld: '0.000000' },
} satisfies AnswerOf<(typeof PAYOUTS_ROUTES)['get_payout']>;

const CHAIN = {
  mode: 'test',
  chain_id: 31337,
  escrow: '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512',
  distributor: '0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0',
  token: {
    address: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
    name: 'Test Dollar',
    version: '1',
    decimals: 6,
  },
} satisfies AnswerOf<(typeof PAYOUTS_ROUTES)['get_payout_root']>['chain'];

export const PAYOUTS_EXAMPLES = {
  create_payout_account: {
    card: {
      by: 'contributor',
      body: { rail: 'card', country: 'US', return_url: 'https://example.org/done' },
      answer: ACCOUNT,
    },
  },
  list_payout_accounts: {
    plain: {
      by: 'contributor',
      answer: {
        data: [
          {
            ...ACCOUNT,
            state: 'enabled',
            requirements: [],
            link: null,
            mature: '0.000000',
            in_transit: '60.000000',
            waits_for: ['minimum'],
          },
        ],
      },
    },
  },
  list_payouts: {
    plain: {
      by: 'contributor',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [PAYOUT],
      },
    },
  },
  get_payout: {
    plain: {
      by: 'contributor',
      path: { id: 'pyt_01a1fcbe88cf71b3a585e43a00000001' },
      answer: PAYOUT,
    },
  },
  faucet: {
    plain: {
      by: 'agent',
      body: { address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', amount: '100.000000' },
      answer: {
        address: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
        amount: '100.000000',
        token: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
      },
    },
  },
  list_awards: { plain: { by: 'contributor', answer: { data: [] } } },
  get_release: {
    plain: {
      by: 'contributor',
      path: { id: 'cap_01a1fcbe88cf71b3a585e43a00000009' },
      answer: {
        capture_id: 'cap_01a1fcbe88cf71b3a585e43a00000009',
        entry: '0x51c3a0b97e2d4f6851c3a0b97e2d4f6851c3a0b97e2d4f6851c3a0b97e2d4f68',
        chain: CHAIN,
        terms: {
          bounty: '0x9a1b7c3e5d2f48609a1b7c3e5d2f48609a1b7c3e5d2f48609a1b7c3e5d2f4860',
          funder: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
          refund_to: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
          releaser: '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
          cosigner: '0x0000000000000000000000000000000000000000',
          cosign_above: '0',
          distributor: '0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0',
          fee_to: '0x90f79bf6eb2c4f870365e785982e1f101e93b906',
          fee_bps: 1000,
          deadline: 1795251600,
          grace: 1209600,
          salt: '0x7d2e5b41a6c08e4f7d2e5b41a6c08e4f7d2e5b41a6c08e4f7d2e5b41a6c08e4f',
        },
        capture_commitment: '0x4f7d913b25c0e68a4f7d913b25c0e68a4f7d913b25c0e68a4f7d913b25c0e68a',
        to: '0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0',
        for: '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65',
        amount: '5.000000',
        paid_before: '0.000000',
        signature:
          '0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b',
        state: 'signed',
        transaction: null,
      },
    },
  },
  get_payout_root: {
    plain: {
      by: 'nobody',
      path: { id: '1' },
      query: { mode: 'test' },
      answer: {
        chain: CHAIN,
        epoch: 1,
        root: '0x0e5b3f1a7c9d24680e5b3f1a7c9d24680e5b3f1a7c9d24680e5b3f1a7c9d2468',
        total: '5.000000',
        leaves: ['0x0e5b3f1a7c9d24680e5b3f1a7c9d24680e5b3f1a7c9d24680e5b3f1a7c9d2468'],
      },
    },
  },
} satisfies ExamplesOf<typeof PAYOUTS_ROUTES>;
