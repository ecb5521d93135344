import { verifyDraw, type Application, type Bounty, type BountyTermsInput, type Draw } from '@groundtruth/sdk/protocol';
import { Draws } from '../../src/bounties/index.js';
import { newWorker, sheepTerms, type Worker } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

const ROUND_S = 60;
/** With two free slots a round closes before its time with so many applications. */
const EARLY = 6;

let market: DeskMarket;
beforeAll(async () => {
  market = await deskMarket({
    SORTITION_ROUND_S: String(ROUND_S),
    SORTITION_ENOUGH: String(EARLY / 2),
    RESERVATIONS_ACTIVE_NEW_MAX: '2',
  });
});
afterAll(() => market.end());

const crowdOf = (size: number): Promise<Worker[]> =>
  Promise.all(Array.from({ length: size }, (_, n) => newWorker(market.baseUrl, `witness ${n}`)));
const query = (text: string, values: unknown[]) => market.database.dataSource.query(text, values);
const countOf = async (text: string, id: string): Promise<number> => (await query(text, [id]))[0].n;
const keys = () => {
  const { mode, log } = market.keyring.public_keys.find(({ mode }) => mode === 'test')!;
  return { keys: { mode, ...log }, allowTest: true };
};

/** Ties parties as one person is tied. */
async function tie(...parties: { id: string }[]): Promise<void> {
  for (const { id } of parties)
    await query('INSERT INTO party_trait VALUES ($1, $2, now())', [id, `wallet:${parties[0]!.id}`]);
}

async function posted(agent: Funded, change: Partial<BountyTermsInput> = {}): Promise<Bounty> {
  const window = { closes_at: new Date(market.clock.now() + 3 * 3_600_000).toISOString() };
  const terms = { window, quantity: 4, agreement: { of: 2 }, purpose: 'markets' as const };
  return agent.client.bounties.create(sheepTerms({ ...terms, ...change }));
}

interface Wish {
  readonly worker: Worker;
  readonly application: Application;
}
const wish = async (worker: Worker, { id }: Bounty): Promise<Wish> => ({
  worker,
  application: await worker.client.applications.create(id),
});
const asDecided = (wishes: Wish[]) =>
  Promise.all(wishes.map(({ worker, application }) => worker.client.applications.get(application.id)));

async function drawsOf(agent: Funded, { id }: Bounty): Promise<Draw[]> {
  const all: Draw[] = [];
  for await (const draw of agent.client.bounties.draws(id)) all.push(draw);
  return all;
}

const drawn = (agent: Funded, bounty: Bounty, round: number) =>
  eventually(async () => {
    const draw = (await drawsOf(agent, bounty))[round - 1];
    return draw?.state === 'drawn' ? draw : null;
  }, `round ${round}`);

describe('slots of a bounty for markets', () => {
  it('are drawn by a checkpoint that came after the last application, once a cluster, and anyone can draw again', async () => {
    const agent = await market.funded();
    const bounty = await posted(agent);
    const crowd = await crowdOf(5);
    await tie(crowd[0]!, crowd[1]!);
    const wishes = await Promise.all(crowd.map((worker) => wish(worker, bounty)));
    expect(wishes[0]!.application).toMatchObject({ state: 'applied', round: 1, reservation_id: null });
    const RESERVATIONS = 'SELECT count(*)::int AS n FROM reservation WHERE bounty_id = $1';
    expect(await countOf(RESERVATIONS, bounty.id)).toBe(0);
    expect(await drawsOf(agent, bounty)).toMatchObject([{ state: 'open', entries: null, salt: null, proof: null }]);
    const before = await countOf(
      'SELECT coalesce(max(size), 0)::int AS n FROM log_checkpoint WHERE mode = $1',
      bounty.mode,
    );

    await market.pass(ROUND_S + 1);
    const draw = await drawn(agent, bounty, 1);
    const winners = await verifyDraw(draw, keys());
    expect([draw.slots, draw.entries!.length, winners.length]).toEqual([2, 4, 2]);
    expect(draw.proof!.tree_size).toBeGreaterThan(before);
    const decided = await asDecided(wishes);
    const entriesIn = (state: string) => decided.filter((one) => one.state === state).map(({ entry }) => entry).sort(); // prettier-ignore
    expect(entriesIn('drawn')).toEqual(winners.toSorted());
    expect(entriesIn('not_drawn')).toHaveLength(3);
    expect(entriesIn('drawn').every((entry) => draw.entries!.some((one) => one.entry === entry))).toBe(true);

    const winner = wishes[decided.findIndex(({ state }) => state === 'drawn')]!;
    const reservation = await winner.worker.client.applications.drawn(winner.application.id);
    expect(reservation).toMatchObject({ state: 'active', price: '5.000000' });
    expect(Date.parse(reservation.challenge.issued_at)).toBe(market.clock.now());
    await eventually(async () => {
      const told = new Set<string>();
      for await (const { type } of winner.worker.client.events.list()) told.add(type);
      return told.has('application.drawn') && told.has('reservation.created');
    }, 'the winner was told');

    // Whatever is repeated or runs twice at once draws nothing more.
    await Promise.all([1, 2].map(() => market.http.app.get(Draws).drawCovered('test')));
    await market.background.sweep();
    expect(await countOf(RESERVATIONS, bounty.id)).toBe(2);
    expect((await agent.client.bounties.get(bounty.id)).slots).toMatchObject({ reserved: 2, free: 0 });
  });

  it('close their round at enough applications, and go to those who apply again when one is free', async () => {
    const agent = await market.funded();
    const bounty = await posted(agent);
    const wishes: Wish[] = [];
    for (const worker of await crowdOf(EARLY)) wishes.push(await wish(worker, bounty));
    const first = await drawn(agent, bounty, 1);
    expect(first.entries).toHaveLength(EARLY);
    const decided = await asDecided(wishes);
    const loser = wishes[decided.findIndex(({ state }) => state === 'not_drawn')]!;
    const won = decided.find(({ state }) => state === 'drawn')!;
    const winner = wishes.find(({ application }) => application.id === won.id)!.worker.client;
    await expect(loser.worker.client.applications.drawn(loser.application.id)).rejects.toMatchObject({ why: 'final' });
    await expect(wish(loser.worker, bounty)).rejects.toMatchObject({ code: 'bounty_full' });
    await expect(winner.applications.withdraw(won.id)).rejects.toMatchObject({ code: 'application_state' });
    await winner.reservations.release(won.reservation_id!, 'unsafe');
    const again = await wish(loser.worker, bounty);
    expect(again.application.round).toBe(2);
    await market.pass(ROUND_S + 1);
    expect(await verifyDraw(await drawn(agent, bounty, 2), keys())).toEqual([again.application.entry]);
  });

  it('are refused to who is linked with the requester, to a second application, and beyond the limit', async () => {
    const agent = await market.funded();
    const bounty = await posted(agent);
    const [friend, worker, stranger] = (await crowdOf(3)) as [Worker, Worker, Worker];
    await tie(agent, friend);
    await expect(wish(friend, bounty)).rejects.toMatchObject({ code: 'applicant_linked', status: 403 });
    const { application } = await wish(worker, bounty);
    await expect(wish(worker, bounty)).rejects.toMatchObject({
      code: 'application_exists',
      facts: { application_id: application.id },
    });
    await wish(worker, await posted(agent));
    await expect(wish(worker, await posted(agent))).rejects.toMatchObject({ code: 'reservation_limit' });
    for (const _ of [1, 2])
      expect(await worker.client.applications.withdraw(application.id)).toMatchObject({ state: 'withdrawn' });
    expect((await wish(worker, bounty)).application.round).toBe(1);
    await expect(stranger.client.applications.get(application.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('can be come by in no other way, and no other bounty is drawn', async () => {
    const agent = await market.funded();
    const { client } = (await crowdOf(1))[0]!;
    const [drawnFor, plain, race] = [await posted(agent), await posted(agent, { purpose: 'civic' }), await posted(agent, { purpose: 'civic', mode: 'race' })]; // prettier-ignore
    for (const other of [plain, race])
      await expect(client.applications.create(other.id)).rejects.toMatchObject({ code: 'bounty_mode' });
    await expect(client.reservations.create(drawnFor.id)).rejects.toMatchObject({ code: 'bounty_mode' });
    await expect(client.reservations.challenge(drawnFor.id)).rejects.toMatchObject({ code: 'bounty_mode' });
    await expect(posted(agent, { mode: 'race' })).rejects.toMatchObject({ code: 'criteria_unreachable' });
    const { available_actions } = await client.bounties.get(drawnFor.id);
    expect(available_actions.map(({ action }) => action)).toEqual(['apply']);
  });

  it('are given to nobody once the bounty takes no work', async () => {
    const agent = await market.funded();
    const bounty = await posted(agent);
    const { application, worker } = await wish((await crowdOf(1))[0]!, bounty);
    await agent.client.bounties.cancel(bounty.id);
    await market.pass(ROUND_S + 1);
    expect(await verifyDraw(await drawn(agent, bounty, 1), keys())).toEqual([]);
    expect(await worker.client.applications.get(application.id)).toMatchObject({ state: 'not_drawn' });
  });
});

describe('a bounty whose captures are to agree', () => {
  const pattern = 'OPEN|CLOSED';
  const asking = { criteria: { all: [{ text: { pattern } }] }, purpose: 'civic' as const };
  const reads = (word: string) => ({ text: { evidence: { matches: [{ pattern, matched: [word] }] } } });

  it('asks for one more until enough agree, pays who says otherwise alike, and then returns the rest', async () => {
    const agent = await market.funded();
    const bounty = await posted(agent, { ...asking, quantity: 5 });
    const standing = async () => {
      const { slots, agreement } = await agent.client.bounties.get(bounty.id);
      return { ...agreement!, free: slots.free, settled: slots.settled };
    };
    const paid = async (word: string, worker: Worker) => {
      const { id } = await market.judged(bounty.id, reads(word), { worker });
      await eventually(async () => (await market.operator.captures.get(id)).state === 'settled', word);
    };
    const [a, b, twin, c, late, more] = (await crowdOf(6)) as [Worker, Worker, Worker, Worker, Worker, Worker];
    expect(await standing()).toEqual({ of: 2, agreeing: 0, differing: 0, offered: 2, free: 2, settled: 0 });
    const held = await a.client.reservations.create(bounty.id);
    await b.client.reservations.create(bounty.id).then(({ id }) => b.client.reservations.release(id, 'unsafe'));
    await market.judged(bounty.id, { text: { status: 'fail' } }, { worker: b });
    await eventually(async () => (await standing()).free === 1);
    await a.client.reservations.release(held.id, 'unsafe');

    await paid('OPEN', a);
    expect(await standing()).toEqual({ of: 2, agreeing: 1, differing: 0, offered: 2, free: 1, settled: 1 });
    await paid('CLOSED', c);
    expect(await standing()).toEqual({ of: 2, agreeing: 1, differing: 1, offered: 3, free: 1, settled: 2 });
    await tie(a, twin);
    await paid('OPEN', twin);
    expect(await standing()).toEqual({ of: 2, agreeing: 1, differing: 1, offered: 4, free: 1, settled: 3 });
    const last = await late.client.reservations.create(bounty.id);
    await expect(more.client.reservations.create(bounty.id)).rejects.toMatchObject({ code: 'bounty_full' });
    await late.client.reservations.release(last.id, 'unsafe');
    await paid('OPEN', late);
    expect(await standing()).toMatchObject({ agreeing: 2, free: 0, settled: 4 });
    expect(await agent.client.bounties.get(bounty.id)).toMatchObject({ state: 'closing' });
    expect(await countOf('SELECT settled AS n FROM contributor WHERE id = $1', c.id)).toBe(1);
    expect(JSON.stringify(await c.client.balance.get())).toContain('5.000000');

    await market.pass(8 * 86_400); // The appeal of what was rejected is out of time.
    const closed = await agent.client.bounties.get(bounty.id);
    expect(closed).toMatchObject({ state: 'closed', outcome: 'filled', held: '0.000000' });
  });

  it('stands still in price while all that it offers is taken, and goes on with one more', async () => {
    const agent = await market.funded();
    const [starts_at, ends_at] = [0, 3_600_000].map((after) => new Date(market.clock.now() + after).toISOString());
    const price = { schedule: 'linear' as const, start: '1.000000', cap: '7.000000', starts_at: starts_at!, ends_at: ends_at! }; // prettier-ignore
    const bounty = await posted(agent, { ...asking, price });
    const priceNow = async () => (await agent.client.bounties.get(bounty.id)).price_now;
    await market.pass(600);
    const works = [];
    for (const worker of await crowdOf(2)) works.push({ worker, id: await market.handIn(worker, bounty.id) });
    await market.pass(600);
    expect(await priceNow()).toBe('2.000000');
    for (const [n, word] of ['OPEN', 'CLOSED'].entries()) await market.desk.judgeWith(works[n]!.id, reads(word));
    await eventually(async () => (await agent.client.bounties.get(bounty.id)).slots.settled === 2, 'both paid');
    expect((await agent.client.bounties.get(bounty.id)).slots.free).toBe(1);
    await market.pass(600);
    expect(await priceNow()).toBe('3.000000');
  });
});
