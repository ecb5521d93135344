import type { CardFailpoint } from '../../src/payments/stripe/card.failpoints.js';
import { sql } from '../../src/platform/database/index.js';
import { checkStage } from '../drill/card/check.js';
import { differences, endStateOf, type EndState } from '../drill/card/end-state.js';
import type { StoryPlan } from '../drill/card/plan.js';
import { ProcessPool } from '../drill/card/pool.js';
import { playOn, playRound, playUndisturbed, type Undisturbed } from '../drill/card/round.js';
import type { Stage } from '../drill/card/stage.js';
import { testDatabase } from '../support/postgres.js';

/** A short run of `npm run drill -- card`: a death on each side of what matters most. Longer ones go by their own command. */
const ROUNDS: readonly CardFailpoint[] = [
  'effect.top_up.send.after',
  'effect.payout.send.after',
  'effect.payout_reversal.apply.before_commit',
  'inbox.receive.after_commit',
  'inbox.dispute.before_commit',
  'recipient.create.after',
  'batch.plan.after_commit',
];
const SEED = 1;
const TIME_MAX = 240_000;

describe('kill -9 of the card adapter while webhooks are lost', () => {
  const processes = new ProcessPool('silent', 2);
  const bases = { database: () => testDatabase({ poolMax: 4 }), processes };
  let before: Undisturbed;
  beforeAll(async () => {
    before = await playUndisturbed(bases, SEED);
  }, TIME_MAX);
  afterAll(() => processes.stop(), TIME_MAX);

  it('passes every named failpoint when nothing disturbs it, and everybody comes to what is theirs', () => {
    expect(before.faults).toEqual([]);
  });

  it.each(ROUNDS)(
    'comes to the same after a death at %s',
    async (point) => {
      const { killed, faults } = await playRound(bases, [point], before);
      expect({ killed, faults }).toEqual({ killed: [point], faults: [] });
    },
    TIME_MAX,
  );

  it(
    'comes to the same after several deaths in one life',
    async () => {
      const { killed, faults } = await playRound(bases, ROUNDS, before);
      expect(killed.length).toBeGreaterThan(2);
      expect(faults).toEqual([]);
    },
    TIME_MAX,
  );

  it(
    'counts a point that was not reached as a fault',
    async () => {
      const passes = { ...before.passes, 'recipient.create.after': 1_000_000 };
      const { killed, faults } = await playRound(bases, ['recipient.create.after'], { ...before, passes });
      expect({ killed, faults }).toEqual({ killed: [], faults: ['nothing was killed: the point was not reached'] });
    },
    TIME_MAX,
  );

  it(
    'names whatever is changed afterwards',
    () => playOn({ ...bases, seed: SEED, failpoints: [] }, (stage, plan) => tampered(stage, plan, before.end)),
    TIME_MAX,
  );
});

const TAMPERINGS: readonly (readonly [what: (stage: Stage) => Promise<unknown>, word: string])[] = [
  [chargeTwice, 'is a second one of'],
  [(stage) => change(stage, `UPDATE top_up SET state = 'succeeded' WHERE state = 'lost'`), 'loser came to succeeded'],
  [(stage) => change(stage, `DELETE FROM inbox_event WHERE type = 'charge.dispute.closed'`), 'never came in'],
  [(stage) => change(stage, `UPDATE ext_op SET state = 'sent' WHERE kind = 'payout'`), 'effects are left'],
  [(stage) => change(stage, UNBALANCED), 'the books do not balance'],
];

async function tampered(stage: Stage, plan: StoryPlan, end: EndState): Promise<void> {
  expect(differences(await endStateOf(stage), end)).toEqual([]);
  await change(stage, `UPDATE payout SET reversed = 0 WHERE state = 'returned'`);
  const [one, other, ...more] = differences(await endStateOf(stage), end);
  expect([one, other, more]).toEqual([
    expect.stringMatching(/^payouts: .*reversed=0.* is too much$/),
    expect.stringMatching(/^payouts: .*state=returned.* is missing$/),
    [],
  ]);
  for (const [what, word] of TAMPERINGS) {
    const known = await checkStage(stage, plan);
    await what(stage);
    const news = (await checkStage(stage, plan)).filter((fault) => !known.includes(fault));
    expect(news).toContainEqual(expect.stringContaining(word));
  }
}

/** As a process that forgot what it had sent would. */
async function chargeTwice({ stripe }: Stage): Promise<void> {
  const { data } = await stripe.paymentIntents.list({ limit: 1 });
  const { amount, metadata } = data[0]!;
  await stripe.paymentIntents.create({
    amount,
    metadata,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
}

const change = (stage: Stage, text: string): Promise<unknown> => stage.run((tx) => sql(tx, text));
const UNBALANCED =
  'UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE flags & 2 = 0 AND credits_posted > 0';
