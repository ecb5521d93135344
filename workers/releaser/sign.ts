import type { Hex, LocalAccount } from 'viem';
import {
  closingStatementMessage,
  releaseManyMessage,
  poolOf,
  releaseMessage,
  releasePoolMessage,
  rootMessage,
  type EscrowPayment,
  type Mode,
} from '@groundtruth/sdk/protocol';
import type { BatchFacts, ClosingFacts, ContractsAt, ReleaseFacts, RootFacts } from './facts.js';
import { batchRefusal, closingRefusal, isPooled, releaseRefusal, type Refusal } from './release.rules.js';
import { rootRefusal } from './root.rules.js';
import { verdictRefusal } from './verdict.rules.js';

/** The key of one mode, and the only contracts it signs for; without them it signs nothing. */
export interface Signer {
  readonly account: LocalAccount;
  readonly chain: ContractsAt | null;
  /** Whose verdict must have accepted what is paid; null: nobody's is asked for. */
  readonly verdict_signer: Hex | null;
}
export type Signers = Readonly<Record<Mode, Signer>>;

export type Answer = { readonly signature: Hex } | { readonly refusal: Refusal };

/** Signs the release, or says why not. The same facts give the same bytes (RFC 6979), so it may be repeated. */
export async function signRelease(facts: ReleaseFacts, signers: Signers): Promise<Answer> {
  const signer = signers[facts.entry.mode];
  const refusal = releaseRefusal(facts, ownOf(signer)) ?? (await verdictRefusal(facts, signer.verdict_signer));
  return refusal ? { refusal } : { signature: await releaseSignature(facts, signer) };
}

/** As `signRelease`, for releases that this key has signed one by one before. */
export async function signBatch(facts: BatchFacts, signers: Signers): Promise<Answer> {
  const { entry, members } = facts;
  const signer = signers[entry.mode];
  const refusal = batchRefusal(facts, ownOf(signer));
  if (refusal) return { refusal };
  for (const member of members) {
    if (member.signature !== (await releaseSignature(member, signer))) return { refusal: 'payments_differ' };
  }
  const paidBefore = members[0]!.paid_before;
  const signature = isPooled(members[0]!)
    ? await signer.account.signTypedData(
        releasePoolMessage(entry.chain, entry.id, poolOf(members.map(shareOf)), paidBefore),
      )
    : await signer.account.signTypedData(releaseManyMessage(entry.chain, entry.id, members.map(paymentOf), paidBefore));
  return { signature };
}

/** As `signRelease`, for a closing statement; `now` in epoch milliseconds. */
export async function signClosing(facts: ClosingFacts, signers: Signers, now: number): Promise<Answer> {
  const { entry, owed_total } = facts;
  const signer = signers[entry.mode];
  const refusal = closingRefusal(facts, ownOf(signer), now);
  if (refusal) return { refusal };
  return { signature: await signer.account.signTypedData(closingStatementMessage(entry.chain, entry.id, owed_total)) };
}

/** As `signRelease`, for a root of the Distributor, which the root-setter then proposes. */
export async function signRoot(facts: RootFacts, signers: Signers): Promise<Answer> {
  const signer = signers[facts.mode];
  const refusal = rootRefusal(facts, ownOf(signer));
  return refusal ? { refusal } : { signature: await signer.account.signTypedData(rootMessage(facts.chain, facts)) };
}

const ownOf = ({ account, chain }: Signer) => ({ releaser: account.address.toLowerCase(), chain });

function releaseSignature(facts: ReleaseFacts, { account }: Signer): Promise<Hex> {
  const { entry, paid_before } = facts;
  return account.signTypedData(releaseMessage(entry.chain, entry.id, paymentOf(facts), paid_before));
}

const paymentOf = ({ commitment, pay_to, amount }: ReleaseFacts): EscrowPayment => ({
  capture: commitment,
  to: pay_to,
  amount,
});

const shareOf = ({ commitment, amount, fee }: ReleaseFacts) => ({ capture: commitment, amount, fee });
