import { Clusters, IdentityKey, IdentityRepository, type Principal } from '../identity/index.js';
import { ManualClock } from '../kernel/clock.js';
import { loadConfig } from '../platform/config/index.js';
import { sql, type Command } from '../platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { insertBare } from './bare-rows.fixture.js';
import { LeaderboardsRepository } from './leaderboards.repository.js';
import { LeaderboardsService } from './leaderboards.service.js';
import { ReputationRecorder } from './reputation.recorder.js';
import { ReputationRepository } from './reputation.repository.js';
import { ReputationService } from './reputation.service.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const DAY_MS = 86_400_000;
/** The cell of resolution 5 around 32.7448, 129.8737. */
const CELL = '8530dbabfffffff';

let db: TestDatabase;
let recorder: ReputationRecorder;
let service: ReputationService;
let boards: LeaderboardsService;
const clusters = new Clusters();
const clock = new ManualClock(NOW);

beforeAll(async () => {
  db = await testDatabase();
  const repository = new ReputationRepository();
  const config = loadConfig({ DATABASE_URL: db.url });
  recorder = new ReputationRecorder(db.unitOfWork, repository, clusters);
  service = new ReputationService(db.unitOfWork, repository, new IdentityRepository(), clusters, clock, config);
  const key = new IdentityKey(new Uint8Array(32));
  boards = new LeaderboardsService(db.unitOfWork, new LeaderboardsRepository(), clusters, key, clock, config);
});
afterAll(() => db.close());

const insert = (table: string, row: Record<string, unknown>) => db.unitOfWork.run((tx) => insertBare(tx, table, row));
const run = <T extends object>(text: string, params: unknown[] = []) =>
  db.unitOfWork.run((tx) => sql<T & Record<string, unknown>>(tx, text, params));
let count = 0;
const next = (prefix: string): string => `${prefix}_${String(++count).padStart(32, '0')}`;
const at = (daysAgo: number): Date => new Date(NOW - daysAgo * DAY_MS);

async function party(role: 'agent' | 'contributor'): Promise<string> {
  const id = next(role === 'agent' ? 'agt' : 'ctr');
  await insert(role, { id, mode: 'test' });
  return id;
}
async function bounty(agent_id: string): Promise<string> {
  const id = next('bty');
  const place = { lat: 32.7448, lng: 129.8737 };
  const bounds = { opens_at: at(9), closes_at: at(-1), uploads_until: at(-1), absence_share_bps: 5_000 };
  await insert('bounty', { id, mode: 'test', agent_id, state: 'open', ...place, ...bounds, reserved: 0 });
  return id;
}
interface Told {
  readonly state?: 'settled' | 'rejected';
  readonly basis?: string;
  readonly failed_check?: string | null;
  readonly daysAgo?: number;
}
async function capture(
  contributor_id: string,
  bounty_id: string,
  { state = 'settled', basis = 'checks', failed_check = null, daysAgo = 0 }: Told = {},
): Promise<string> {
  const [id, verdict_id] = [next('cap'), next('vrd')];
  const settled = state === 'settled' ? { paid: 1, settled_at: at(daysAgo) } : {};
  const common = { mode: 'test', bounty_id };
  await insert('capture', { id, ...common, contributor_id, state, verdict_id, failed_check, ...settled });
  const outcome = state === 'settled' ? 'accepted' : 'rejected';
  await insert('verdict', { id: verdict_id, ...common, capture_id: id, outcome, basis, created_at: at(daysAgo) });
  return id;
}
async function reservation(contributor_id: string, bounty_id: string, state: string, late = false): Promise<string> {
  const id = next('rsv');
  const times = { issued_at: at(1), lapses_at: at(0), ended_at: state === 'active' ? null : at(0) };
  await insert('reservation', { id, mode: 'test', contributor_id, bounty_id, state, late, ...times });
  return id;
}
const dispute = (capture_id: string, bounty_id: string, change: Record<string, unknown>) =>
  insert('dispute', { id: next('dsp'), mode: 'test', capture_id, bounty_id, decide_by: at(0), decided_at: at(0), decision_reason: 'seen', operator_id: 'opr_1', ...change }); // prettier-ignore

const caller = (id: string, role: Principal['role']): Principal => ({ id, role, mode: 'test' }) as Principal;
const operator = caller('opr_1', 'operator');
const command = (): Command => ({ principal: 'p', key: next('key'), operation: 'POST', body: {} });
const eventsOf = async (id: string): Promise<string[]> =>
  (await run<{ kind: string }>('SELECT kind FROM reputation_event WHERE subject_id = $1 ORDER BY cause', [id])).map(
    ({ kind }) => kind,
  );

describe('what counts', () => {
  it('is told apart for both sides, and nothing that silence or a deadline decided', async () => {
    const [agent, worker] = [await party('agent'), await party('contributor')];
    const b = await bounty(agent);
    const abouts = [
      await capture(worker, b),
      await capture(worker, b, { basis: 'silence' }),
      await capture(worker, b, { state: 'rejected', failed_check: 'challenge' }),
      await capture(worker, b, { state: 'rejected', basis: 'review' }), // undecided: nobody is named
      await reservation(worker, b, 'submitted'),
      await reservation(worker, b, 'lapsed', true),
      await reservation(worker, b, 'released', true),
      await reservation(worker, b, 'released'),
    ];
    await recorder.lookAt(abouts);
    expect(await eventsOf(worker)).toEqual(['accepted', 'rejected_forged', 'kept', 'lapsed', 'released_late']);
    expect(await eventsOf(agent)).toEqual(['paid']);
  });

  it('of a requester: disputes, objections, and cancelling while somebody is on the way', async () => {
    const [agent, worker] = [await party('agent'), await party('contributor')];
    const b = await bounty(agent);
    const disputed = await capture(worker, b);
    const denied = await capture(worker, b);
    const objected = await capture(worker, b, { basis: 'review' });
    const undecided = await capture(worker, b);
    await dispute(disputed, b, { side: 'requester', opened_by: agent, state: 'upheld_unfunded' });
    await dispute(denied, b, { side: 'requester', opened_by: agent, state: 'denied' });
    await dispute(undecided, b, { side: 'requester', opened_by: agent, state: 'denied', operator_id: null });
    await insert('review_objection', { capture_id: objected, agent_id: agent });
    const ruled = { decision: 'accept', finding: 'present', basis: 'review', operator_id: 'opr_1', decided_at: at(0) };
    await insert('review_decision', { capture_id: objected, ...ruled });
    await reservation(worker, b, 'active');
    await insert('state_history', { resource_id: b, event: 'cancel', at: at(0) });
    await recorder.lookAt([disputed, denied, objected, undecided, b]);
    expect((await eventsOf(agent)).sort()).toEqual(['cancelled_under_way', 'dispute_lost', 'dispute_won', 'objection_overturned', 'paid', 'paid', 'paid', 'paid']); // prettier-ignore
    expect((await eventsOf(worker)).sort()).toEqual(['accepted', 'accepted', 'accepted', 'dispute_lost', 'dispute_won', 'overturned']); // prettier-ignore
    const { reviews, disputes, commitments } = await service.ofAgent(operator, agent);
    expect([reviews.mean, disputes.mean]).toEqual([0.3333, 0.5]);
    expect(commitments).toMatchObject({ mean: 0.7143, effective_samples: 5 });
  });

  it('follows an appeal: the rejection is no event any more once the capture is paid', async () => {
    const [agent, worker] = [await party('agent'), await party('contributor')];
    const b = await bounty(agent);
    const id = await capture(worker, b, { state: 'rejected', failed_check: 'objects' });
    await recorder.lookAt([id]);
    expect(await eventsOf(worker)).toEqual(['rejected_content']);
    await run(`UPDATE capture SET state = 'accepted' WHERE id = $1`, [id]);
    expect(await recorder.lookAt([id])).toBe(1);
    expect(await eventsOf(worker)).toEqual([]);
    await run(`UPDATE capture SET state = 'settled', paid = 1, settled_at = $2 WHERE id = $1`, [id, at(0)]);
    await recorder.lookAt([id]);
    expect(await eventsOf(worker)).toEqual(['accepted']);
  });
});

describe('everything made again from nothing', () => {
  it('is what was kept event by event, in any order and twice', async () => {
    const abouts = (
      await run<{ about: string }>(
        'SELECT about FROM (SELECT DISTINCT about FROM reputation_cause) each_one ORDER BY md5(about)',
      )
    ).map(({ about }) => about);
    expect(abouts.length).toBeGreaterThan(8);
    for (const about of [...abouts, ...abouts.toReversed()]) await recorder.lookAt([about]);
    const all = () => run('SELECT * FROM reputation_event ORDER BY cause');
    const kept = await all();
    await run('DELETE FROM reputation_event');
    await run(
      `INSERT INTO reputation_event VALUES ('capture:gone', 'gone', 'test', 'ctr_x', NULL, 'accepted', now(), NULL, false, '{}')`,
    );
    expect(await recorder.recompute()).toEqual({ looked_at: abouts.length + 1, changed: kept.length + 1 });
    expect(await all()).toEqual(kept);
    expect((await recorder.recompute()).changed).toBe(0);
  });
});

describe('clusters', () => {
  const tie = (id: string, trait: string) => db.unitOfWork.run((tx) => clusters.addTrait(tx, id, trait, NOW));
  const persons = (id: string) => db.unitOfWork.run((tx) => clusters.persons(tx, id));
  const linked = (one: string, other: string) => db.unitOfWork.run((tx) => clusters.linked(tx, one, other));
  const deviceOf = async (contributor_id: string, thumbprint: string) =>
    insert('device', { id: next('dev'), mode: 'test', contributor_id, thumbprint });

  it('reach over devices and wallets, by steps; an address block alone makes nobody the same person', async () => {
    const [a, b, c] = [await party('contributor'), await party('contributor'), await party('agent')];
    const neighbour = await party('contributor');
    await deviceOf(a, 'key 1');
    await deviceOf(b, 'key 1');
    await tie(b, 'wallet:0x1');
    await tie(c, 'wallet:0x1');
    for (const id of [a, neighbour]) await tie(id, 'address_block:n');
    for (const id of [b, neighbour]) await tie(id, 'gait:unheard_of');
    expect((await persons(a)).sort()).toEqual([a, b, c].sort());
    expect(await persons(neighbour)).toEqual([neighbour]);
    expect([await linked(a, c), await linked(neighbour, c)]).toEqual([true, true]);
    const found = await db.unitOfWork.run((tx) => clusters.clusterOf(tx, [a, b, neighbour, 'ctr_nobody']));
    expect([new Set(found.values()).size, found.get('ctr_nobody')]).toEqual([2, 'ctr_nobody']);
  });

  it('forget an address block after its retention, and nothing else', async () => {
    const [a, b] = [await party('contributor'), await party('contributor')];
    for (const id of [a, b]) await tie(id, 'address_block:m');
    await db.unitOfWork.run((tx) => clusters.forgetAddresses(tx, NOW));
    expect(await linked(a, b)).toBe(true);
    await db.unitOfWork.run((tx) => clusters.forgetAddresses(tx, NOW + 1));
    expect(await linked(a, b)).toBe(false);
  });

  it('have one reputation, earn nothing from each other, and do not when it comes out later', async () => {
    const [agent, worker, alias] = [await party('agent'), await party('contributor'), await party('contributor')];
    for (let n = 0; n < 3; n++) await recorder.lookAt([await capture(worker, await bounty(agent))]);
    const samples = async (id: string) => (await service.ofContributor(operator, id)).acceptance.effective_samples;
    expect([await samples(worker), await samples(alias)]).toEqual([3, 0]);
    for (const id of [worker, alias]) await deviceOf(id, 'key 2');
    expect(await samples(alias)).toBe(3);
    for (const id of [agent, alias]) await tie(id, 'wallet:0x2');
    expect([await samples(worker), await samples(alias)]).toEqual([0, 0]);
  });

  it('earn nothing either from whoever pledged money for it, seen at once or later; a pledge that was taken back is none', async () => {
    const [agent, worker] = [await party('agent'), await party('contributor')];
    const [backer, gone] = [await party('agent'), await party('agent')];
    const b = await bounty(agent);
    const pledge = { mode: 'test', bounty_id: b, amount: 1 };
    await insert('pledge', { id: next('plg'), ...pledge, agent_id: backer, state: 'held', returned: null });
    await insert('pledge', { id: next('plg'), ...pledge, agent_id: gone, state: 'withdrawn', returned: 1 });
    await recorder.lookAt([await capture(worker, b), await reservation(worker, b, 'submitted')]);
    const samples = async () => {
      const { acceptance, timeliness } = await service.ofContributor(operator, worker);
      return [acceptance.effective_samples, timeliness.effective_samples];
    };
    await tie(gone, 'address_block:g');
    await tie(worker, 'address_block:g');
    expect(await samples()).toEqual([1, 1]);
    for (const id of [backer, worker]) await tie(id, 'wallet:0x3');
    expect(await samples()).toEqual([0, 0]);
    // The requester did nothing for itself.
    expect((await service.ofAgent(operator, agent)).commitments.effective_samples).toBe(1);
    await recorder.lookAt([await capture(worker, b)]);
    expect(await run('SELECT linked FROM reputation_event WHERE subject_id = $1 ORDER BY linked', [worker])).toEqual([{ linked: false }, { linked: false }, { linked: true }]); // prettier-ignore
  });

  it('stay linked for what was recorded, also when the tie is forgotten', async () => {
    const [agent, worker] = [await party('agent'), await party('contributor')];
    for (const id of [agent, worker]) await tie(id, 'address_block:w');
    await recorder.lookAt([await capture(worker, await bounty(agent))]);
    await db.unitOfWork.run((tx) => clusters.forgetAddresses(tx, NOW + 1));
    await recorder.recompute();
    expect((await service.ofContributor(operator, worker)).acceptance.effective_samples).toBe(0);
  });
});

describe('a reputation', () => {
  it('of a contributor is for itself, the operator, and whom it has reserved of; for others there is none', async () => {
    const [agent, stranger] = [await party('agent'), await party('agent')];
    const worker = await party('contributor');
    await reservation(worker, await bounty(agent), 'active');
    for (const who of [caller(worker, 'contributor'), operator, caller(agent, 'agent')])
      expect(await service.ofContributor(who, worker)).toMatchObject({ contributor_id: worker, level: 'new' });
    for (const who of [caller(stranger, 'agent'), { ...operator, mode: 'live' as const }])
      await expect(service.ofContributor(who, worker)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of a requester is told by bounty without naming it, and not of a draft', async () => {
    const [agent, worker] = [await party('agent'), await party('contributor')];
    const b = await bounty(agent);
    await recorder.lookAt([await capture(worker, b)]);
    const seen = await service.ofRequester(caller(worker, 'contributor'), b);
    expect(seen).toMatchObject({ agent_id: null, commitments: { mean: 0.6667, effective_samples: 1 } });
    await run(`UPDATE bounty SET state = 'draft' WHERE id = $1`, [b]);
    const draft = service.ofRequester(caller(worker, 'contributor'), b);
    await expect(draft).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a leaderboard', () => {
  const board = async () => (await boards.of(operator, CELL)).data;

  it('names nobody who has not asked, none before there are three persons, and orders by the lower end', async () => {
    const workers: string[] = [];
    for (const accepted of [4, 2, 1]) {
      const worker = await party('contributor');
      workers.push(worker);
      for (let n = 0; n < accepted; n++)
        await recorder.lookAt([await capture(worker, await bounty(await party('agent')))]);
    }
    const [best, second, third] = workers as [string, string, string];
    expect(await board()).toEqual([]);
    await boards.join(command(), caller(third, 'contributor'), { display_name: 'Third' });
    await boards.join(command(), caller(best, 'contributor'), { display_name: 'Best' });
    expect(await board()).toEqual([]);
    await boards.join(command(), caller(second, 'contributor'), { display_name: null });
    const names = (await board()).map(({ name }) => name);
    expect(names).toEqual(['Best', expect.stringMatching(/^contributor-[0-9a-f]{8}$/), 'Third']);
    expect((await board())[0]).toMatchObject({ rank: 1, acceptance: { effective_samples: 4 } });

    clock.advance(31 * DAY_MS);
    expect((await board())[1]!.name).not.toBe(names[1]);
    await insert('device', { id: next('dev'), mode: 'test', contributor_id: best, thumbprint: 'key 3' });
    await insert('device', { id: next('dev'), mode: 'test', contributor_id: third, thumbprint: 'key 3' });
    expect(await board()).toEqual([]);
  });

  it('is left at once, and is not for agents', async () => {
    const worker = caller(await party('contributor'), 'contributor');
    await boards.join(command(), worker, { display_name: 'Mio' });
    expect(await boards.leave(worker)).toEqual({ joined: false, display_name: null });
    expect(await run('SELECT * FROM leaderboard_entry WHERE contributor_id = $1', [worker.id])).toEqual([]);
    const agent = caller(await party('agent'), 'agent');
    await expect(boards.join(command(), agent, { display_name: null })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
