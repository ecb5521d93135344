import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkedCheckpoint } from '@groundtruth/sdk/feeds';
import { composeAddCheckpoint, cosignatureIn, parseWitnessKey } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../kernel/clock.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { SIGNERS, leafNamed, processOn } from '../../transparency/log.fixture.js';
import { Witnesses, witnessesOf } from '../../transparency/index.js';
import { serveWitness, type WitnessServer } from './witness-server.js';
import { WitnessStore } from './witness-store.js';
import { WitnessOfLogs } from './witness.js';

const SEED = Buffer.alloc(32, 'w');
const NAME = 'witness.example/w1';
const KEYS = SIGNERS.test.keyset;
const START = 1_764_000_000_000;

let db: TestDatabase;
let folder: string;
let log: ReturnType<typeof processOn>;
let proofs: Map<string, Uint8Array[]>;
let notes: Map<number, string>;
/** A log of 1, 2, 5 and 9 leaves. */
beforeAll(async () => {
  db = await testDatabase();
  log = processOn(db.unitOfWork);
  [proofs, notes] = [new Map(), new Map()];
  let size = 0;
  for (const next of [1, 2, 5, 9]) {
    for (; size < next; size++) await log.append('test', leafNamed(`leaf ${size}`));
    await log.sequencer.flush('test');
    notes.set(next, (await db.unitOfWork.run((tx) => log.log.checkpoint(tx, 'test', next)))!.note);
  }
  for (const from of [1, 2, 5]) {
    for (const to of [2, 5, 9].filter((one) => one >= from)) {
      const proof = (await db.unitOfWork.run((tx) => log.log.consistencyProof(tx, 'test', from, to)))!;
      proofs.set(
        `${from}-${to}`,
        proof.hashes.map((hash) => Buffer.from(hash, 'hex')),
      );
    }
  }
});
afterAll(() => db.close());
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'groundtruth-witness-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const witness = async (clock = new ManualClock(START)): Promise<WitnessOfLogs> =>
  new WitnessOfLogs({ name: NAME, seed: SEED }, [KEYS.verifier_key], await WitnessStore.open(folder), clock);
const request = (
  old: number,
  to: number,
  proof = proofs.get(`${old}-${to}`) ?? [],
  checkpoint = notes.get(to)!,
): string => composeAddCheckpoint({ old, proof, checkpoint });

describe('a witness', () => {
  it('cosigns what continues what it saw, with its time, and again when asked again', async () => {
    const one = await witness();
    for (const [old, to] of [[0, 1], [1, 5], [5, 9], [9, 9]] as const) {
      const reply = await one.addCheckpoint(request(old, to, old === to ? [] : undefined));
      expect([old, to, reply.status]).toEqual([old, to, 200]);
      const note = notes.get(to)! + reply.body;
      const checked = await checkedCheckpoint(note, KEYS, { witnesses: [one.verifierKey], minWitnesses: 1 });
      expect(checked.cosigned).toEqual([{ name: NAME, at: START }]);
      const text = note.slice(0, note.indexOf('\n\n') + 1);
      expect(await cosignatureIn(reply.body, text, parseWitnessKey(one.verifierKey))).toMatchObject({ at_s: START / 1_000 });
    }
  }); // prettier-ignore

  it('answers the size that it saw when the log is mistaken about it, also after a restart', async () => {
    await (await witness()).addCheckpoint(request(0, 5));
    const again = await witness();
    for (const [old, to] of [[0, 9], [2, 9], [0, 5]] as const) {
      expect(await again.addCheckpoint(request(old, to))).toEqual({ status: 409, content_type: 'text/x.tlog.size', body: '5\n' });
    }
    expect((await again.addCheckpoint(request(5, 9))).status).toBe(200);
  }); // prettier-ignore

  it('never cosigns a fork, an older tree or growth without its proof', async () => {
    const one = await witness();
    await one.addCheckpoint(request(0, 5));
    const kept = await readdir(folder).then((files) =>
      Promise.all(files.map((file) => readFile(join(folder, file), 'utf8'))),
    );
    const fork = async (size: number) => (await SIGNERS.test.sign(size, new Uint8Array(32).fill(9), START)).note;
    const proof = proofs.get('5-9')!;
    expect((await one.addCheckpoint(request(5, 5, [], await fork(5)))).status).toBe(409);
    expect((await one.addCheckpoint(request(5, 9, proof, await fork(9)))).status).toBe(422);
    expect((await one.addCheckpoint(request(5, 2, []))).status).toBe(400);
    for (const wrong of [[], proof.slice(1), [...proof, proof[0]!], proof.with(0, Buffer.alloc(32))]) {
      expect((await one.addCheckpoint(request(5, 9, wrong))).status).toBe(422);
    }
    expect(
      await readdir(folder).then((files) => Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))),
    ).toEqual(kept);
  });

  it('knows nothing of other logs, and takes no checkpoint that its log did not sign', async () => {
    const one = await witness();
    const stranger = (await SIGNERS.live.sign(3, new Uint8Array(32), START)).note;
    expect((await one.addCheckpoint(request(0, 3, [], stranger))).status).toBe(404);
    const forged = notes.get(5)!.replace(/\n5\n/, '\n6\n');
    expect((await one.addCheckpoint(request(0, 5, [], forged))).status).toBe(403);
    for (const body of [
      '',
      'old 0',
      'old x\n\nnote',
      'old 00\n\nnote',
      `old 0\nAAAA\n\n${notes.get(1)!}`,
      `old 0\n${notes.get(1)!}`,
    ]) {
      expect([400, 404]).toContain((await one.addCheckpoint(body)).status);
    }
    expect((await one.addCheckpoint(request(0, 5, proofs.get('5-9')))).status).toBe(422);
  });

  it('asked by two at once cosigns one history', async () => {
    const one = await witness();
    const replies = await Promise.all([
      one.addCheckpoint(request(0, 5)),
      one.addCheckpoint(request(0, 9)),
      one.addCheckpoint(request(0, 2)),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 409, 409]);
  });

  it('that lost what it saw does not start anew', async () => {
    const one = await witness();
    await one.addCheckpoint(request(0, 5));
    const [file] = await readdir(folder);
    await writeFile(join(folder, file!), '{"origin":"');
    await expect(one.addCheckpoint(request(0, 9))).rejects.toThrow();
  });
});

describe('a witness that is served', () => {
  let server: WitnessServer;
  let failures: unknown[];
  beforeEach(async () => {
    failures = [];
    server = await serveWitness(await witness(), {
      host: '127.0.0.1',
      port: 0,
      onFailure: (error) => void failures.push(error),
    });
  });
  afterEach(() => server.close());

  const post = (body: string): Promise<Response> => fetch(`${server.url}/add-checkpoint`, { method: 'POST', body });
  const HEAD = 'POST /add-checkpoint HTTP/1.1\r\nhost: w\r\n';
  /** More than buffers on the way hold: who closes early breaks the writing of it. */
  const TEXT = 'x'.repeat(16 * 1_024 * 1_024);

  /** As a plain client does it, which writes all before it reads anything. */
  async function answerTo(text: string): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8').pause();
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.end(text, resolve);
    });
    return (await socket.toArray()).join('');
  }

  it.each([
    ['says how much it will be', `${HEAD}content-length: ${TEXT.length}\r\n\r\n${TEXT}`],
    ['does not say it', `${HEAD}transfer-encoding: chunked\r\n\r\n${TEXT.length.toString(16)}\r\n${TEXT}\r\n0\r\n\r\n`],
  ])('answers 413 to a request that is too large and %s', async (_, text) => {
    expect(await answerTo(text)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await post(request(0, 1))).status).toBe(200);
    expect(failures).toEqual([]);
  }); // prettier-ignore

  it('takes a client that hangs up for no fault of its own, and one that it cannot write for one', async () => {
    await answerTo(`${HEAD}content-length: 100\r\n\r\nold 0\n`);
    expect((await post(request(0, 1))).status).toBe(200);
    expect(failures).toEqual([]);
    await rm(folder, { recursive: true });
    expect((await post(request(1, 2))).status).toBe(409);
    expect((await post(request(0, 2))).status).toBe(500);
    expect(failures).toHaveLength(1);
  });
});

describe('a log with witnesses', () => {
  let server: WitnessServer;
  let one: WitnessOfLogs;
  beforeEach(async () => {
    one = await witness();
    server = await serveWitness(one, { host: '127.0.0.1', port: 0, onFailure: (error) => Promise.reject(error) });
  });
  afterEach(() => server.close());

  function rounds(...configured: string[]) {
    const failures: unknown[] = [];
    const clock = new ManualClock(START);
    const ports = {
      unitOfWork: db.unitOfWork,
      log: log.log,
      clock,
      onFailure: (error: unknown) => void failures.push(error),
    };
    return { witnesses: new Witnesses(ports, witnessesOf(configured)), failures, clock };
  }
  const newest = async (): Promise<string> => (await db.unitOfWork.run((tx) => log.log.checkpoint(tx, 'test')))!.note;

  it('serves their cosignatures in its note, and is not held up by one that is gone', async () => {
    await one.addCheckpoint(request(0, 2));
    const gone = 'http://127.0.0.1:9 witness.example/gone+' + one.verifierKey.split('+').slice(1).join('+');
    expect(() => rounds(gone)).toThrow('the id of the witness key is wrong');
    const { witnesses, failures, clock } = rounds(`${server.url}/ ${one.verifierKey}`);
    await witnesses.pass();
    const note = await newest();
    await expect(
      checkedCheckpoint(note, KEYS, { witnesses: [one.verifierKey], minWitnesses: 1 }),
    ).resolves.toMatchObject({ size: 9 });
    await expect(
      checkedCheckpoint(notes.get(9)!, KEYS, { witnesses: [one.verifierKey], minWitnesses: 1 }),
    ).rejects.toMatchObject({ code: 'uncosigned' });
    expect(failures).toEqual([]);
    await server.close();
    await log.append('test', leafNamed('one more'));
    await log.sequencer.flush('test');
    await witnesses.pass();
    expect(failures).toHaveLength(1);
    await witnesses.pass();
    expect(failures).toHaveLength(1);
    clock.advance(60_000);
    await witnesses.pass();
    expect(failures).toHaveLength(2);
    expect((await newest()).match(/^— /gm)).toHaveLength(1);
  });
});
