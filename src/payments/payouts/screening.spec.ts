import { sql } from '../../platform/database/index.js';
import { digestOf } from '../../policy/digests.js';
import { BODY, commandOf, DAY_MS, openWorld, type Contributor, type World } from './payouts.fixture.js';

const FIFTY = 50_000_000n;
let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

/** An agent whose card money is old, and who pays a contributor. */
async function earned(amount: bigint, who: Contributor): Promise<void> {
  const agent = world.agent();
  await world.topUp(agent, 100_000);
  await world.earn(agent, who.id, amount);
}

describe('where payouts go', () => {
  it('is where Stripe says that the owner lives, whatever the owner said', async () => {
    const who = await world.contributor({ verified: { country: 'DE' } });
    await earned(FIFTY, who);
    world.pass(14 * DAY_MS);
    await world.batch.pass();
    expect(await world.payoutsOf(who.id)).toEqual([]);
    expect(await world.run((tx) => world.service.of(tx, 'test', who.id))).toMatchObject({ country: 'US', waits_for: ['policy'] }); // prettier-ignore
  });

  it('is one of the places that are listed, and no account is opened elsewhere', async () => {
    const who = await world.contributor();
    const elsewhere = world.service.open(commandOf(who.id), who.caller, { ...BODY, country: 'DE' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'payout_country_unsupported', facts: { param: 'country' } });
  });

  it('is screened under the name that Stripe verified beside the chosen one, and nowhere before Stripe has', async () => {
    const who = await world.contributor({ name: 'Sunny', verified: { given_name: 'Ada', surname: 'Listed' } });
    const parties = async (one: Contributor) => {
      const row = await world.recipient(one.id);
      return world.run((tx) => world.recipients.partiesOf(tx, row));
    };
    expect(await parties(who)).toEqual([{ id: who.id, name: 'Ada Listed' }, { id: who.id, name: 'Sunny' }]); // prettier-ignore
    expect(await parties(await world.contributor({ onboarded: false }))).toEqual([]);
    await earned(FIFTY, who);
    world.pass(14 * DAY_MS);
    await world.batch.pass();
    const [payout] = await world.payoutsOf(who.id);
    const subject = { id: payout!.id, mode: 'test' as const, parties: await parties(who) };
    const decisions = await world.run((tx) => sql<{ sha: Buffer }>(tx, 'SELECT subject_sha256 AS sha FROM policy_decision WHERE subject_id = $1', [payout!.id])); // prettier-ignore
    expect(decisions.map(({ sha }) => sha.toString('hex'))).toContain(Buffer.from(digestOf(subject)).toString('hex'));
  });
});
