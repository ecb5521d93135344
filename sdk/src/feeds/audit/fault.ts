/**
 * What a log can be caught at:
 *
 * - `malformed`: an answer is not what the format says; nothing is known about the log behind it.
 * - `wrong_origin`, `wrong_key`: signed for another log, or not by the log's key.
 * - `two_stories`: note and EIP-712 root of one checkpoint differ, or the latter is not signed by the log.
 * - `truncated`: leaves that were seen or are signed for are no longer there.
 * - `forked`: the log signs a tree that does not continue the trusted one. Keep both checkpoints: together they are the proof.
 * - `tree_changed`: the tiles it serves do not hash to the root it signed.
 * - `entry_changed`: an entry it serves does not hash to its leaf, is no leaf of this protocol, or stands there twice.
 * - `backdated`: a checkpoint claims an earlier time than one before it, or than the moment at which it was not there yet.
 * - `postdated`: a checkpoint claims a time that has not come.
 * - `uncosigned`: fewer witnesses than demanded vouch for the checkpoint.
 * - `not_logged`: a record that should be in the log is not, or with another commitment.
 */
export const LOG_FAULTS = [
  'malformed',
  'wrong_origin',
  'wrong_key',
  'two_stories',
  'truncated',
  'forked',
  'tree_changed',
  'entry_changed',
  'backdated',
  'postdated',
  'uncosigned',
  'not_logged',
] as const;
export type LogFaultCode = (typeof LOG_FAULTS)[number];

/** The log, or whoever stands between, was caught. Never means "try again": the same bytes fail for ever. */
export class LogFault extends Error {
  override readonly name = 'LogFault';

  constructor(
    readonly code: LogFaultCode,
    detail: string,
    /** What whoever is told of it needs to check it: indexes, sizes, roots, notes. */
    readonly facts: Readonly<Record<string, string | number | null>> = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}
