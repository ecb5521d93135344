import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { formatAmount, type Chain, type EscrowTerms } from '@groundtruth/sdk/protocol';
import { createPublicClient, http, type Hex } from 'viem';
import { LedgerService } from '../../src/ledger/index.js';
import type { Market } from '../../src/market.js';
import { accountsOf } from '../../src/payments/accounts.js';
import { UnitOfWork } from '../../src/platform/database/index.js';

/** What an account of the chain holds, by the ledger's word and by the chain's own. */
export interface Compared {
  readonly holder: 'escrow' | 'fee_address';
  readonly ledger: string;
  readonly chain: string;
}

/** Reads the chain itself, past the exchange. */
export class Explorer {
  readonly client;

  constructor(
    private readonly market: Market,
    private readonly at: Chain,
  ) {
    if (market.chain_url === null) throw new Error('this market has no embedded chain');
    this.client = createPublicClient({ transport: http(market.chain_url) });
  }

  /** Tokens of an account, decimal. */
  async balanceOf(address: Hex): Promise<string> {
    const { token } = this.at;
    return formatAmount(
      await this.client.readContract({
        address: token.address,
        abi: testUsdAbi,
        functionName: 'balanceOf',
        args: [address],
      }),
    );
  }

  /** Where all that came into an entry is, as the contract says. */
  async accountOf(entry: Hex) {
    const parts = await this.client.readContract({
      address: this.at.escrow, abi: bountyEscrowAbi, functionName: 'accountOf', args: [entry],
    }); // prettier-ignore
    const [funded, paid, owed, refundable, refunded] = parts.map(formatAmount) as [
      string,
      string,
      string,
      string,
      string,
    ];
    return { funded, paid, owed, refundable, refunded };
  }

  /** The transaction of each thing that happened to an entry; null for what did not. */
  async transactionsOf(entry: Hex) {
    const logs = await this.client.getContractEvents({ address: this.at.escrow, abi: bountyEscrowAbi, fromBlock: 0n });
    const of = (name: 'EntryFunded' | 'CapturePaid' | 'EntryClosed'): Hex | null =>
      logs.find((log) => log.eventName === name && log.args.entry === entry)?.transactionHash ?? null;
    return { funded: of('EntryFunded'), paid: of('CapturePaid'), closed: of('EntryClosed') };
  }

  /** The accounts that the exchange keeps books about. Equal only when nothing is on its way. */
  async compare(terms: EscrowTerms): Promise<Compared[]> {
    const { app } = this.market.http;
    const ledgerOf = (holder: Compared['holder']) => {
      const key = accountsOf('test', 'test_usd').chain(holder);
      return app.get(UnitOfWork).run((tx) => app.get(LedgerService).available(tx, key));
    };
    const rows = [['escrow', this.at.escrow], ['fee_address', terms.fee_to]] as const; // prettier-ignore
    return Promise.all(
      rows.map(async ([holder, address]) => ({
        holder,
        ledger: formatAmount(await ledgerOf(holder)),
        chain: await this.balanceOf(address),
      })),
    );
  }
}
