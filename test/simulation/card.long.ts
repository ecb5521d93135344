import { sql } from '../../src/platform/database/index.js';
import { DOLLAR } from '../../src/payments/funding/card/card.fixture.js';
import { bankWorld, type BankWorld } from '../../src/payments/payouts/bank.fixture.js';
import { randomOf } from '../support/random.js';
import { Bank, everythingIsSomewhere, nothingHeldHasLeft } from './card-bank.js';
import { CardLife, type Earning, type Market } from './card-life.js';

/** Lives of agents, each a sequence of acts of its own: `CARD_SEQUENCES=100000` for more. They go on side by side in one world. */
const SEQUENCES = Number(process.env['CARD_SEQUENCES'] ?? 1_000);
const SEED = Number(process.env['CARD_SEED'] ?? 1);
const AT_ONCE = 100;
const ROUNDS = 6;
/** Batches after that, days apart, in which cards are still disputed. */
const BATCHES = 7;
const PEOPLE = 6;
/** About 60 ms a life where nothing else runs; a machine may be far slower. */
const LONGEST_MS = 600_000 + SEQUENCES * 2_000;
const WIDTH = 8;
const MICROS_PER_CENT = 10_000n;

describe(`${SEQUENCES} card lives (CARD_SEED=${SEED})`, () => {
  let world: BankWorld;
  let market: Market;
  beforeAll(async () => {
    world = await bankWorld({
      TOP_UP_MIN: '1.000000', TOP_UP_MAX: '1000000.000000', CARD_PAYOUT_MIN: '25.000000', LOSS_RESERVE_BPS: '2000',
    }); // prettier-ignore
    await world.fillReserve(500n * DOLLAR);
    // What the platform pays fees and losses from.
    await world.begin(await world.agent(), 900_000n * DOLLAR);
    await world.settleDown();
    market = { world, people: await Promise.all(Array.from({ length: PEOPLE }, () => world.person())) };
  });
  afterAll(() => world.end());

  it(
    'credit nothing twice, lose nothing, and leave simulator, ledger and inbox of one mind',
    async () => {
      const done = new Map<string, number>();
      const earnings: Earning[] = [];
      const note = (acts: ReadonlyMap<string, number>): void => {
        for (const [act, times] of acts) done.set(act, (done.get(act) ?? 0) + times);
      };
      for (let first = 0; first < SEQUENCES; first += AT_ONCE) {
        const lives = await Promise.all(
          Array.from({ length: Math.min(AT_ONCE, SEQUENCES - first) }, async (_, n) => {
            return new CardLife(market, await world.agent(), randomOf(SEED, first + n));
          }),
        );
        const random = randomOf(SEED, first, 7);
        for (let round = 0; round < ROUNDS; round++) {
          await inBatches(lives, (life) => life.act());
          if (random() < 0.7) await world.ops.pass();
          await inBatches(lives, (life) => life.answer());
          await mischief(world, random);
          world.clock.advance(Math.floor(random() * 7_200_000));
        }
        const bank = new Bank(market, random);
        for (let batch = 0; batch < BATCHES; batch++) {
          await bank.days();
          await nothingHeldHasLeft(market, [...earnings, ...lives.flatMap((life) => life.earnings)]);
          await inBatches(lives.filter(() => random() < 0.2), (life) => life.act()); // prettier-ignore
          await mischief(world, random);
        }
        await settleDown(world);
        for (const life of lives) {
          await agrees(world, life);
          note(life.done);
          earnings.push(...life.earnings);
        }
        note(bank.done);
        await nothingHeldHasLeft(market, earnings);
        await everythingIsSomewhere(market, earnings);
        await booksAgree(world);
      }
      const acts = [
        'top up',
        'hold',
        'settle',
        'close',
        'refund',
        'refund past us',
        'fail a refund',
        'dispute',
        'decide',
        'escalate',
        'reverse',
        'find collusion',
        'warn',
        'fault',
        'bounce',
        'reversal',
        'paid',
        'returned',
      ];
      for (const person of market.people)
        for (const { state } of await world.payoutsOf(person)) done.set(state, (done.get(state) ?? 0) + 1);
      if (SEQUENCES >= 100) expect(acts.filter((act) => !done.get(act))).toEqual([]);
      const report = await world.run((tx) => world.ledger.booksBalance(tx));
      expect(report.faults).toEqual([]);
    },
    LONGEST_MS,
  );
});

async function inBatches<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < all.length; first += WIDTH) await Promise.all(all.slice(first, first + WIDTH).map(work));
}

/** Some webhooks are lost, some come twice, some late, in any order. */
async function mischief(world: BankWorld, random: () => number): Promise<void> {
  const { webhooks } = world.simulator.control;
  const waiting = webhooks.waiting().map(({ event }) => ({ event, at: random(), luck: random() }));
  for (const { event, luck } of waiting.sort((one, other) => one.at - other.at)) {
    if (luck < 0.2) continue;
    if (luck > 0.35) await world.post(event);
    if (luck > 0.9) await world.post(event);
    webhooks.lose(event);
  }
  await world.inbox.pass();
}

/** Faults end, everything that waits is sent, and what was lost is found. */
async function settleDown(world: BankWorld): Promise<void> {
  world.simulator.control.clearFaults();
  for (let round = 0, busy = true; busy; round++) {
    if (round > 20) throw new Error('it never comes to rest');
    world.clock.advance(3_600_000);
    const sent = await world.ops.pass();
    for (const { event } of world.simulator.control.webhooks.waiting()) world.simulator.control.webhooks.lose(event);
    await world.sweep.pass();
    const told = await world.inbox.pass();
    await world.reader.pass();
    busy = sent + told > 0;
  }
}

/** What an agent has and has given away is what its cards paid, less what went back, but for what others bore. */
async function agrees(world: BankWorld, life: CardLife): Promise<void> {
  const { stripe } = world.access.test;
  const row = await world.run((tx) => world.customers.of(tx, life.agent.id));
  if (!row) return;
  const { data: charges } = await stripe.charges.list({ customer: row.customer, limit: 100 });
  let there = 0n;
  let is_disputed = false;
  for (const charge of charges.filter(({ paid }) => paid)) {
    there += BigInt(charge.amount_captured - charge.amount_refunded) * MICROS_PER_CENT;
    if (!charge.disputed) continue;
    const { data: disputes } = await stripe.disputes.list({ charge: charge.id });
    for (const { status, balance_transactions } of disputes) {
      for (const { amount } of balance_transactions) there += BigInt(amount) * MICROS_PER_CENT;
      if (!['won', 'lost', 'warning_closed'].includes(status)) is_disputed = true;
    }
  }
  const { borne, credited, frozen } = await world.run(async (tx) => {
    const borne = await sql<{ amount: bigint }>(tx, BORNE, [life.agent.id]);
    const text = `SELECT (SELECT count(*) FROM top_up WHERE agent_id = $1 AND succeeded_at IS NOT NULL)
      + (SELECT count(*) FROM card_second_charge s JOIN top_up t ON t.id = s.top_up_id WHERE t.agent_id = $1) AS n`;
    const [{ n }] = (await sql<{ n: bigint }>(tx, text, [life.agent.id])) as [{ n: bigint }];
    return { borne: borne[0]!.amount, credited: Number(n), frozen: await world.freezes.isFrozen(tx, life.agent.id) };
  });
  const here = (await world.available(life.agent)) + (await life.out());
  expect([life.agent.id, here - borne, credited]).toEqual([
    life.agent.id,
    there,
    charges.filter(({ paid }) => paid).length,
  ]);
  if (is_disputed) expect([life.agent.id, frozen]).toEqual([life.agent.id, true]);
}

const BORNE = `
  SELECT (coalesce((SELECT sum(from_reserve + from_losses) FROM card_dispute WHERE agent_id = $1), 0)
        + coalesce((SELECT sum(r.from_reserve + r.from_losses) FROM card_refund r JOIN top_up t ON t.id = r.top_up_id
                     WHERE t.agent_id = $1 AND r.from_agent IS NOT NULL AND r.state = 'made'), 0))::bigint AS amount`;

async function booksAgree(world: BankWorld): Promise<void> {
  world.pass(3 * 3_600_000);
  const result = await world.reconciliations.run('test', '2026-01-01');
  expect([result!.findings, result!.in_flight]).toEqual([[], 0]);
  const { faults, platform } = world.simulator.control.audit();
  expect(faults).toEqual([]);
  const { posted, pending } = await world.run(async (tx) => {
    const [{ n }] = (await sql<{ n: bigint }>(
      tx,
      `SELECT (SELECT count(*) FROM inbox_event WHERE state = 'waiting') + (SELECT count(*) FROM ext_op WHERE state NOT IN ('done', 'refused')) AS n`,
    )) as [{ n: bigint }];
    return { posted: (await world.ledger.balance(tx, world.accounts.processor())).posted, pending: Number(n) };
  });
  expect([posted, pending]).toEqual([BigInt(platform) * MICROS_PER_CENT, 0]);
}
