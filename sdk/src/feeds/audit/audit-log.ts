import type { LogKeyset } from '../../protocol/proof.js';
import { checkedCheckpoint, type CheckedCheckpoint, type Witnessing } from './checkpoint.js';
import type { LoggedLeaf } from './entries.js';
import { LogFault } from './fault.js';
import { growthFrom } from './growth.js';
import { readThrough } from './read-through.js';
import type { LogSource } from './source.js';
import { requireLater, requireTimely } from './times.js';
import { keep, openKept, type Kept, type TrustedLog } from './trusted.js';

export interface AuditOptions extends Witnessing {
  /** Obtained once, from a place you trust; keys asked of the server that is audited prove nothing. */
  readonly keys: LogKeyset;
  /** What the last audit returned; null or left out at the first, which believes the first checkpoint it is shown. */
  readonly trusted?: TrustedLog | null | undefined;
  /** The caller's clock, epoch milliseconds. */
  readonly now: number;
  /**
   * `growth`: only that the newest checkpoint continues the trusted one; a few requests, whatever the size. `entries`, the default: besides,
   * every tile, every checkpoint and every entry since then, or of the whole log when nothing is trusted yet.
   */
  readonly depth?: 'growth' | 'entries' | undefined;
  /** Test logs record nothing of worth; they are refused unless this says otherwise. */
  readonly allowTest?: boolean | undefined;
  /** Told of each new leaf in order, before the root above it is checked: believe them when the audit resolves. */
  readonly onLeaf?: ((leaf: LoggedLeaf) => void) | undefined;
}

export interface AuditedLog {
  /** Keep this, and give it to the next audit. */
  readonly trusted: TrustedLog;
  readonly checkpoint: CheckedCheckpoint;
  /** How many leaves and signed checkpoints were read this time. */
  readonly leaves: number;
  readonly checkpoints: number;
}

/**
 * Audits a log by nothing but its keys and what was kept of it, with code that shares nothing with the server's. Pure of clocks; repeatable.
 *
 * @example
 * const source = httpLogSource({ baseUrl, mode: 'test' });
 * const { trusted } = await auditLog(source, { keys: { mode: 'test', ...keys.log }, allowTest: true, trusted: kept, now: Date.now() });
 * await writeFile('log.json', JSON.stringify(trusted));
 * @throws {LogFault} naming what the log was caught at. Whatever the source throws passes through: an outage is no verdict.
 */
export async function auditLog(source: LogSource, options: AuditOptions): Promise<AuditedLog> {
  const { keys, now, depth = 'entries', allowTest = false } = options;
  if (keys.mode === 'test' && !allowTest) throw new LogFault('wrong_key', 'this is a test log');
  const kept = options.trusted ? openKept(options.trusted, keys) : null;
  const checkpoint = await newestOf(source, kept, options);
  if (kept) requireOnward(kept, checkpoint);
  requireTimely(checkpoint, kept, now);
  const read =
    depth === 'growth'
      ? { tree: await growthFrom(source, kept, checkpoint), leaves: 0, checkpoints: 1 }
      : await readThrough(source, kept, checkpoint, options);
  const { leaves, checkpoints } = read;
  const { signed_at, note } = checkpoint;
  return {
    leaves,
    checkpoints,
    checkpoint,
    trusted: keep(read.tree, { origin: keys.origin, signed_at, seen_at: now, note }),
  };
}

async function newestOf(source: LogSource, kept: Kept | null, options: AuditOptions): Promise<CheckedCheckpoint> {
  const note = await source.checkpoint();
  if (note !== null) return checkedCheckpoint(note, options.keys, options);
  const detail = kept ? `a log of ${kept.size} leaves shows no checkpoint` : 'the log has no checkpoint yet';
  throw new LogFault(kept ? 'truncated' : 'not_logged', detail, { size: kept?.size ?? 0 });
}

/** What needs no further request: a log does not shrink, and its time goes on. */
function requireOnward(kept: Kept, newest: CheckedCheckpoint): void {
  if (newest.size < kept.size) {
    const facts = { trusted_size: kept.size, trusted_note: kept.note, size: newest.size, note: newest.note };
    throw new LogFault('truncated', `a log of ${kept.size} leaves shows ${newest.size}`, facts);
  }
  requireLater(kept, newest);
}
