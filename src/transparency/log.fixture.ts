import { leafHash, toHex, utf8, type Leaf, type Mode } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../kernel/clock.js';
import type { UnitOfWork } from '../platform/database/index.js';
import { Sequencer, TransparencyLog, TransparencyRepository, checkpointSigner, type SequencerPorts } from './index.js';

const signerOf = (mode: Mode, byte: string) =>
  checkpointSigner(mode, {
    origin: `groundtruth.example/log/${mode}`,
    noteSeed: Buffer.alloc(32, byte),
    rootKey: `0x${Buffer.alloc(32, byte).toString('hex')}`,
  });
export const SIGNERS = { test: signerOf('test', 't'), live: signerOf('live', 'l') };

/** For specs: one process's log and sequencer over a database, with what it announced and what failed. */
export function processOn(unitOfWork: UnitOfWork, overrides: Partial<SequencerPorts> = {}) {
  const clock = new ManualClock(1_764_000_000_000);
  const repository = new TransparencyRepository();
  const announced: { mode: Mode; size: number }[] = [];
  const failures: unknown[] = [];
  const ports: SequencerPorts = {
    unitOfWork,
    repository,
    signers: SIGNERS,
    clock,
    announce: async (_, checkpoint) => void announced.push(checkpoint),
    onFailure: (error) => void failures.push(error),
    ...overrides,
  };
  const origins = { test: SIGNERS.test.origin, live: SIGNERS.live.origin };
  const log = new TransparencyLog(repository, origins, clock);
  const append = (mode: Mode, ...leaves: Leaf[]): Promise<void> =>
    unitOfWork.run(async (tx) => {
      for (const leaf of leaves) await log.append(tx, mode, leaf);
    });
  return { log, repository, sequencer: new Sequencer(ports), announced, failures, append };
}

/** A leaf like any other, the same for the same name. */
export function leafNamed(name: string): Leaf {
  const digest = toHex(leafHash(utf8(name)));
  return { v: 1, type: 'verdict', id: `vrd_${digest.slice(0, 32)}`, commitment: digest };
}
