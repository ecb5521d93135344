import { RpcRefusal } from './rpc.js';
import type { SenderContext } from './sender-context.js';
import type { Attempt } from './txs.repository.js';

/** `taken`: a transaction with this nonce was mined, perhaps ours. Otherwise what the node said against the transaction. */
export type Sent = 'accepted' | 'taken' | { readonly refused: string };

const KNOWN = /already known|already imported|known transaction|already exists/i;
const TAKEN = /nonce too low|nonce is too low|invalid nonce/i;

/** Sends signed bytes, which must be stored. Repeatable: a node takes the same bytes once. @throws {ChainUnavailable} */
export async function broadcast({ node, at }: SenderContext, { raw }: Attempt): Promise<Sent> {
  at('sender.broadcast.before');
  try {
    await node.send(raw);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    if (KNOWN.test(error.reason)) return 'accepted';
    return TAKEN.test(error.reason) ? 'taken' : { refused: error.reason };
  } finally {
    at('sender.broadcast.after');
  }
}
