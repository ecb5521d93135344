import { Inject, Injectable } from '@nestjs/common';
import {
  payoutProof,
  toWireTime,
  type Mode,
  type PayoutAccount,
  type WalletPayoutAccount,
} from '@groundtruth/sdk/protocol';
import { hashMessage, isAddressEqual, recoverMessageAddress, type Hex } from 'viem';
import { Clock, type Instant } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { Clusters, type Principal } from '../identity/index.js';
import { sql, sqlOne, UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { PolicyGate } from '../policy/index.js';
import type { Payout } from './rail.js';
import { RecipientsService } from './payouts/recipients.service.js';
import { ESCROW_CHAINS, type EscrowChains } from './rails/stablecoin/escrow.chain.js';

interface PayoutRow {
  readonly contributor_id: string;
  readonly address: Hex;
  readonly direct: boolean;
  readonly created_at: Instant;
}

type Body = BodyOf<'create_payout_account'>;

/** Where contributors are paid: a wallet on chain, and a bank by way of Stripe. */
@Injectable()
export class PayoutAccounts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: PolicyGate,
    private readonly clusters: Clusters,
    private readonly recipients: RecipientsService,
    private readonly clock: Clock,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
  ) {}

  /** On the rail that the body names. @throws {DomainError} as `RecipientsService.open` and `nameWallet`. */
  async name(command: Command, caller: Principal, body: Body) {
    return body.rail === 'card' ? this.recipients.open(command, caller, body) : this.nameWallet(command, caller, body);
  }

  /** Where the caller is paid, and what is asked of it. */
  async list(caller: Principal): Promise<{ data: PayoutAccount[] }> {
    return this.unitOfWork.run(async (tx) => {
      const wallet = await this.of(tx, caller.id);
      const card = await this.recipients.of(tx, caller.mode, caller.id);
      return { data: [...(wallet ? [view(wallet)] : []), ...(card ? [card] : [])] };
    });
  }

  /**
   * Names the caller's wallet, proven by its own signature; the last one named counts for reservations made from then on.
   * @throws {DomainError} `signature_invalid`, `policy_refused`, `policy_held`.
   */
  private async nameWallet(command: Command, caller: Principal, body: Extract<Body, { rail: 'stablecoin' }>) {
    const { address, direct, signature } = body;
    const allow = async () => {
      if (!(await this.isProof(caller, address, signature)))
        throw new DomainError('signature_invalid', 'the proof is not signed by this wallet', { param: 'signature' });
      await this.policy.check('payout', {
        id: caller.id,
        mode: caller.mode,
        parties: [{ id: caller.id, wallet: address }],
      });
    };
    return this.unitOfWork.onceAfter(command, allow, async (tx) => {
      await sql(
        tx,
        `INSERT INTO payout_account (contributor_id, address, direct, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (contributor_id) DO UPDATE SET address = EXCLUDED.address, direct = EXCLUDED.direct, created_at = EXCLUDED.created_at`,
        [caller.id, address, direct, new Date(this.clock.now())],
      );
      await this.clusters.addTrait(tx, caller.id, `wallet:${address.toLowerCase()}`, this.clock.now());
      return view((await this.of(tx, caller.id))!);
    });
  }

  /**
   * The payout that a reservation of this contributor fixes.
   * @throws {DomainError} `payout_account_missing`.
   */
  async payoutOf(tx: Tx, contributorId: string, mode: Mode): Promise<Payout> {
    const chain = this.chains[mode];
    const account = chain ? await this.of(tx, contributorId) : null;
    if (!chain || !account)
      throw new DomainError('payout_account_missing', 'this bounty pays on chain, and you have named no wallet', {
        hint: 'Name one with POST /v1/payout-accounts, then reserve again.',
      });
    const { address, direct } = account;
    return direct ? { to: address, for: null } : { to: chain.view.distributor, for: address };
  }

  /** Signed by the wallet's key, or taken by the contract that the wallet is (EIP-1271). */
  private async isProof(caller: Principal, address: Hex, signature: Hex): Promise<boolean> {
    const message = payoutProof(caller.id, address);
    const signer = await recoverMessageAddress({ message, signature }).catch(() => null);
    if (signer && isAddressEqual(signer, address)) return true;
    const wallets = this.chains[caller.mode]?.wallets;
    return wallets !== undefined && (await wallets.accepts(address, hashMessage(message), signature));
  }

  private async of(tx: Tx, contributorId: string): Promise<PayoutRow | null> {
    return sqlOne<PayoutRow>(tx, 'SELECT * FROM payout_account WHERE contributor_id = $1', [contributorId]);
  }
}

const view = ({ address, direct, created_at }: PayoutRow): WalletPayoutAccount => ({
  rail: 'stablecoin',
  address,
  direct,
  created_at: toWireTime(created_at),
});
