import { sql } from '../../src/platform/database/index.js';
import { checkRound } from '../drill/rail/check.js';
import { Lane } from '../drill/rail/lane.js';
import { planOf, type EntryPlan, type RoundPlan } from '../drill/rail/plan.js';
import { FAULTS, type Fault, type Point } from '../drill/rail/points.js';
import { playRound, type RoundOutcome } from '../drill/rail/round.js';
import { testDatabase } from '../support/postgres.js';

/** A short run of `npm run drill -- rail`: every kind of fault once. Longer ones go by their own command. */
const ROUNDS: readonly (readonly [Point, readonly Fault[]])[] = [
  ['sender.refuse.before_commit', ['poor', 'lost_answer']],
  ['sender.replace.after_commit', ['spike', 'twin']],
  ['sender.fill.after_commit', ['hole', 'drop']],
  ['sender.displace.before_commit', ['displace', 'outage']],
  ['watcher.reorg.before_commit', ['reorg', 'stranger']],
];
const TIME_MAX = 240_000;

describe('kill -9 of the stablecoin rail while the chain misbehaves', () => {
  let lane: Lane;
  let last: RoundOutcome;
  beforeAll(async () => {
    lane = await Lane.open({ database: () => testDatabase({ poolMax: 4 }), log_level: 'silent' });
  }, TIME_MAX);
  afterAll(() => lane.close(), TIME_MAX);

  const play = (point: Point, faults: readonly Fault[]): Promise<RoundOutcome> => {
    const plan = planOf(point, 1);
    const short: RoundPlan = { ...plan, pass: 1, faults, entries: plan.entries.slice(0, 1).map(shortened) };
    return playRound(lane, short);
  };

  it(
    'leaves ledger, chain and outbox alike, and nothing paid twice',
    async () => {
      const hit = new Set<Fault>();
      for (const [point, faults] of ROUNDS) {
        last = await play(point, faults);
        expect({ point, killed: last.killed, faults: last.faults }).toEqual({ point, killed: true, faults: [] });
        for (const fault of last.hit) hit.add(fault);
      }
      expect([...hit].sort()).toEqual([...FAULTS].sort());
    },
    TIME_MAX,
  );

  it(
    'counts a point that was not reached as a fault',
    async () => {
      const { killed, faults } = await play('sender.displace.after_commit', []);
      expect({ killed, faults }).toEqual({ killed: false, faults: ['nothing was killed: the point was not reached'] });
    },
    TIME_MAX,
  );

  it.each([
    [
      'a payee that got more',
      (): Promise<unknown> => lane.chain.mint(last.checked.stories[0]!.accepted[0]!.to, 1n),
      'got',
    ],
    ['an event told twice', () => change(TOLD_TWICE), 'was told so often: 2, not 1'],
    ['a row that says something else', () => change('UPDATE release SET paid_by = NULL'), 'is not paid'],
    ['an entry that was not counted', () => change('UPDATE escrow_entry SET paid = paid - 1'), ': paid '],
    [
      'a transaction that is under way',
      () => change(`UPDATE chain_tx SET state = 'open' WHERE state = 'final'`),
      'nonce 0 is open',
    ],
    ['an operation that the chain does not show', () => change(DONE_TWICE), 'is done and not on the chain'],
    ['a transfer that nobody can explain', () => change(UNBALANCED), 'books'],
  ])(
    'names %s',
    async (_, tamper, word) => {
      const before = await checkRound(last.checked);
      await tamper();
      const after = (await checkRound(last.checked)).filter((fault) => !before.includes(fault));
      expect(after).toContainEqual(expect.stringContaining(word));
    },
    TIME_MAX,
  );

  const change = (text: string): Promise<void> => lane.bare((tx) => sql(tx, text));
});

const shortened = (entry: EntryPlan): EntryPlan => ({ ...entry, captures: entry.captures.slice(0, 3) });

const TOLD_TWICE = `INSERT INTO outbox (id, type, payload, available_at, created_at)
  SELECT gen_random_uuid(), type, payload, available_at, created_at FROM outbox`;
const DONE_TWICE = `INSERT INTO chain_operation (id, chain_id, signer, to_addr, data, value, purpose, confirmations, state, mined_block,
    mined_block_hash, mined_hash, fee_paid, created_at, ended_at)
  SELECT id || '0', chain_id, signer, to_addr, data, value, purpose, confirmations, state, mined_block, mined_block_hash, mined_hash, fee_paid,
    created_at, ended_at FROM chain_operation WHERE purpose = 'escrow.close'`;
const UNBALANCED =
  'UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE flags & 2 = 0 AND credits_posted > 0';
