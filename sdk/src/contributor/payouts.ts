import { encodeFunctionData, type LocalAccount } from 'viem';
import { bountyEscrowAbi, distributorAbi } from '../abi/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  UnexpectedAnswer,
  type BodyIn,
  type CallOptions,
  type Transport,
} from '../http/index.js';
import {
  claimToMessage,
  escrowTermsStruct,
  parseAmount,
  payoutProof,
  provesAward,
  type Award,
  type CardPayoutAccount,
  type Payout,
  type PayoutAccount,
  type Release,
  type WalletPayoutAccount,
} from '../protocol/index.js';

/** Being paid: on chain, or to a bank. */
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
   * await contributor.payouts.name(wallet);
   * @param wallet A viem account: any with `signMessage`, a contract wallet (EIP-1271) among them.
   * @throws {ProblemError} `signature_invalid`, `policy_refused`.
   */
  async name(
    wallet: Pick<LocalAccount, 'address' | 'signMessage'>,
    { direct = false, ...options }: CallOptions & { readonly direct?: boolean } = {},
  ): Promise<WalletPayoutAccount> {
    const { address } = wallet;
    const signature = await wallet.signMessage({ message: payoutProof(await this.contributorId(), address) });
    const body = { rail: 'stablecoin' as const, address, direct, signature };
    const answer = await this.transport.call('create_payout_account', { ...options, body });
    if (answer.rail !== 'stablecoin') throw new UnexpectedAnswer('the account is on another rail', 201);
    return answer;
  }

  /**
   * Opens the Stripe account that card money is paid to, or finds it, and answers a fresh link at which Stripe asks what the law asks of it.
   * The link lasts minutes; call again for another one, and to see what became of it.
   *
   * @example
   * const { link, state } = await contributor.payouts.openCard({ country: 'US', return_url: 'https://app.example/done' });
   * if (state !== 'enabled') console.log('go on at', link!.url);
   * @throws {ProblemError} `payment_refused` where no cards are taken; `policy_refused`, `policy_held`; `payout_account_closed`.
   */
  async openCard(
    account: Omit<BodyIn<'create_payout_account'> & { rail: 'card' }, 'rail'>,
    options: CallOptions = {},
  ): Promise<CardPayoutAccount> {
    const answer = await this.transport.call('create_payout_account', {
      ...options,
      body: { rail: 'card', ...account },
    });
    if (answer.rail !== 'card') throw new UnexpectedAnswer('the account is on another rail', 201);
    return answer;
  }

  /**
   * Where you are paid: your wallet, your Stripe account, both or none; with what is asked of you and what waits for what.
   *
   * @example
   * for (const account of await contributor.payouts.accounts()) if (account.rail === 'card') console.log(account.state, account.waits_for);
   */
  async accounts(options: CallOptions = {}): Promise<PayoutAccount[]> {
    return (await this.transport.call('list_payout_accounts', options)).data;
  }

  /**
   * Your payouts to a bank, newest first. They go once a day by themselves.
   *
   * @example
   * for await (const payout of contributor.payouts.list()) console.log(payout.day, payout.amount, payout.state);
   */
  list({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Payout> {
    return eachItem((cursor) => this.transport.call('list_payouts', { query: { limit: PAGE_ITEMS, cursor }, signal }));
  }

  /**
   * One payout to a bank, with what a tax return asks.
   *
   * @example
   * const { tax } = await contributor.payouts.get(payout.id);
   * @throws {ProblemError} `not_found`.
   */
  get(id: string, options: CallOptions = {}): Promise<Payout> {
    return this.transport.call('get_payout', { ...options, id });
  }

  /**
   * The signed order to pay a settled capture of yours. Keep it: whoever holds it can have it paid, whatever becomes of the exchange.
   *
   * @example
   * const release = await contributor.payouts.release(captureOnChain.id);
   * if (release.state === 'signed') await walletClient.sendTransaction(releaseTransaction(release));
   * @throws {ProblemError} `not_found` until it is signed, and for captures paid by the balance rail.
   */
  release(captureId: string, options: CallOptions = {}): Promise<Release> {
    return this.transport.call('get_release', { ...options, id: captureId });
  }

  /**
   * What the Distributor owes your wallets, each with its proof: checked here, and good without the exchange. Keep them. A wallet's award by the root
   * that is active comes first, then that by the root that follows it, once there is one: claimed before its `active_at`, it reverts (`NotInRoot`).
   * The exchange sends the claims of all who are owed enough itself. Empty until a root names you.
   *
   * @example
   * const due = (await contributor.payouts.awards()).filter(({ active_at }) => active_at && Date.parse(active_at) <= Date.now());
   * for (const award of due) await walletClient.sendTransaction(claimTransaction(award));
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
 * const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
 * const transaction = await claimToTransaction(award, wallet, '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', inAnHour);
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
