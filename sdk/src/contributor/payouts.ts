import { encodeFunctionData, type LocalAccount } from 'viem';
import { bountyEscrowAbi, distributorAbi } from '../abi/index.js';
import { UnexpectedAnswer, type Answer, type CallOptions, type Transport } from '../http/index.js';
import {
  claimToMessage,
  escrowTermsStruct,
  parseAmount,
  payoutProof,
  provesAward,
  type Award,
  type Release,
} from '../protocol/index.js';

/** Being paid on chain. */
export class Payouts {
  constructor(
    private readonly transport: Transport,
    private readonly contributorId: () => Promise<string>,
  ) {}

  /**
   * Names the wallet that bounties on the stablecoin rail pay to, and proves that it is yours. Counts for reservations made from then on.
   * Releases pay the Distributor, which owes your wallet the sum, so that the chain does not tell where you have been; with `direct` each
   * pays the wallet itself, sooner and for everybody to see.
   *
   * @example
   * await contributor.payouts.name(privateKeyToAccount(key));
   * @param wallet A viem account: any with `signMessage`, a contract wallet (EIP-1271) among them.
   * @throws {ProblemError} `signature_invalid`, `policy_refused`.
   */
  async name(
    wallet: Pick<LocalAccount, 'address' | 'signMessage'>,
    { direct = false, ...options }: CallOptions & { readonly direct?: boolean } = {},
  ): Promise<Answer<'create_payout_account'>> {
    const { address } = wallet;
    const signature = await wallet.signMessage({ message: payoutProof(await this.contributorId(), address) });
    return this.transport.call('create_payout_account', {
      ...options,
      body: { rail: 'stablecoin', address, direct, signature },
    });
  }

  /**
   * The signed order to pay a settled capture of yours. Keep it: whoever holds it can have it paid, whatever becomes of the exchange.
   *
   * @example
   * const release = await contributor.payouts.release(capture.id);
   * if (release.state === 'signed') await walletClient.sendTransaction(releaseTransaction(release));
   * @throws {ProblemError} `not_found` until it is signed, and for captures paid by the balance rail.
   */
  release(captureId: string, options: CallOptions = {}): Promise<Release> {
    return this.transport.call('get_release', { ...options, id: captureId });
  }

  /**
   * What the Distributor owes your wallets by its newest root, each with its proof: checked here, and good without the exchange. Keep them.
   * The exchange sends the claims of all who are owed enough itself. Empty until a root names you.
   *
   * @example
   * for (const award of await contributor.payouts.awards()) await walletClient.sendTransaction(claimTransaction(award));
   * @throws {UnexpectedAnswer} for an award that is not in the root it names.
   */
  async awards(options: CallOptions = {}): Promise<Award[]> {
    const { data } = await this.transport.call('list_awards', options);
    for (const award of data)
      if (!provesAward(award))
        throw new UnexpectedAnswer(`the award of ${award.account} is not in root ${award.root}`, 200);
    return data;
  }
}

/**
 * The transaction that has an award paid to its account. Any account may send it, from `active_at` on until a newer root is active. The
 * contract refuses it when nothing is left to claim.
 *
 * @example
 * await walletClient.sendTransaction(claimTransaction(award));
 */
export function claimTransaction(award: Award) {
  const { chain, account, salt, proof } = award;
  const args = [{ account, cumulative: parseAmount(award.cumulative)!, salt, proof }] as const;
  return { to: chain.distributor, data: encodeFunctionData({ abi: distributorAbi, functionName: 'claim', args }) };
}

/**
 * As `claimTransaction`, to another address, by the account's own signature.
 *
 * @param deadline Unix seconds.
 * @example
 * await anyone.sendTransaction(await claimToTransaction(award, wallet, '0x…', deadline));
 */
export async function claimToTransaction(
  award: Award,
  wallet: Pick<LocalAccount, 'signTypedData'>,
  to: `0x${string}`,
  deadline: number,
) {
  const { chain, account, salt, proof } = award;
  const cumulative = parseAmount(award.cumulative)!;
  const until = Math.floor(deadline);
  const signature = await wallet.signTypedData(claimToMessage(chain, account, to, cumulative, until));
  const args = [{ account, cumulative, salt, proof }, to, BigInt(until), signature] as const;
  return { to: chain.distributor, data: encodeFunctionData({ abi: distributorAbi, functionName: 'claimTo', args }) };
}

/**
 * The transaction that has a release paid. Any account may send it. The contract refuses it with `release_out_of_order` while an earlier
 * release of the same entry is unpaid (`paid_before`) and once it is paid itself, and with `escrow_not_open` after the funder has taken an
 * abandoned entry back; `chainProblemOf` tells which.
 *
 * @example
 * const transaction = releaseTransaction(release);
 * const refusal = await publicClient.call(transaction).then(() => null, chainProblemOf);
 * if (refusal === null) await walletClient.sendTransaction(transaction);
 */
export function releaseTransaction(release: Release) {
  const { chain, terms, capture_commitment, to, signature } = release;
  const payment = { capture: capture_commitment, to, amount: parseAmount(release.amount)! };
  const args = [escrowTermsStruct(terms), payment, parseAmount(release.paid_before)!, signature, '0x'] as const;
  return { to: chain.escrow, data: encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'release', args }) };
}
