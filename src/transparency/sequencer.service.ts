import { MODES, leafHash, sameBytes, type Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import type { Clock } from '../kernel/clock.js';
import { sql, type Tx, type UnitOfWork } from '../platform/database/index.js';
import type { CheckpointSigner } from './checkpoint.signer.js';
import { Frontier } from './frontier.js';
import { hashRanges, tileExtensions, tilesOf } from './tiles.js';
import type { TransparencyRepository } from './transparency.repository.js';

/** Leaves one transaction integrates at most: some tens of milliseconds of hashing and writing. */
export const BATCH_LEAVES_MAX = 4_096;
/** How long a sequencer waits for another one, and how long it may itself hold the log, in milliseconds. */
const LOCK_WAIT_MS = 5_000;
const LOCK_HOLD_MS = 10_000;

/** What the sequencer needs from outside. */
export interface SequencerPorts {
  readonly unitOfWork: UnitOfWork;
  readonly repository: TransparencyRepository;
  readonly signers: Readonly<Record<Mode, CheckpointSigner>>;
  readonly clock: Clock;
  /** Records the outbox event `log.checkpoint` in the checkpoint's own transaction. */
  readonly announce: (tx: Tx, checkpoint: { mode: Mode; size: number }) => Promise<void>;
  /** Told about a failed run that nobody awaits. The leaves stay pending; the next kick takes them. */
  readonly onFailure: (error: unknown, mode: Mode) => void;
}

/** Runs of one mode: one at a time, and at most one waiting behind it. */
interface Lane {
  current: Promise<void>;
  next: Promise<void> | null;
}

/**
 * Gives committed leaves their places and signs what came of it. Any number may run: the row lock on the log's head lets
 * one through at a time, and the database ends a transaction that holds it too long.
 */
export class Sequencer {
  private readonly lanes = new Map<Mode, Lane>(
    MODES.map((mode) => [mode, { current: Promise.resolve(), next: null }] as const),
  );
  private readonly audited = new Set<Mode>();
  private readonly signed: ((mode: Mode) => void)[] = [];

  constructor(private readonly ports: SequencerPorts) {}

  /** Adds a listener that hears of each checkpoint right after its commit, in this process; `announce` reaches the others. It must not throw. */
  onSigned(listener: (mode: Mode) => void): void {
    this.signed.push(listener);
  }

  /**
   * Asks for a checkpoint over everything committed so far: at once when idle, else right after the run in progress.
   * Call after each commit that appended, at start, and now and then, for a process may die between commit and kick.
   */
  kick(mode: Mode): void {
    this.flush(mode).catch((error: unknown) => this.ports.onFailure(error, mode));
  }

  /** Like `kick`, and resolves when a checkpoint covers every leaf committed before the call. All callers share one run. */
  flush(mode: Mode): Promise<void> {
    const lane = this.lanes.get(mode)!;
    const begin = (): Promise<void> => {
      lane.next = null;
      lane.current = this.drain(mode);
      return lane.current;
    };
    // A failed run has told its own callers; the next one starts afresh.
    lane.next ??= lane.current.then(begin, begin);
    return lane.next;
  }

  /** Integrates at most `BATCH_LEAVES_MAX` pending leaves in one transaction. @returns how many; 0 signs nothing. */
  async integrate(mode: Mode): Promise<number> {
    return this.ports.unitOfWork.run((tx) => this.integrateIn(tx, mode));
  }

  private async drain(mode: Mode): Promise<void> {
    for (let placed = BATCH_LEAVES_MAX; placed === BATCH_LEAVES_MAX;) {
      placed = await this.integrate(mode);
      if (placed > 0) this.signed.forEach((listener) => listener(mode));
    }
  }

  private async integrateIn(tx: Tx, mode: Mode): Promise<number> {
    const { repository, signers, clock, announce } = this.ports;
    await boundHold(tx);
    const head = await repository.lockHead(tx, mode);
    const signer = signers[mode];
    assert(
      head.origin === null || head.origin === signer.origin,
      `the ${mode} log is ${head.origin}, not ${signer.origin}`,
    );
    const frontier = Frontier.of(head.size, head.frontier);
    if (!this.audited.has(mode)) await this.audit(tx, mode, frontier);

    const leaves = await repository.indexPending(tx, mode, head.size, BATCH_LEAVES_MAX);
    if (leaves.length === 0) return 0;
    const hashes = leaves.flatMap(({ leaf_index, entry }) => {
      assert(leaf_index === frontier.size, `leaf ${leaf_index} came when ${frontier.size} was next`);
      return frontier.push(leafHash(entry));
    });
    await repository.extendTiles(tx, mode, tileExtensions(hashes));

    const size = frontier.size;
    const root = frontier.root();
    // Nobody sees these signatures before the commit, so a run that fails here has signed nothing that counts.
    const at = Math.max(clock.now(), (await repository.lastSignedAt(tx, mode)) ?? 0);
    const { note, log_root } = await signer.sign(size, root, at);
    const root_signature = Buffer.from(log_root.signature.slice(2), 'hex');
    await repository.advanceHead(tx, mode, head.size, { origin: signer.origin, size, frontier: frontier.bytes() });
    await repository.insertCheckpoint(tx, mode, { size, note, root: Buffer.from(root), root_signature }, at);
    await announce(tx, { mode, size });
    return leaves.length;
  }

  /** Before its first signature a process checks that the tiles it would prove from have the root it would build on. */
  private async audit(tx: Tx, mode: Mode, frontier: Frontier): Promise<void> {
    if (frontier.size > 0) {
      const whole = [[0, frontier.size]] as const;
      const [root] = hashRanges(whole, await this.ports.repository.tiles(tx, mode, tilesOf(whole)));
      assert(sameBytes(root!, frontier.root()), `tiles and head of the ${mode} log disagree`);
    }
    this.audited.add(mode);
  }
}

async function boundHold(tx: Tx): Promise<void> {
  await sql(
    tx,
    `SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true),
            set_config('idle_in_transaction_session_timeout', $2, true)`,
    [`${LOCK_WAIT_MS}ms`, `${LOCK_HOLD_MS}ms`],
  );
}
