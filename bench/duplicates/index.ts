import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource, migrate, sql, sqlOne, UnitOfWork, type Tx } from '../../src/platform/database/index.js';
import { erasePostgres, startPostgres } from '../../src/platform/embedded/postgres.js';
import { insertBareCaptures } from '../../test/support/bare-captures.js';
import { hashOfGrey } from '../../workers/verifier/media/perceptual-hash.js';
import { median, writeReport, type BenchReport } from '../report.js';
import { resavedPhotographs, type Hashes } from './photographs.js';
import { sceneHashes } from './scene-hashes.js';
import { randomOf, scene } from './scenes.js';

const CAPTURES = 1_000_000;
const BATCH = 5_000;
const QUESTIONS = 600;
/** Bits within which every copy must be found: multi-index hashing with 16 words promises it. */
const SURE_BITS = 31;
const NEAR_BITS = 60;
const SCANS = 7;

interface Question {
  readonly hashes: Hashes;
  /** The stored capture it is a copy of; null for a picture never seen. */
  readonly copy_of: string | null;
  readonly distance: number;
}

/**
 * Asks the database's own `near_hash` among a million pictures: views of real photographs, and rendered scenes. The questions are
 * re-saved copies of the photographs, scenes with up to 31 bits changed, and scenes never seen. Each is one transaction, as the
 * verifier makes it: the new hash is stored with the answer. The baseline is a scan of all hashes by the same server.
 */
export async function run({ json }: { json?: string }): Promise<BenchReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'duplicates-bench-'));
  const postgres = await startPostgres({ dataDir });
  const dataSource = await createDataSource({ url: postgres.url, poolMax: 2, applicationName: 'bench' });
  try {
    await migrate(dataSource);
    const unitOfWork = new UnitOfWork(dataSource);
    const photographs = await resavedPhotographs();
    const originals = photographs.map(({ original }) => original);
    await fill(unitOfWork, originals);
    const questions = shuffled([
      ...photographs.flatMap(({ original, copies }, i) => copies.map((copy) => question(copy, original, idOf(i)))),
      ...Array.from({ length: QUESTIONS }, (_, i) => changedScene(i, originals.length)),
      ...Array.from({ length: QUESTIONS }, (_, i) => ({
        hashes: hashOfGrey(scene(CAPTURES + i)),
        copy_of: null,
        distance: 256,
      })),
    ]);
    const answers = await ask(unitOfWork, questions);
    const scans = await scanAll(unitOfWork, questions);
    const recall = (of: readonly Answer[]): number => of.filter(({ found }) => found).length / of.length;
    const copies = answers.filter(({ copy_of, distance }) => copy_of !== null && distance <= NEAR_BITS);
    const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
    const figures = {
      hashes: CAPTURES,
      questions: answers.length,
      p50_ms: median(sorted),
      p99_ms: sorted[Math.floor(sorted.length * 0.99)]!,
      recall_31: recall(copies.filter(({ distance }) => distance <= SURE_BITS)),
      recall_60: recall(copies.filter(({ resaved }) => resaved)),
      resaved: copies.filter(({ resaved }) => resaved).length,
      resaved_farther_than_60: answers.filter(({ resaved, distance }) => resaved && distance > NEAR_BITS).length,
      strangers_called_near: answers.filter(({ copy_of, near }) => copy_of === null && near).length,
    };
    const ratios = { p50_vs_scan: median(scans) / median(sorted) };
    return await writeReport({ bench: 'duplicates', ratios, figures }, json);
  } finally {
    await dataSource.destroy();
    await erasePostgres(dataDir);
  }
}

const idOf = (number: number): string => `cap_${number}`;

/** Settled captures with their hashes: the photographs first, then scenes. */
async function fill(unitOfWork: UnitOfWork, photographs: readonly Hashes[]): Promise<void> {
  let next = 0;
  for await (const scenes of sceneHashes(CAPTURES, BATCH)) {
    const numbers = scenes.map((_, i) => next + i);
    next += scenes.length;
    const hashes = numbers.map((number, i) => photographs[number]?.upright ?? scenes[i]!);
    await unitOfWork.run(async (tx) => {
      const captures = numbers.map((number) => ({
        id: idOf(number),
        state: 'settled',
        t1: 0,
        reservation_id: `rsv_${number}`,
      }));
      await insertBareCaptures(tx, captures);
      await sql(
        tx,
        `INSERT INTO capture_hash (capture_id, mode, upright)
         SELECT id, 'test', ('x' || hash)::bit(256) FROM unnest($1::text[], $2::text[]) AS filled (id, hash)`,
        [numbers.map(idOf), hashes],
      );
    });
  }
  await unitOfWork.run((tx) => sql(tx, 'ANALYZE capture_hash, capture'));
}

interface Answer extends Question {
  readonly near: boolean;
  /** Whether it was recognised as the capture it copies. */
  readonly found: boolean;
  readonly resaved: boolean;
  readonly ms: number;
}

async function ask(unitOfWork: UnitOfWork, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [i, question] of questions.entries()) {
    const id = `cap_question_${i}`;
    const bare = { id, state: 'verifying', t1: 1_000 + i, reservation_id: `rsv_question_${i}` };
    await unitOfWork.run((tx) => insertBareCaptures(tx, [bare]));
    const began = performance.now();
    const near = await unitOfWork.run((tx) => nearHash(tx, id, question.hashes));
    const ms = performance.now() - began;
    const matches = await unitOfWork.run((tx) =>
      sql<{ earlier_id: string }>(tx, 'SELECT earlier_id FROM capture_match WHERE capture_id = $1', [id]),
    );
    const found = matches.some(({ earlier_id }) => earlier_id === question.copy_of);
    answers.push({ ...question, near, found, ms, resaved: isPhotograph(question.copy_of) });
    await unitOfWork.run(async (tx) => void (await sql(tx, 'DELETE FROM capture_match WHERE capture_id = $1', [id])));
  }
  return answers;
}

async function nearHash(tx: Tx, id: string, { upright, mirror }: Hashes): Promise<boolean> {
  const row = await sqlOne<{ near: boolean }>(tx, 'SELECT verifier_api.near_hash($1, $2, $3) AS near', [
    id,
    upright,
    mirror,
  ]);
  return row!.near;
}

/** Milliseconds of looking at every hash. */
async function scanAll(unitOfWork: UnitOfWork, questions: readonly Question[]): Promise<number[]> {
  const text = `SELECT count(*) FROM capture_hash h WHERE least(bit_count(h.upright # ('x' || $1)::bit(256)), bit_count(h.upright # ('x' || $2)::bit(256))) <= ${NEAR_BITS}`;
  const times: number[] = [];
  for (const { hashes } of questions.slice(0, SCANS)) {
    const began = performance.now();
    await unitOfWork.run((tx) => sql(tx, text, [hashes.upright, hashes.mirror]));
    times.push(performance.now() - began);
  }
  return times;
}

const PHOTOGRAPHS_MAX = 1_000;
const isPhotograph = (id: string | null): boolean => id !== null && Number(id.slice(4)) < PHOTOGRAPHS_MAX;

function question(copy: Hashes, original: Hashes, copy_of: string): Question {
  const distance = Math.min(distanceOf(copy.upright, original.upright), distanceOf(copy.mirror, original.upright));
  return { hashes: copy, copy_of, distance };
}

/** A stored scene with 0 to 31 of its bits changed. */
function changedScene(i: number, photographs: number): Question {
  const random = randomOf(i);
  const number =
    Math.max(photographs, PHOTOGRAPHS_MAX) + Math.floor(random() * (CAPTURES - PHOTOGRAPHS_MAX - photographs));
  const { upright, mirror } = hashOfGrey(scene(number));
  const bytes = Buffer.from(upright, 'hex');
  const bits = new Set(Array.from({ length: i % (SURE_BITS + 1) }, () => Math.floor(random() * 256)));
  for (const bit of bits) bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return { hashes: { upright: bytes.toString('hex'), mirror }, copy_of: idOf(number), distance: bits.size };
}

function distanceOf(a: string, b: string): number {
  const [one, other] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  let bits = 0;
  for (const [i, byte] of one.entries()) for (let rest = byte ^ other[i]!; rest > 0; rest &= rest - 1) bits++;
  return bits;
}

function shuffled<T>(items: readonly T[]): T[] {
  const random = randomOf(0);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
