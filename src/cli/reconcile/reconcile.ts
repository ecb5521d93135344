import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatAmount, MODES, type Mode } from '@groundtruth/sdk/protocol';
import { LedgerService } from '../../ledger/index.js';
import {
  PayoutsRepository,
  reconcile as compare,
  RecipientsRepository,
  ReconciliationStatement,
  type Reconciliation,
  type StripeAccesses,
} from '../../payments/index.js';
import { loadConfig } from '../../platform/config/index.js';
import { createDataSource, UnitOfWork } from '../../platform/database/index.js';
import { SystemClock } from '../../platform/time.js';
import { UsageError, type Command, type CommandLine } from '../command.js';
import { openDatabase } from '../reserves/open.js';
import { openStripe } from './stripe-here.js';

const MATCHES = 0;
const DIFFERS = 1;
const NO_CARDS = 3;

interface Found extends Reconciliation {
  readonly mode: Mode;
}

/** Exit status: 0 everything matches to the cent, 1 something does not, 2 usage, 3 no card processor is configured here. Changes nothing. */
export const reconcile: Command = {
  usage: 'groundtruth reconcile [--json FILE]',
  summary: 'Compares Stripe’s balance transactions, transfers and payouts with the ledger, row by row.',
  async run({ args, env, write }: CommandLine): Promise<number> {
    const { json } = argumentsIn(args);
    const config = loadConfig(env);
    const ending: (() => Promise<unknown>)[] = [];
    try {
      const accesses = await openStripe(config, ending);
      const url = MODES.some((mode) => accesses[mode]) ? await openDatabase(config, ending) : null;
      const found = url === null ? [] : await compared(url, accesses);
      const status = statusOf(found);
      write(inWords(found));
      if (json !== undefined) await writeFile(json, `${asJson(found, status)}\n`);
      return status;
    } finally {
      for (let end = ending.pop(); end; end = ending.pop()) await end();
    }
  },
};

async function compared(url: string, accesses: StripeAccesses): Promise<Found[]> {
  const dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'groundtruth-reconcile' });
  try {
    const clock = new SystemClock();
    const [payouts, recipients] = [new PayoutsRepository(), new RecipientsRepository()];
    const ledger = new LedgerService(clock);
    const statements = new ReconciliationStatement(
      new UnitOfWork(dataSource),
      ledger,
      payouts,
      recipients,
      clock,
      accesses,
    );
    const found: Found[] = [];
    for (const mode of MODES) {
      const statement = await statements.read(mode);
      if (statement) found.push({ mode, ...compare(statement) });
    }
    return found;
  } finally {
    await dataSource.destroy();
  }
}

function statusOf(found: readonly Found[]): number {
  if (found.length === 0) return NO_CARDS;
  return found.every(({ findings }) => findings.length === 0) ? MATCHES : DIFFERS;
}

function inWords(found: readonly Found[]): string {
  if (found.length === 0) return 'no cards are taken here\n';
  return found
    .map(({ mode, matched, in_flight, findings }) => {
      const rows = findings.map(
        ({ rule, row, difference, detail }) => `DIFFERS\t${rule}\t${row}\t${formatAmount(difference)}\t${detail}\n`,
      );
      return `${mode}: ${matched} match, ${in_flight} in flight, ${findings.length} do not match\n${rows.join('')}`;
    })
    .join('');
}

function asJson(found: readonly Found[], status: number): string {
  const asText = (_: string, value: unknown) => (typeof value === 'bigint' ? formatAmount(value) : value);
  return JSON.stringify({ command: 'reconcile', matches: status === MATCHES, modes: found }, asText, 2);
}

function argumentsIn(args: readonly string[]): { json?: string } {
  try {
    return parseArgs({ args: [...args], options: { json: { type: 'string' } } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
