import { UsageError } from '@groundtruth/sdk/cli';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';

/** What the command was given. */
export interface AuditOptions {
  readonly 'base-url': string | undefined;
  readonly mode: string;
  readonly keys: string | undefined;
  readonly state: string | undefined;
  readonly full: boolean;
  readonly record: readonly string[];
  readonly witness: readonly string[];
  readonly 'min-witnesses': string | undefined;
  readonly report: string | undefined;
}

export interface AuditArguments {
  /** Null: the database of this configuration is audited. */
  readonly baseUrl: string | null;
  readonly mode: Mode;
  readonly keys: string | null;
  readonly state: string | null;
  /** Reads the whole log again, whatever the state file says was read before. */
  readonly full: boolean;
  /** Files of verdicts or observations that must be in the log. */
  readonly records: readonly string[];
  readonly witnesses: readonly string[];
  readonly minWitnesses: number;
  readonly report: string | null;
}

/** @throws {UsageError} */
export function argumentsIn(options: AuditOptions): AuditArguments {
  const least = options['min-witnesses'] ?? String(options.witness.length);
  if (!/^\d{1,3}$/.test(least)) throw new UsageError('--min-witnesses is a whole number');
  const baseUrl = options['base-url'] ?? null;
  if (baseUrl !== null && !URL.canParse(baseUrl)) throw new UsageError('--base-url is no URL');
  return {
    baseUrl,
    mode: MODES.find((known) => known === options.mode)!,
    keys: options.keys ?? null,
    state: options.state ?? null,
    full: options.full,
    records: options.record,
    witnesses: options.witness,
    minWitnesses: Number(least),
    report: options.report ?? null,
  };
}
