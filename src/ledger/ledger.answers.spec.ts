import { type LedgerFixture, ledgerFixture, single } from './testing/fixture.js';
import type { World } from './testing/batches.js';
import { TRANSFER_RESULTS, transferId, type TransferRequest, type TransferResult } from './transfers.js';

let fixture: LedgerFixture;
let world: World;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
beforeEach(async () => {
  ({ world } = await fixture.world());
});
afterEach(async () => {
  expect(await fixture.run((tx) => fixture.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
});
afterAll(() => fixture.db.close());

const [ISSUER, PAYER, PAYEE, , , CHAIN, CLOSED, ELSEWHERE, NOBODY] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
type Change = Partial<Omit<TransferRequest, 'debit' | 'credit'>> & { from?: number; to?: number };

/** A transfer named `name` of 10 micros from payer to payee, but for what is changed. */
function request(name: string, { from = PAYER, to = PAYEE, ...change }: Change = {}): TransferRequest {
  return { ...single(idOf(name), world.accounts[from]!, world.accounts[to]!, 10n), ...change };
}
const idOf = (name: string) => transferId(world.name, name);
const hold = (change: Change = {}) => request('hold', { kind: 'pending', ...change });
const end = (
  kind: 'post' | 'void' | 'expire',
  amount: bigint,
  change: Partial<TransferRequest> = {},
): TransferRequest => ({
  ...single(idOf(`${kind} ${amount}`), 0n, 0n, amount),
  kind,
  pending_id: idOf('hold'),
  ...change,
});
const inMs = (ms: number) => fixture.clock.now() + ms;

/** What is asked, just inside the rule and just outside, and what each is answered. The payer has 100. */
const CASES: [string, () => TransferRequest[], TransferResult[]][] = [
  [
    'everything an account has, and one micro more',
    () => [request('a', { amount: 100n }), request('b', { amount: 1n })],
    ['ok', 'exceeds_credits'],
  ],
  [
    'what a hold has left free, and one micro more',
    () => [hold({ amount: 90n }), request('a', { amount: 11n }), request('b')],
    ['ok', 'exceeds_credits', 'ok'],
  ],
  [
    'an asset as far as it goes, and one micro further',
    () => [
      request('in', { from: CHAIN, to: PAYER }),
      request('out', { to: CHAIN }),
      request('more', { to: CHAIN, amount: 1n }),
    ],
    ['ok', 'ok', 'exceeds_debits'],
  ],
  ['the same again', () => [request('a'), request('a')], ['ok', 'exists']],
  [
    'the same id for something else',
    () => [
      request('a'),
      request('a', { amount: 9n }),
      request('a', { correlation: 'bty_1' }),
      request('a', { kind: 'pending' }),
    ],
    ['ok', 'exists_different', 'exists_different', 'exists_different'],
  ],
  [
    'an id whose first request was refused',
    () => [request('a', { amount: 101n }), request('a')],
    ['exceeds_credits', 'ok'],
  ],
  [
    'amounts of nothing, less, and too much',
    () => [0n, -1n, 10n ** 15n + 1n].map((amount) => request(`${amount}`, { from: ISSUER, amount })),
    ['invalid_amount', 'invalid_amount', 'invalid_amount'],
  ],
  [
    'an expiry in the past, now, on a plain transfer, and on a resolution',
    () => [
      hold({ expires_at: inMs(0) }),
      request('a', { expires_at: inMs(9) }),
      hold({ expires_at: inMs(1) }),
      end('post', 1n, { expires_at: inMs(9) }),
    ],
    ['invalid_expiry', 'invalid_expiry', 'ok', 'invalid_expiry'],
  ],
  ['an account paying itself', () => [request('a', { to: PAYER })], ['same_account']],
  [
    'an account that does not exist',
    () => [request('a', { to: NOBODY }), request('b', { from: NOBODY })],
    ['no_account', 'no_account'],
  ],
  ['an account of another ledger', () => [request('a', { to: ELSEWHERE })], ['ledger_mismatch']],
  [
    'a closed account',
    () => [request('a', { to: CLOSED }), request('b', { from: CLOSED })],
    ['account_closed', 'account_closed'],
  ],
  [
    'all of a hold, then again and the other ways',
    () => [hold(), end('post', 10n), end('post', 9n), end('void', 0n)],
    ['ok', 'ok', 'pending_already_posted', 'pending_already_posted'],
  ],
  [
    'part of a hold, whose rest is free',
    () => [hold({ amount: 100n }), end('post', 40n), request('a', { amount: 60n })],
    ['ok', 'ok', 'ok'],
  ],
  ['more than a hold', () => [hold(), end('post', 11n)], ['ok', 'exceeds_pending']],
  [
    'a hold let go, and then used',
    () => [hold(), end('void', 0n), end('post', 1n)],
    ['ok', 'ok', 'pending_already_voided'],
  ],
  [
    'a hold that never was, or was no hold',
    () => [end('void', 0n), request('hold'), end('post', 1n)],
    ['pending_not_found', 'ok', 'pending_not_found'],
  ],
  [
    'a hold by other accounts, or another amount, or by a plain transfer',
    () => [
      hold(),
      end('post', 1n, { debit: world.accounts[ISSUER]! }),
      end('void', 9n),
      request('a', { pending_id: idOf('hold') }),
    ],
    ['ok', 'pending_mismatch', 'pending_mismatch', 'pending_mismatch'],
  ],
  [
    'the expiry of a hold before its time, or without one',
    () => [hold({ expires_at: inMs(1) }), end('expire', 0n)],
    ['ok', 'pending_not_due'],
  ],
  ['the expiry of a hold that has none', () => [hold(), end('expire', 0n)], ['ok', 'pending_not_due']],
  [
    'a chain whose last fails, between two others',
    () => [
      request('a'),
      request('b', { linked: true }),
      request('c', { linked: true }),
      request('d', { to: NOBODY }),
      request('e'),
    ],
    ['ok', 'linked_failed', 'linked_failed', 'no_account', 'ok'],
  ],
  [
    'a chain that holds, uses the hold and fails: the hold never was',
    () => [
      hold({ linked: true }),
      end('post', 4n, { linked: true }),
      request('a', { amount: 1_000n }),
      end('void', 0n),
      hold(),
    ],
    ['linked_failed', 'linked_failed', 'exceeds_credits', 'pending_not_found', 'ok'],
  ],
  [
    'a chain that ends a hold and fails: the hold still stands',
    () => [hold(), end('void', 0n, { linked: true }), request('a', { to: NOBODY }), end('post', 10n)],
    ['ok', 'linked_failed', 'no_account', 'ok'],
  ],
  [
    'a chain of which some is there already',
    () => [request('a'), request('a', { linked: true }), request('b')],
    ['ok', 'exists', 'ok'],
  ],
  [
    'a chain left open',
    () => [request('a', { linked: true }), request('b', { linked: true })],
    ['linked_failed', 'linked_chain_open'],
  ],
];

describe('the ledger answers', () => {
  it.each(CASES)('%s', async (_, requests, answers) => {
    expect(await fixture.post(requests())).toEqual(answers);
  });

  it('pending_expired from the instant a hold is due, whether or not it has been swept', async () => {
    await fixture.post([hold({ expires_at: inMs(5) })]);
    fixture.clock.advance(4);
    expect(await fixture.post([end('expire', 0n)])).toEqual(['pending_not_due']);
    fixture.clock.advance(1);
    expect(await fixture.post([end('post', 10n), end('void', 0n), end('expire', 0n), end('post', 10n)])).toEqual([
      'pending_expired',
      'pending_expired',
      'ok',
      'pending_expired',
    ]);
  });

  it('with every word it has, somewhere on this page', () => {
    const given = new Set<TransferResult>([...CASES.flatMap(([, , answers]) => answers), 'pending_expired']);
    expect(TRANSFER_RESULTS.filter((word) => !given.has(word))).toEqual([]);
  });
});
