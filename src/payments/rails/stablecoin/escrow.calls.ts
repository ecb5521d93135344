import { Injectable } from '@nestjs/common';
import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { escrowTermsStruct } from '@groundtruth/sdk/protocol';
import { encodeFunctionData, keccak256, type Hex } from 'viem';
import { assert } from '../../../kernel/assert.js';
import type { Confirmations } from '../../../platform/chain/index.js';
import type { Tx } from '../../../platform/database/index.js';
import type { EntryRow, ReleaseRow } from './entry.entity.js';
import type { EscrowChain } from './escrow.chain.js';
import { poolOfReleases } from './releases.repository.js';

/** Why a transaction was queued; `escrow.ends` is told how each came out. */
export const ESCROW_PURPOSES = { fund: 'escrow.fund', release: 'escrow.release', close: 'escrow.close' } as const;

const DOLLAR = 1_000_000n;

/** How deep money must lie before it counts: the more there is, the longer a chain takes to be sure. */
export function depthOf(amount: bigint): Confirmations {
  if (amount < DOLLAR) return 'latest+1';
  return amount < 1_000n * DOLLAR ? 'safe' : 'finalized';
}

/** What the relayer is asked to send. Every operation's id says what it is for, so asking twice for a release or a close is asking once. */
@Injectable()
export class EscrowCalls {
  /** Once each time that an authorization is submitted. */
  async fund(tx: Tx, chain: EscrowChain, entry: EntryRow): Promise<void> {
    const { id, terms, amount, valid_before, signature } = entry;
    assert(signature, `${id} has no authorization`);
    const args = [escrowTermsStruct(terms), amount, 0n, BigInt(Math.floor(valid_before / 1_000)), signature] as const;
    const call = {
      ...to(entry, encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'fund', args })),
      purpose: ESCROW_PURPOSES.fund,
      confirmations: depthOf(amount),
    };
    // The same authorization may come again after it was refused: a wallet that has been filled since signs the same bytes.
    for (let attempt = 0, queued = false; !queued; attempt++) {
      queued = await chain.relayer.enqueue(tx, {
        id: `${ESCROW_PURPOSES.fund}:${id}:${keccak256(signature)}:${attempt}`,
        ...call,
      });
    }
  }

  /** Pays releases that follow one another: one by its own signature, several by one over all of them or over their sum for the Distributor. */
  async release(
    tx: Tx,
    chain: EscrowChain,
    entry: EntryRow,
    rows: readonly ReleaseRow[],
    signature: Hex,
  ): Promise<void> {
    const [first] = rows;
    assert(first, 'nothing to release');
    const moved = rows.reduce((sum, { amount, fee }) => sum + amount + fee, 0n);
    await chain.relayer.enqueue(tx, {
      id: releaseOperation(first),
      ...to(entry, releaseCall(entry, rows, signature)),
      purpose: ESCROW_PURPOSES.release,
      confirmations: depthOf(moved),
    });
  }

  async close(tx: Tx, chain: EscrowChain, entry: EntryRow): Promise<void> {
    const { id, terms, owed_total, closing_signature } = entry;
    assert(owed_total !== null && closing_signature, `${id} has no closing statement`);
    const args = [escrowTermsStruct(terms), owed_total, closing_signature, '0x'] as const;
    await chain.relayer.enqueue(tx, {
      id: closingOperation(entry),
      ...to(entry, encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'close', args })),
      purpose: ESCROW_PURPOSES.close,
      confirmations: 'finalized',
    });
  }
}

function releaseCall({ terms }: EntryRow, rows: readonly ReleaseRow[], signature: Hex): Hex {
  const [abi, struct] = [bountyEscrowAbi, escrowTermsStruct(terms)];
  const { paid_before, pay_for } = rows[0]!;
  if (pay_for !== null && rows.length > 1) {
    const args = [struct, poolOfReleases(rows), paid_before, signature, '0x'] as const;
    return encodeFunctionData({ abi, functionName: 'releasePool', args });
  }
  const [payment, ...more] = rows.map(({ commitment: capture, pay_to, amount }) => ({ capture, to: pay_to, amount }));
  if (more.length === 0) {
    const args = [struct, payment!, paid_before, signature, '0x'] as const;
    return encodeFunctionData({ abi, functionName: 'release', args });
  }
  const args = [struct, [payment!, ...more], paid_before, signature, '0x'] as const;
  return encodeFunctionData({ abi, functionName: 'releaseMany', args });
}

/** The operation that pays a release and those that follow it. Another one after it came to nothing. */
export const releaseOperation = ({ entry, seq, attempt }: Pick<ReleaseRow, 'entry' | 'seq' | 'attempt'>): string =>
  `${ESCROW_PURPOSES.release}:${entry}:${seq}:${attempt}`;

/** The operation that closes an entry. */
export const closingOperation = ({ id, closing_attempt }: EntryRow): string =>
  `${ESCROW_PURPOSES.close}:${id}:${closing_attempt}`;

/** The entry that an operation of ours is about. */
export const entryOfOperation = ({ id }: { readonly id: string }): Hex => id.split(':')[1] as Hex;

const to = ({ chain }: EntryRow, data: Hex) => ({ to: chain.escrow, data, value: 0n });
