/**
 * A rail process of a drill: everything that moves money on the chain, in one process to be killed, without HTTP and media. It is told what
 * to do over its pipe, and ends with it.
 */
import process from 'node:process';
import { authorizationOf } from '@groundtruth/sdk/protocol';
import { assert } from '../../../src/kernel/assert.js';
import { askedMessage } from '../../../src/payments/rails/stablecoin/authorization.js';
import { createDataSource, sql, UnitOfWork, type Tx } from '../../../src/platform/database/index.js';
import { createLogger } from '../../../src/platform/telemetry/index.js';
import type { Answered, Asked } from '../told-process.js';
import type { Command, Turned } from './messages.js';
import { partsOf, ShiftedClock, type Bases, type Parts } from './parts.js';
import type { Point } from './points.js';

let parts: Parts | null = null;

async function main([database_url, releaser_url, level]: string[]): Promise<void> {
  assert(database_url && releaser_url, 'usage: child.js DATABASE_URL RELEASER_URL [LOG_LEVEL]');
  const clock = new ShiftedClock();
  const own = await createDataSource({ url: database_url, poolMax: 6, applicationName: 'rail-drill' });
  const releaser = await createDataSource({ url: releaser_url, poolMax: 1, applicationName: 'rail-drill-releaser' });
  const log = createLogger({ level: (level ?? 'silent') as 'error', process: `rail ${process.pid}` });
  const bases: Bases = {
    database_url,
    unitOfWork: new UnitOfWork(own, clock),
    releaserWork: new UnitOfWork(releaser, clock),
    clock,
    log,
  };
  process.on('disconnect', () => process.exit(0));
  process.on('message', (asked: Asked<Command>) => {
    obey(bases, asked.command).then(
      (turned) => answer({ id: asked.id, ...(turned ? { answer: turned } : {}) }),
      (error: unknown) => answer({ id: asked.id, error: inWords(error) }),
    );
  });
  answer({ ready: true });
}

const answer = (answered: Answered<Turned>): void => void process.send?.(answered);

async function obey(bases: Bases, command: Command): Promise<Turned | undefined> {
  if (command.do === 'begin') {
    parts = partsOf(bases, command.setting);
    return undefined;
  }
  assert(parts, 'a round has to begin first');
  if (command.do === 'turn') {
    bases.clock.shift_ms = command.shift_ms;
    return turn(parts);
  }
  await asked(bases.unitOfWork, parts, command);
  return undefined;
}

async function turn({ loops }: Parts): Promise<Turned> {
  const done = await Promise.allSettled(loops.map((loop) => loop()));
  const troubles = done.flatMap((one) => (one.status === 'rejected' ? [inWords(one.reason)] : []));
  const unavailable = done.some(
    (one) => one.status === 'fulfilled' && (one.value as { state?: string } | undefined)?.state === 'unavailable',
  );
  return { unavailable, troubles };
}

type Request = Exclude<Command, { do: 'begin' | 'turn' }>;

/** What the market asks of the rail, in one transaction, between two points. */
async function asked(unitOfWork: UnitOfWork, { at, rail, entries }: Parts, command: Request): Promise<void> {
  const { bounty } = command;
  const work = async (tx: Tx): Promise<void> => {
    switch (command.do) {
      case 'offer': {
        if (await entries.of(tx, bounty.bounty_id)) return;
        const { amount, payer, until } = command;
        return rail.offer(tx, { ...bounty, amount, payer, until, deadline: until });
      }
      case 'hold':
        return void (await rail.hold(tx, bounty, command.amount, await examinedOf(tx, entries, command)));
      case 'settle': {
        const { capture_id, contributor_id, finding, price, pay, commitment, to } = command.accepted;
        const slot = { price, fee: 0n };
        const fee = await rail.feeOf(tx, bounty, slot, pay);
        const set = `UPDATE capture SET state = 'settled', finding = $2, paid = $3, settled_at = now() WHERE id = $1 AND state = 'accepted'`;
        await sql(tx, set, [capture_id, finding, pay]);
        const about = { capture_id, contributor_id } as { capture_id: never; contributor_id: never };
        return void (await rail.settle(tx, { ...bounty, ...about, pay, fee, payout: { commitment, to, for: null } }));
      }
      case 'refund': {
        const closed = `UPDATE bounty SET state = 'closed', outcome = 'expired' WHERE id = $1`;
        await sql(tx, closed, [bounty.bounty_id]);
        return void (await rail.refundRest(tx, bounty));
      }
    }
  };
  await unitOfWork.run(async (tx) => {
    await work(tx);
    at(`rail.${command.do}.before_commit` satisfies Point);
  });
  at(`rail.${command.do}.after_commit` satisfies Point);
}

/** The authorization as the api would hand it in, of a wallet that holds the money. */
async function examinedOf(tx: Tx, entries: Parts['entries'], command: Extract<Request, { do: 'hold' }>) {
  const entry = await entries.of(tx, command.bounty.bounty_id);
  assert(entry, 'an authorization is for an entry');
  const authorization = authorizationOf(askedMessage({ ...entry, amount: command.amount }), command.signature);
  return { authorization, payer: { balance: command.amount, is_spent: false, accepts: false } };
}

const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

await main(process.argv.slice(2));
