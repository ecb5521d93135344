import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { Clusters } from '../../identity/index.js';
import { ManualClock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError } from '../../kernel/problem.js';
import { gateOf } from '../gate.fixture.js';
import type { PolicyGate } from '../policy.service.js';
import type { BountySubject } from '../stages.js';
import { circle, harbour, NOW } from '../subjects.fixture.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DOOR = { lat: 48.2082, lng: 16.3738 };
let db: TestDatabase;
let gate: PolicyGate;
let clock: ManualClock;
let holds: ReturnType<typeof gateOf>['holds'];

beforeAll(async () => {
  db = await testDatabase();
  clock = new ManualClock(NOW);
  ({ gate, holds } = gateOf(db.unitOfWork, clock));
});
afterAll(() => db.close());

const north = (m: number, { lat, lng } = DOOR, radius_m = 100) => circle(lat + m / 111_195, lng, radius_m);
const terms = (requester_id: string, change: Partial<BountySubject>): BountySubject => ({
  ...harbour({ instructions: '', criteria: { all: [] } }),
  id: mintId('bounty'),
  requester_id,
  window: { closes_at: clock.now() + 6 * HOUR_MS },
  ...change,
});

/** What creating a bounty does: asks, and if it may, exists. The rule that objected, or null. */
async function post(requester: string, change: Partial<BountySubject>): Promise<string | null> {
  const subject = terms(requester, change);
  try {
    await gate.check('publish', subject);
  } catch (error) {
    if (error instanceof DomainError) return String(error.facts.rule);
    throw error;
  }
  await db.unitOfWork.run((tx) => gate.posted(tx, subject.id));
  return null;
}

async function postAll(requester: string, changes: readonly Partial<BountySubject>[]): Promise<(string | null)[]> {
  const rules: (string | null)[] = [];
  for (const change of changes) {
    rules.push(await post(requester, change));
    clock.advance(5_000);
  }
  return rules;
}

describe('a harmful job split in five', () => {
  const SPLIT = ['Which number is', 'on the license', 'plate of', 'the blue car', 'at the kerb?'];
  const pieces = (titles: readonly string[]) => titles.map((title, n) => ({ title, area: north(100 * n) }));

  it('is refused when its words are read together, in whatever order they come', async () => {
    for (let turn = 0; turn < SPLIT.length; turn++) {
      const turned = [...SPLIT.slice(turn), ...SPLIT.slice(0, turn)];
      expect(await postAll(mintId('agent'), pieces(turned))).toContain('linked_words');
      expect(await postAll(mintId('agent'), pieces(turned.reverse()))).toContain('linked_words');
    }
    expect(await postAll(mintId('agent'), pieces(['m i l', 'i t a', 'r y b', 'a s e', 'g a t']))).toContain(
      'linked_words',
    );
    expect(await postAll(mintId('agent'), pieces(['Part 3: plate of', 'Part 1: see', 'Part 2: the license', 'a', 'b'].map((title) => `${title}  `)))).toContain('linked_words'); // prettier-ignore
  });

  it('shows nothing in any of its pieces alone, and nothing far apart', async () => {
    for (const piece of pieces(SPLIT)) expect(await post(mintId('agent'), piece)).toBeNull();
    const apart = SPLIT.map((title, n) => ({ title, area: north(5_000 * n) }));
    expect(await postAll(mintId('agent'), apart)).toEqual([null, null, null, null, null]);
  });

  it('is refused when its prices together pass the cap of a hazard, and allowed while they do not', async () => {
    const piece = (n: number) => ({ title: `Rooftop, part ${n}`, area: north(50 * n), price_micros: 5_000_000n });
    const rules = await postAll(mintId('agent'), [1, 2, 3, 4, 5].map(piece));
    expect(rules).toEqual([null, null, null, 'linked_hazard_price', 'linked_hazard_price']);
    const cheap = [1, 2, 3, 4, 5].map((n) => ({ ...piece(n), price_micros: 3_000_000n }));
    expect(await postAll(mintId('agent'), cheap)).toEqual([null, null, null, null, null]);
  });

  it('is refused whoever of one person posts the pieces', async () => {
    const [one, other] = [mintId('agent'), mintId('agent')];
    await db.unitOfWork.run(async (tx) => {
      for (const id of [one, other]) await new Clusters().addTrait(tx, id, 'wallet:0xsplit', clock.now());
    });
    const piece = (n: number) => ({ title: `Rooftop, part ${n}`, area: north(50 * n), price_micros: 11_000_000n });
    expect(await post(one, piece(1))).toBeNull();
    expect(await post(other, piece(2))).toBe('linked_hazard_price');
    expect(await post(mintId('agent'), piece(2))).toBeNull();
  });

  it('is refused when all its pieces come at one moment', async () => {
    const agent = mintId('agent');
    const piece = (n: number) => ({ title: `Rooftop, part ${n}`, area: north(50 * n), price_micros: 5_000_000n });
    const rules = await Promise.all([1, 2, 3, 4, 5].map((n) => post(agent, piece(n))));
    expect(rules.filter((rule) => rule === null)).toHaveLength(3);
  });

  it('counts no bounty that never came to be, once a minute has passed', async () => {
    const agent = mintId('agent');
    const piece = (n: number) =>
      terms(agent, { title: `Rooftop, part ${n}`, area: north(0), price_micros: 15_000_000n });
    await gate.check('publish', piece(1)); // Its transaction failed, for want of money.
    expect(await post(agent, piece(2))).toBe('linked_hazard_price');
    clock.advance(61_000);
    expect(await post(agent, piece(2))).toBeNull();
  });
});

describe('a target', () => {
  const look = (day: number, change: Partial<BountySubject> = {}): Partial<BountySubject> => ({
    title: 'Is the light on at the blue door?',
    area: circle(DOOR.lat, DOOR.lng, 40),
    window: { opens_at: clock.now() + day * DAY_MS, closes_at: clock.now() + day * DAY_MS + HOUR_MS },
    ...change,
  });

  it('that is watched, a home-sized spot on several days, is held', async () => {
    const agent = mintId('agent');
    expect(
      await postAll(
        agent,
        [0, 1, 2].map((day) => look(day)),
      ),
    ).toEqual([null, null, null]);
    expect(await post(agent, look(3))).toBe('linked_watch');
    expect(await post(agent, look(3, { area: circle(DOOR.lat, DOOR.lng, 150) }))).toBeNull();
  });

  it('that is followed from place to place is held', async () => {
    const agent = mintId('agent');
    const step = (n: number, m: number): Partial<BountySubject> => ({
      title: 'Who is at the corner?', area: north(m),
      window: { opens_at: clock.now() + n * 600_000, closes_at: clock.now() + n * 600_000 + HOUR_MS },
    }); // prettier-ignore
    const rules = await postAll(agent, [step(0, 0), step(1, 900), step(2, 2_000), step(3, 3_500)].map((one) => ({ ...one, title: 'What is at the corner?' }))); // prettier-ignore
    expect(rules).toEqual([null, null, null, 'linked_following']);
  });
});

describe('an honest agent', () => {
  it('that asks for five beaches, at one time or day after day, passes', async () => {
    const beaches = ['Zurriola', 'La Concha', 'Ondarreta', 'Itzurun', 'Malkorbe'];
    const agent = mintId('agent');
    for (let day = 0; day < 5; day++) {
      const tour = beaches.map((name, n) => ({
        title: `Waves at ${name}: how high?`,
        instructions: 'From the promenade, horizon in view.',
        area: circle(43.32 + n * 0.02, -1.98 - n * 0.03, 150),
        price_micros: 6_000_000n,
      }));
      expect(await postAll(agent, tour)).toEqual([null, null, null, null, null]);
      clock.advance(DAY_MS);
    }
  });

  it('that asks for its five shops in one town passes', async () => {
    const shops = [0, 1, 2, 3, 4].map((n) => ({
      title: `Shelf with bottled water, shop ${n + 1}: full?`,
      purpose: 'retail',
      area: north(n * 700, { lat: 50.11, lng: 8.68 }, 30),
    }));
    const agent = mintId('agent');
    expect(await postAll(agent, shops)).toEqual([null, null, null, null, null]);
    expect(await postAll(agent, shops)).toEqual([null, null, null, null, null]);
  });

  it('is not held for what strangers asked, nor for what it asked long ago', async () => {
    const piece = { title: 'Rooftop flag', area: north(0, { lat: 10, lng: 10 }), price_micros: 15_000_000n };
    const long = { ...piece, window: { closes_at: clock.now() + 30 * DAY_MS } };
    const agent = mintId('agent');
    expect(await post(mintId('agent'), long)).toBeNull();
    expect(await post(agent, long)).toBeNull();
    clock.advance(15 * DAY_MS);
    expect(await post(agent, { ...piece, window: { closes_at: clock.now() + DAY_MS } })).toBeNull();
  });
});

describe('what linkage remembers', () => {
  it('is forgotten when nothing looks back so far, and is never written by a quote', async () => {
    const agent = mintId('agent');
    await db.unitOfWork.run((tx) => gate.look(tx, 'quote', terms(agent, {})));
    const count = async (): Promise<number> =>
      (
        await db.dataSource.query('SELECT count(*)::int AS count FROM policy_footprint WHERE requester_id = $1', [
          agent,
        ])
      )[0].count;
    expect(await count()).toBe(0);
    await post(agent, {});
    expect(await count()).toBe(1);
    clock.advance(15 * DAY_MS);
    await holds.pass();
    expect(await count()).toBe(0);
  });
});
