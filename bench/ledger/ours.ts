import {
  LedgerBatcher,
  LedgerService,
  LedgerSweep,
  type TransferRequest,
  type TransferResult,
} from '../../src/ledger/index.js';
import type { UnitOfWork } from '../../src/platform/database/index.js';
import { every, SystemClock } from '../../src/platform/time.js';
import { type Contender, inParallel } from '../interleave.js';
import { newId, pairOf, transfer, type World } from './world.js';

const CALLERS = 256;
/** Callers who hand over a hundred transfers at a time, as many as the baselines have connections. */
const BATCH_CALLERS = 16;
const SWEEP_MS = 1_000;

/** Our ledger, with its sweep running as it does in the product, so that sealing the chain is paid for. */
export function ourContenders(
  unitOfWork: UnitOfWork,
  { accounts, hot }: World,
): Record<'single' | 'hot' | 'mixed' | 'batch100', Contender> {
  const clock = new SystemClock();
  const ledger = new LedgerService(clock);
  const batcher = new LedgerBatcher(unitOfWork, ledger);
  const sweep = new LedgerSweep(unitOfWork, ledger, clock);
  const failures: unknown[] = [];
  const submit = async (transfers: TransferRequest[]): Promise<number> => accepted(await batcher.submit(transfers));

  const sweeping = (work: (ms: number) => Promise<number>): Contender => ({
    async work(ms) {
      const interval = every(
        SWEEP_MS,
        () => sweep.pass(),
        (error) => failures.push(error),
      );
      const units = await work(ms);
      await interval.stop();
      if (failures.length > 0) throw failures[0];
      return units;
    },
  });
  return {
    single: sweeping((ms) => inParallel(CALLERS, ms, () => submit([transfer(...pairOf(accounts), 10n)]))),
    hot: sweeping((ms) => inParallel(CALLERS, ms, () => submit([transfer(pairOf(accounts)[0], hot, 10n)]))),
    mixed: sweeping((ms) => inParallel(CALLERS, ms, async (caller) => mixed(caller, accounts, hot, submit))),
    batch100: sweeping((ms) =>
      inParallel(BATCH_CALLERS, ms, () =>
        submit(Array.from({ length: 100 }, () => transfer(...pairOf(accounts), 10n))),
      ),
    ),
  };
}

/** What a market does: one caller in four sets money aside and then pays from it with a fee, all linked; the others pay once. */
async function mixed(
  caller: number,
  accounts: readonly bigint[],
  hot: bigint,
  submit: (transfers: TransferRequest[]) => Promise<number>,
): Promise<number> {
  const [payer, payee] = pairOf(accounts);
  if (caller % 4 !== 0) return submit([transfer(payer, payee, 10n)]);
  const hold: TransferRequest = { ...transfer(payer, payee, 10n), kind: 'pending' };
  const post: TransferRequest = {
    ...transfer(0n, 0n, 9n),
    id: newId(),
    kind: 'post',
    pending_id: hold.id,
    linked: true,
  };
  return (await submit([hold])) + (await submit([post, transfer(payer, hot, 1n)]));
}

/** Refused transfers must not count as work done. */
function accepted(results: readonly TransferResult[]): number {
  if (results.some((result) => result !== 'ok'))
    throw new Error(`a transfer was refused: ${results.find((result) => result !== 'ok')}`);
  return results.length;
}
