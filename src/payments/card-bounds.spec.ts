import { mintId } from '../kernel/ids.js';
import { sql } from '../platform/database/index.js';
import { cardWorld, DOLLAR, type CardWorld } from './funding/card/card.fixture.js';

let world: CardWorld;
beforeAll(async () => (world = await cardWorld()));
afterAll(() => world.end());
const run = (text: string, values: unknown[] = []) => world.run((tx) => sql(tx, text, values));

describe('the database', () => {
  it('refuses a dispute about nothing, and shares of what was not taken', async () => {
    const agent = await world.agent();
    await world.begin(agent, 50n * DOLLAR, 'pm_card_createDispute');
    await world.deliver();
    const set = (change: string) => run(`UPDATE card_dispute SET ${change} WHERE agent_id = $1`, [agent.id]);
    expect(await run('SELECT taken FROM card_dispute WHERE agent_id = $1', [agent.id])).toEqual([{ taken: 50n * DOLLAR }]); // prettier-ignore
    await expect(set('amount = 0')).rejects.toThrow('card_dispute_amount');
    await expect(set('from_losses = from_losses + 1')).rejects.toThrow('card_dispute_shares');
    await expect(set('from_agent = from_agent - 1, from_reserve = -1')).rejects.toThrow('card_dispute_shares');
    await expect(set('returned = -1')).rejects.toThrow('card_dispute_moves');
    const stranger = mintId('agent');
    await expect(set(`agent_id = '${stranger}'`)).rejects.toThrow('card_dispute_agent');
    await expect(run('UPDATE card_freeze SET agent_id = $1', [stranger])).rejects.toThrow('card_freeze_agent');
  });

  it('refuses an account or a payout of nobody', async () => {
    const now = new Date(world.clock.now());
    const nobody = mintId('contributor');
    const open = (contributor: string) =>
      run(
        `INSERT INTO card_recipient (id, mode, contributor_id, country, state, look_at, created_at)
         VALUES ($1, 'test', $2, 'US', 'onboarding', $3, $3)`,
        [`acc_of_${contributor}`, contributor, now],
      );
    await expect(open(nobody)).rejects.toThrow('card_recipient_contributor');
    const somebody = mintId('contributor');
    await run(`INSERT INTO contributor (id, mode, name, created_at) VALUES ($1, 'test', 'Aiko', $2)`, [somebody, now]);
    await open(somebody);
    const pay = run(
      `INSERT INTO payout (id, mode, contributor_id, recipient_id, account, day, amount, state, created_at)
       VALUES ('pay_1', 'test', $1, $2, 'acct_1', '2026-11-21', 10000, 'planned', $3)`,
      [nobody, `acc_of_${somebody}`, now],
    );
    await expect(pay).rejects.toThrow('payout_contributor');
  });
});
