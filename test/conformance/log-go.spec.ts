import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { leafBytes, leafHash, toHex } from '@groundtruth/sdk/protocol';
import { SIGNERS, leafNamed, processOn } from '../../src/transparency/log.fixture.js';
import { testDatabase } from '../support/postgres.js';

/** Where Debian's golang-golang-x-mod-dev puts its sources; another place by GOCODE. */
const GOCODE = process.env.GOCODE ?? '/usr/share/gocode';
const GO = 'go';
const hasGo =
  existsSync(join(GOCODE, 'src/golang.org/x/mod/sumdb/tlog')) &&
  spawnSync(GO, ['version'], { stdio: 'ignore' }).status === 0;

const SIZES = [1, 2, 7, 255, 256, 257, 512, 700];
const PROOFS = 300;

describe('Go’s golang.org/x/mod/sumdb', () => {
  if (!hasGo)
    process.stdout.write(
      'skipped: Go with golang.org/x/mod is not installed (Debian: golang-go golang-golang-x-mod-dev)\n',
    );
  (hasGo ? it : it.skip)(
    'opens our checkpoint, reads our tiles and gives the same proofs to the byte',
    async () => {
      const db = await testDatabase();
      const folder = await mkdtemp(join(tmpdir(), 'groundtruth-tlog-'));
      try {
        await exportLog(db, folder);
        const ran = spawnSync(GO, ['run', join(process.cwd(), 'test/conformance/tlog/main.go'), folder], {
          env: { ...process.env, GO111MODULE: 'off', GOPATH: GOCODE, GOCACHE: join(tmpdir(), 'groundtruth-go-cache') },
          encoding: 'utf8',
        });
        expect([ran.stderr, ran.stdout]).toEqual(['', `${2 * PROOFS} proofs of 700 leaves\n`]);
      } finally {
        await rm(folder, { recursive: true, force: true });
        await db.close();
      }
    },
    300_000,
  );
});

/** A log as files, at several sizes signed on the way, with proofs that the server's code made. */
async function exportLog(db: Awaited<ReturnType<typeof testDatabase>>, folder: string): Promise<void> {
  const { log, append, sequencer } = processOn(db.unitOfWork);
  const leaves = Array.from({ length: SIZES.at(-1)! }, (_, i) => leafNamed(`go ${i}`));
  let done = 0;
  for (const size of SIZES) {
    await append('test', ...leaves.slice(done, size));
    await sequencer.flush('test');
    done = size;
  }
  const write = async (name: string, bytes: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  };
  await write('key', SIGNERS.test.keyset.verifier_key);
  await db.unitOfWork.run(async (tx) => {
    await write('checkpoint', (await log.checkpoint(tx, 'test'))!.note);
    for (const path of ['0/000', '0/001', '0/002.p/188', '1/000.p/2']) {
      await write(`tile/${path}`, (await log.resource(tx, 'test', path))!);
    }
    const proofs: object[] = [];
    for (let i = 0; i < PROOFS; i++) {
      const size = SIZES[i % SIZES.length]!;
      const [index, from] = [(i * 7919) % size, SIZES[(i * 3) % ((i % SIZES.length) + 1)]!];
      const leaf = leaves[index]!;
      const record = (await log.inclusionProof(tx, 'test', leaf.id, size))!;
      const tree = (await log.consistencyProof(tx, 'test', from, size))!;
      proofs.push({
        Kind: 'record',
        Index: index,
        Size: size,
        Leaf: toHex(leafHash(leafBytes(leaf))),
        Hashes: record.hashes,
      });
      proofs.push({ Kind: 'tree', From: from, Size: size, Hashes: tree.hashes });
    }
    await write('proofs.json', JSON.stringify(proofs));
  });
}
