import type { Hex } from 'viem';
import { readOperation } from '../../platform/chain/index.js';
import type { UnitOfWork } from '../../platform/database/index.js';
import { sleep } from '../../platform/time.js';
import type { ReadChain } from './read.chain.js';

const POLL_MS = 40;
/** About nine seconds of looks: an authorization holds no longer than that, and a caller waits for the answer. */
const POLLS_MAX = 225;

export type OperationEnd =
  | { readonly state: 'mined'; readonly transaction: Hex }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'pending' };

/**
 * Waits until an operation of the relayer is in a block. How deep it lies then is the sender's affair: should the block be abandoned, the
 * same bytes go out again. Sends it on itself meanwhile. Repeatable; asks the chain, so never inside a transaction.
 */
export async function operationEnd(unitOfWork: UnitOfWork, chain: ReadChain, id: string): Promise<OperationEnd> {
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    await chain.relayer.pump();
    const operation = await unitOfWork.run((tx) => readOperation(tx, id));
    if (operation?.state === 'failed' || operation?.state === 'refused')
      return { state: 'failed', reason: operation.reason ?? operation.state };
    const transaction = operation?.mined_hash ?? null;
    const succeeded = transaction && (await chain.channels.succeeded(transaction));
    if (transaction && succeeded !== null)
      return succeeded ? { state: 'mined', transaction } : { state: 'failed', reason: 'it reverted when it was mined' };
    await sleep(POLL_MS);
  }
  return { state: 'pending' };
}
