import { recoverTypedDataAddress, type Hex } from 'viem';
import { verdictMessage, verdictSchema } from '@groundtruth/sdk/protocol';
import type { ReleaseFacts } from './facts.js';

type VerdictFacts = Pick<ReleaseFacts, 'verdict' | 'commitment'> & {
  readonly entry: Pick<ReleaseFacts['entry'], 'mode' | 'bounty_id'>;
  readonly capture: Pick<ReleaseFacts['capture'], 'finding'>;
};

/**
 * Null when `signer` (an address in lower case) signed that just this capture was accepted, for this bounty and with this finding; also
 * when nobody's verdict is asked for.
 */
export async function verdictRefusal(
  { verdict, commitment, entry, capture }: VerdictFacts,
  signer: Hex | null,
): Promise<'verdict_missing' | 'verdict_differs' | null> {
  if (signer === null) return null;
  const { success, data } = verdictSchema.safeParse(verdict);
  if (!success) return 'verdict_missing';
  const same =
    data.outcome === 'accepted' &&
    data.mode === entry.mode &&
    data.bounty_id === entry.bounty_id &&
    data.capture_commitment === commitment &&
    data.finding === capture.finding;
  if (!same) return 'verdict_differs';
  const message = verdictMessage(data);
  const by = await recoverTypedDataAddress({ ...message, signature: data.signature }).catch(() => null);
  return by?.toLowerCase() === signer ? null : 'verdict_differs';
}
