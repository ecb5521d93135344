import { EXIT, type Line as Shown } from '@groundtruth/sdk/cli';
import { formatAmount, type Mode } from '@groundtruth/sdk/protocol';
import type { Books, Line } from './compare.js';

/** What one mode's escrow was compared with. */
export interface Reserves {
  readonly mode: Mode;
  readonly block: bigint;
  readonly books: Omit<Books, 'entries'>;
  readonly others: bigint;
  readonly lines: readonly Line[];
}

/** Every mode that has a chain here. */
interface All {
  readonly found: readonly Reserves[];
  /** Modes whose node serves a chain that this database never followed: there is nothing to compare it with. */
  readonly unfollowed: readonly Mode[];
}

/** `invalid` when something differs; else `unsettled` when a mode could not be compared, or none has a chain. */
export function statusOf({ found, unfollowed }: All): number {
  if (found.some(({ lines }) => lines.some(({ difference }) => difference !== 0n))) return EXIT.invalid;
  return found.length === 0 || unfollowed.length > 0 ? EXIT.unsettled : EXIT.ok;
}

export function linesOf({ found, unfollowed }: All): Shown[] {
  const missing = unfollowed.map((mode) => `${mode}: not compared, the chain of its node was never followed here`);
  if (found.length === 0) return ['no chain is configured and followed here', ...missing];
  const compared = found.flatMap(({ mode, block, books, others, lines }) => {
    const { escrow, distributor, fee_address, held, payable, awarded, returning } = books;
    const accounts = { escrow, distributor, fee_address, held, payable, awarded, returning, others };
    return [
      `${mode} at block ${block}`,
      ...Object.entries(accounts).map(([name, amount]) => `  ${name.padEnd(12)}${signed(amount)}`),
      ['result', 'books', 'in flight', 'chain', 'difference', 'what'],
      ...lines.map(({ what, books: ours, in_flight, chain, difference }) => [
        difference === 0n ? 'matches' : 'DIFFERS',
        ...[ours, in_flight, chain, difference].map(signed),
        what,
      ]),
    ];
  });
  return [...compared, ...missing];
}

/** Amounts in decimal units. */
export function documentOf({ found, unfollowed }: All, status: number): unknown {
  const asText = (_: string, value: unknown) => (typeof value === 'bigint' ? signed(value) : value);
  const reserves = found.map((one) => ({ ...one, block: Number(one.block) }));
  const document = { command: 'proof-of-reserves', matches: status === EXIT.ok, reserves, unfollowed };
  return JSON.parse(JSON.stringify(document, asText));
}

const signed = (amount: bigint): string => (amount < 0n ? `-${formatAmount(-amount)}` : formatAmount(amount));
