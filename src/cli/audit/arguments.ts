import { parseArgs } from 'node:util';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { UsageError } from '../command.js';

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
  readonly json: string | null;
}

/** @throws {UsageError} */
export function argumentsIn(args: readonly string[]): AuditArguments {
  const values = parsed(args);
  const mode = MODES.find((known) => known === values.mode);
  if (!mode) throw new UsageError(`--mode is one of ${MODES.join(', ')}`);
  const least = values['min-witnesses'] ?? String(values.witness.length);
  if (!/^\d{1,3}$/.test(least)) throw new UsageError('--min-witnesses is a whole number');
  const baseUrl = values['base-url'] ?? null;
  if (baseUrl !== null && !URL.canParse(baseUrl)) throw new UsageError('--base-url is no URL');
  return {
    baseUrl,
    mode,
    keys: values.keys ?? null,
    state: values.state ?? null,
    full: values.full,
    records: values.record,
    witnesses: values.witness,
    minWitnesses: Number(least),
    json: values.json ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'base-url': { type: 'string' },
        mode: { type: 'string', default: 'test' },
        keys: { type: 'string' },
        state: { type: 'string' },
        full: { type: 'boolean', default: false },
        record: { type: 'string', multiple: true, default: [] },
        witness: { type: 'string', multiple: true, default: [] },
        'min-witnesses': { type: 'string' },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
