import { writeFile } from 'node:fs/promises';
import { EXIT, UsageError, type Line as Shown, type Output, type Terminal } from '@groundtruth/sdk/cli';
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
import { openDatabase } from '../reserves/open.js';
import { openStripe } from './stripe-here.js';

const WORDS_MAX = 500;

interface Found extends Reconciliation {
  readonly mode: Mode;
}
interface Wish {
  readonly report?: string;
  readonly explain?: { readonly reference: string; readonly kind: ExplanationKind; readonly words: string };
}
interface Desk {
  readonly statements: ReconciliationStatement;
  readonly explanations: Explanations;
}

interface Invoked {
  readonly args: readonly string[];
  readonly options: Readonly<Record<'as' | 'because' | 'report', string | undefined>>;
  readonly terminal: Terminal;
  readonly out: Output;
}

/**
 * `unsettled` where no card processor is configured; 1 where there is nothing to explain. Only `explain` changes something: one transfer of the
 * ledger, once for each row.
 */
export async function reconcile({ args, options, terminal, out }: Invoked): Promise<number> {
  const wish = wishIn(args, options);
  const config = loadConfig(terminal.env);
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const accesses = await openStripe(config, ending);
    const url = MODES.some((mode) => accesses[mode]) ? await openDatabase(config, ending) : null;
    const desk = url === null ? null : await openDesk(url, accesses, ending);
    if (desk && wish.explain) return await explained(desk, wish.explain, out);
    const found = desk ? await compared(desk) : [];
    const status = statusOf(found);
    const document = documentOf(found, status);
    out.show(document, linesOf(found));
    if (wish.report !== undefined) await writeFile(wish.report, `${JSON.stringify(document, null, 2)}\n`);
    return status;
  } finally {
    for (let end = ending.pop(); end; end = ending.pop()) await end();
  }
}

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
async function explained({ explanations }: Desk, wish: NonNullable<Wish['explain']>, out: Output): Promise<number> {
  for (const mode of MODES) {
    const explanation = await explanations.explain({ mode, ...wish });
    if (!explanation) continue;
    const { change, kind, words, transfer_id } = explanation;
    const booked = `${mode}: ${wish.reference} is booked as ${kind}: ${formatAmount(change)}, ${transfer_id}: ${words}`;
    out.show({ mode, reference: wish.reference, kind, change: formatAmount(change), transfer_id, words }, [booked]);
    return EXIT.ok;
  }
  const nothing = `${wish.reference} is no row that waits for an explanation`;
  out.fail({ title: 'Nothing to explain', detail: nothing, code: 'nothing_to_explain' }, [nothing]);
  return EXIT.no;
}

function statusOf(found: readonly Found[]): number {
  if (found.length === 0) return EXIT.unsettled;
  return found.every(({ findings }) => findings.length === 0) ? EXIT.ok : EXIT.invalid;
}

function linesOf(found: readonly Found[]): Shown[] {
  if (found.length === 0) return ['no cards are taken here'];
  return found.flatMap(({ mode, matched, in_flight, findings }) => [
    `${mode}: ${matched} match, ${in_flight} in flight, ${findings.length} do not match`,
    ...findings.map(({ rule, row, difference, detail }) => ['DIFFERS', rule, row, formatAmount(difference), detail]),
  ]);
}

/** Amounts in decimal units. */
function documentOf(found: readonly Found[], status: number): unknown {
  const asText = (_: string, value: unknown) => (typeof value === 'bigint' ? formatAmount(value) : value);
  return JSON.parse(JSON.stringify({ command: 'reconcile', matches: status === EXIT.ok, modes: found }, asText));
}

function wishIn([what, reference]: readonly string[], { as, because, report }: Invoked['options']): Wish {
  if (what === undefined) {
    if (as !== undefined || because !== undefined) throw new UsageError('--as and --because go with explain');
    return report === undefined ? {} : { report };
  }
  const kind = EXPLANATION_KINDS.find((one) => one === as);
  const words = because?.trim() ?? '';
  if (!reference) throw new UsageError('which row? TXN is missing');
  if (!kind) throw new UsageError(`--as says what it was: ${EXPLANATION_KINDS.join(', ')}`);
  if (words === '' || words.length > WORDS_MAX)
    throw new UsageError(`--because says it in words, at most ${WORDS_MAX} characters`);
  return { explain: { reference, kind, words } };
}
