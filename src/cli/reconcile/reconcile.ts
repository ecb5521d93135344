import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatAmount, MODES, type Mode } from '@groundtruth/sdk/protocol';
import { LedgerService } from '../../ledger/index.js';
import {
  EXPLANATION_KINDS,
  Explanations,
  PayoutsRepository,
  reconcile as compare,
  RecipientsRepository,
  ReconciliationStatement,
  type ExplanationKind,
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
const WORDS_MAX = 500;

interface Found extends Reconciliation {
  readonly mode: Mode;
}
interface Wish {
  readonly json?: string;
  readonly explain?: { readonly reference: string; readonly kind: ExplanationKind; readonly words: string };
}
interface Desk {
  readonly statements: ReconciliationStatement;
  readonly explanations: Explanations;
}

/**
 * Exit status: 0 everything matches to the cent, or the row is explained now; 1 something does not match, or there is nothing to explain;
 * 2 usage; 3 no card processor is configured here. Only `explain` changes something: one transfer of the ledger, once for each row.
 */
export const reconcile: Command = {
  usage: 'groundtruth reconcile [--json FILE] | reconcile explain TXN --as owner|cost|loss --because WORDS',
  summary: 'Compares Stripe’s balance transactions, transfers and payouts with the ledger, row by row; explains one.',
  async run({ args, env, write }: CommandLine): Promise<number> {
    const wish = wishIn(args);
    const config = loadConfig(env);
    const ending: (() => Promise<unknown>)[] = [];
    try {
      const accesses = await openStripe(config, ending);
      const url = MODES.some((mode) => accesses[mode]) ? await openDatabase(config, ending) : null;
      const desk = url === null ? null : await openDesk(url, accesses, ending);
      if (desk && wish.explain) return await explained(desk, wish.explain, write);
      const found = desk ? await compared(desk) : [];
      const status = statusOf(found);
      write(inWords(found));
      if (wish.json !== undefined) await writeFile(wish.json, `${asJson(found, status)}\n`);
      return status;
    } finally {
      for (let end = ending.pop(); end; end = ending.pop()) await end();
    }
  },
};

async function openDesk(url: string, accesses: StripeAccesses, ending: (() => Promise<unknown>)[]): Promise<Desk> {
  const dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'groundtruth-reconcile' });
  ending.push(() => dataSource.destroy());
  const clock = new SystemClock();
  const unitOfWork = new UnitOfWork(dataSource);
  const ledger = new LedgerService(clock);
  const [payouts, recipients] = [new PayoutsRepository(), new RecipientsRepository()];
  const statements = new ReconciliationStatement(unitOfWork, ledger, payouts, recipients, clock, accesses);
  return { statements, explanations: new Explanations(unitOfWork, ledger, statements, clock, accesses) };
}

async function compared({ statements }: Desk): Promise<Found[]> {
  const found: Found[] = [];
  for (const mode of MODES) {
    const statement = await statements.read(mode);
    if (statement) found.push({ mode, ...compare(statement) });
  }
  return found;
}

/** In whichever mode has the row: no two modes share one. */
async function explained(
  { explanations }: Desk,
  wish: NonNullable<Wish['explain']>,
  write: CommandLine['write'],
): Promise<number> {
  for (const mode of MODES) {
    const explanation = await explanations.explain({ mode, ...wish });
    if (!explanation) continue;
    const { change, kind, words, transfer_id } = explanation;
    write(`${mode}: ${wish.reference} is booked as ${kind}: ${formatAmount(change)}, ${transfer_id}: ${words}\n`);
    return MATCHES;
  }
  write(`${wish.reference} is no row that waits for an explanation\n`);
  return DIFFERS;
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

function wishIn(args: readonly string[]): Wish {
  const [command, reference] = args;
  if (command !== 'explain') return optionsIn(args, { json: { type: 'string' } });
  const { as, because } = optionsIn(args.slice(2), { as: { type: 'string' }, because: { type: 'string' } });
  const kind = EXPLANATION_KINDS.find((one) => one === as);
  const words = because?.trim() ?? '';
  if (!reference || reference.startsWith('-')) throw new UsageError('which row? TXN is missing');
  if (!kind) throw new UsageError(`--as says what it was: ${EXPLANATION_KINDS.join(', ')}`);
  if (words === '' || words.length > WORDS_MAX)
    throw new UsageError(`--because says it in words, at most ${WORDS_MAX} characters`);
  return { explain: { reference, kind, words } };
}

function optionsIn(args: readonly string[], options: Record<string, { type: 'string' }>): Record<string, string> {
  try {
    return parseArgs({ args: [...args], options }).values as Record<string, string>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
