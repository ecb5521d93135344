import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentClient } from '@groundtruth/sdk/agent';
import { FeedClient } from '@groundtruth/sdk/feeds';
import { deliver, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { sheepWithCard } from '../support/photos.js';

type VerdictAnswer = Awaited<ReturnType<AgentClient['captures']['verdict']>>;

let market: TestMarket;
let folder: string;
let bundle: VerdictAnswer;
/** As the requester gets the same verdict. */
let bought: VerdictAnswer;
let apiKey: string;
let picture: Buffer;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  market = await testMarket();
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
  const agent = await market.funded();
  const bounty = await agent.client.bounties.create(
    sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], code_in_scene: true } }),
  );
  const worker = await newWorker(market.baseUrl, 'Aiko');
  const reservation = await worker.client.reservations.create(bounty.id);
  picture = await sheepWithCard(reservation.challenge.code);
  const { id } = await deliver(worker, reservation, shotOf(picture));
  bundle = await eventually(async () => {
    const answer = await worker.client.captures.verdict(id);
    return answer.proof ? answer : null;
  }, 'the proof of the verdict');
  bought = await agent.client.captures.verdict(id);
  apiKey = agent.api_key;
  const changed = Buffer.from(picture);
  changed[changed.length >> 1]! ^= 1;
  await writeFile(file('bought.json'), JSON.stringify(bought));
  const feeds = new FeedClient({ baseUrl: market.baseUrl, apiKey });
  for await (const card of feeds.stream({ signal: AbortSignal.timeout(30_000) })) {
    const read = await feeds.observations.get(card.id);
    await writeFile(file('read.json'), JSON.stringify(read));
    const published = await fetch(read.body!.media!.url);
    await writeFile(file('published.jpg'), Buffer.from(await published.arrayBuffer()));
    break;
  }
  await writeFile(file('verdict.json'), JSON.stringify(bundle));
  await writeFile(file('keys.json'), JSON.stringify(await new FeedClient({ baseUrl: market.baseUrl }).keys('test')));
  await writeFile(file('photo.jpg'), picture);
  await writeFile(file('changed.jpg'), changed);
}, 300_000);
afterAll(async () => {
  await market.end();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command in a process of its own, which shares nothing with the market but the built program and its models. */
function groundtruth(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const program = join(process.cwd(), 'dist/src/cli/groundtruth.js');
  const options = { env: { PATH: process.env.PATH, DATA_DIR: '.groundtruth/test-market', ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const verify = (...args: string[]): Promise<Ran> => groundtruth(['verify', ...args, '--keys', file('keys.json')]);
const statuses = ({ out }: Ran): Record<string, string> =>
  Object.fromEntries((JSON.parse(out).checks as { check: string; status: string }[]).map((c) => [c.check, c.status]));

const items = ({ out }: Ran): Record<string, string> =>
  Object.fromEntries((JSON.parse(out).items as { item: string; status: string }[]).map((i) => [i.item, i.status]));

describe('a verdict made in one process', () => {
  it('is reproduced in another, from the original and what its contributor is given', async () => {
    const ran = await verify(file('verdict.json'), '--original', file('photo.jpg'), '--json');
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(ran.out)).toMatchObject({
      level: 3,
      result: 'same',
      ruling: { outcome: 'accepted', tier: 'signed' },
    });
    const replayed = statuses(ran);
    expect(Object.keys(replayed)).toEqual(bundle.verdict.checks.map(({ check }) => check));
    expect(replayed).toMatchObject({ integrity: 'same', challenge: 'same', duplicate: 'taken', objects: 'same' });
  });

  it('shows a changed byte of the original', async () => {
    const ran = await verify(file('verdict.json'), '--original', file('changed.jpg'), '--json');
    expect([ran.code, JSON.parse(ran.out).result, statuses(ran).integrity]).toEqual([5, 'differs', 'differs']);
  });

  it('shows a threshold or a model that was changed after it was signed', async () => {
    const forge = (change: object): string =>
      JSON.stringify({
        ...bundle,
        verdict: {
          ...bundle.verdict,
          checks: bundle.verdict.checks.map((c) => (c.check === 'objects' ? { ...c, ...change } : c)),
        },
      });
    for (const change of [{ threshold: 0.05 }, { model_sha256: 'ab'.repeat(32) }]) {
      await writeFile(file('forged.json'), forge(change));
      const ran = await verify(file('forged.json'), '--original', file('photo.jpg'));
      expect(ran.code).toBe(5);
      expect(ran.out).toMatch(/differs +checks/);
      expect(ran.out).toMatch(new RegExp(`differs +objects +${Object.keys(change)[0]}`));
    }
  });

  it('is checked by anyone as far as anyone can', async () => {
    const bare = file('bare.json');
    await writeFile(bare, JSON.stringify(bundle.verdict));
    const ran = await verify(bare);
    expect([ran.code, ran.out.includes('not_checked  log')]).toEqual([6, true]);
    expect((await verify(file('verdict.json'))).code).toBe(0);
  });

  it('has its content checked by whoever bought the media', async () => {
    const ran = await verify(file('bought.json'), '--media', file('photo.jpg'), '--json');
    const content = statuses(ran);
    expect([ran.code, JSON.parse(ran.out).level, content.objects, 'geofence' in content]).toEqual([
      0,
      2,
      'same',
      false,
    ]);
  });

  it('has the checks of its published picture run again by whoever bought the observation', async () => {
    const sold = ['--media', file('published.jpg'), '--observation', file('read.json')];
    const ran = await verify(file('bought.json'), ...sold, '--json');
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    expect(statuses(ran)).toMatchObject({ objects: 'same' });
    expect(items(ran)).toMatchObject({ observation: 'same', media: 'same' });

    const other = await verify(file('bought.json'), '--media', file('photo.jpg'), ...sold.slice(2), '--json');
    expect([other.code, items(other).media]).toEqual([5, 'differs']);
    const { body } = JSON.parse(await readFile(file('read.json'), 'utf8')) as { body: { record: { media: object } } };
    body.record.media = { ...body.record.media, checks: [] };
    await writeFile(file('forged-read.json'), JSON.stringify({ body }));
    const forged = await verify(file('bought.json'), ...sold.slice(0, 3), file('forged-read.json'), '--json');
    expect([forged.code, items(forged).observation]).toEqual([5, 'differs']);
  });

  it('keeps its inputs from its requester, who cannot replay the original', async () => {
    expect(bundle.inputs).toMatchObject({ capture_id: bundle.verdict.capture_id });
    expect(bought.inputs).toBeNull();
    const ran = await verify(file('bought.json'), '--original', file('photo.jpg'));
    expect([ran.code, ran.err.includes('needs the inputs')]).toEqual([2, true]);
  });

  it('is fetched by the id of its capture with the key of a party', async () => {
    const env = { GROUNDTRUTH_URL: market.baseUrl, GROUNDTRUTH_API_KEY: apiKey };
    const ran = await groundtruth(['verify', bundle.verdict.capture_id], env);
    expect([ran.code, ran.out.includes('result: same')]).toEqual([0, true]);
  });
});

describe('the command line', () => {
  it.each([
    [[]],
    [['nothing']],
    [['verify']],
    [['verify', 'a', 'b']],
    [['verify', '/nowhere.json']],
    [['verify', 'x.json', '--media', 'a', '--original', 'b']],
    [['verify', 'x.json', '--unknown']],
    [['verify', 'x.json', '--observation', 'a']],
    [['verify', `cap_${'0'.repeat(32)}`]],
  ])('%j ends with 2 and a word on how it is used', async (args) => {
    const ran = await groundtruth(args);
    expect([ran.code, ran.out, /usage:/.test(ran.err)]).toEqual([2, '', true]);
  });
});
