import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../src/kernel/clock.js';
import { sql, UnitOfWork } from '../../src/platform/database/index.js';
import { check } from '../drill/webhooks/check.js';
import { webhookDrill, type WebhookResult } from '../drill/webhooks/drill.js';
import { BEGINNING, setScene, SETTINGS } from '../drill/webhooks/scene.js';
import { Tally } from '../drill/webhooks/tally.js';
import { testMarket, type TestMarket } from '../support/market.js';

/** A short run of `npm run drill -- webhooks`; longer ones go by their own command. */
const COUNT = Number(process.env['WEBHOOKS'] ?? 4_000);
const SEED = Number(process.env['WEBHOOKS_SEED'] ?? 1);
const TIME_MAX = 300_000 + COUNT * 30;

const ONE_AGENT = '(SELECT min(a.id) FROM ledger_account a JOIN card_customer c ON c.agent_id = a.owner)';
const TAMPERINGS: readonly [string, string, string, string][] = [
  [
    'an event that was never told',
    `INSERT INTO inbox_event SELECT 'evt_slipped_in', mode, type, object_id, account, state, attempts, NULL, due_at, received_at FROM inbox_event LIMIT 1`,
    `DELETE FROM inbox_event WHERE id = 'evt_slipped_in'`,
    'evt_slipped_in is in the inbox',
  ],
  [
    'an event that waits for ever',
    `UPDATE inbox_event SET state = 'waiting', due_at = '2100-01-01' WHERE id = (SELECT min(id) FROM inbox_event WHERE state = 'done')`,
    `UPDATE inbox_event SET state = 'done' WHERE state = 'waiting'`,
    'ended as waiting',
  ],
  [
    'an agent who has more than its cards paid',
    `UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = ${ONE_AGENT}`,
    `UPDATE ledger_account SET credits_posted = credits_posted - 1 WHERE id = ${ONE_AGENT}`,
    'and should have',
  ],
];

describe(`${COUNT} webhooks, most of them repeated or forged (WEBHOOKS_SEED=${SEED})`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gt-webhooks-'));
  const clock = new ManualClock(BEGINNING);
  let market: TestMarket;
  let result: WebhookResult;
  beforeAll(async () => {
    market = await testMarket({ ...SETTINGS, DATA_DIR: dataDir }, clock);
  }, TIME_MAX);
  afterAll(async () => {
    await market?.end();
    rmSync(dataDir, { recursive: true, force: true });
  }, TIME_MAX);

  it(
    'leave Stripe, ledger and inbox of one mind, and no effect twice or lost',
    async () => {
      const say = (line: string): void => void (process.env['WEBHOOKS'] && process.stderr.write(`${line}\n`));
      result = await webhookDrill({
        market,
        clock,
        count: COUNT,
        seed: SEED,
        say,
        signal: new AbortController().signal,
      });
      const { tally, checked, acts } = result;
      if (process.env['WEBHOOKS']) say(JSON.stringify({ ...tally, taken: 0, checked, acts }));
      expect(tally.faults).toEqual([]);
      expect(checked).toMatchObject({ double_effects: 0, lost_effects: 0 });
      expect(tally).toMatchObject({ accepted_forged: 0, wrong_answers: 0 });
      const none = Object.entries({
        ...tally.by_sort,
        ...acts,
        reordered: tally.reordered,
        unknown: tally.unknown_types,
      });
      expect(none.filter(([, times]) => times === 0)).toEqual([]);
      expect(Object.keys(acts)).toEqual(expect.arrayContaining(['refund', 'dispute', 'decision', 'warning', 'bounce']));
    },
    TIME_MAX,
  );

  it.each(TAMPERINGS)(
    'and the comparison names %s',
    async (_what, tamper, undo, words) => {
      const change = (text: string) => market.http.app.get(UnitOfWork, { strict: false }).run((tx) => sql(tx, text));
      await change(tamper);
      const tally = new Tally();
      for (const id of result.tally.taken) tally.taken.add(id);
      await check(await setScene(market, clock), tally);
      expect(tally.faults).toContainEqual(expect.stringContaining(words));
      await change(undo);
    },
    TIME_MAX,
  );
});
