import { eachItem, PAGE_ITEMS, type Answer, type CallOptions, type Transport } from '../http/index.js';

type Transfer = Answer<'list_transfers'>['data'][number];

/** What this key's owner has. */
export class Balance {
  constructor(private readonly transport: Transport) {}

  /**
   * Balances by fund and currency; amounts are texts with six decimals.
   *
   * @example
   * const { balances } = await groundtruth.balance.get();
   * for (const { fund, available } of balances) console.log(fund, available);
   * @returns `available` can be spent (an agent) or is owed (a contributor). The holds of open bounties are not in it.
   * @throws {ProblemError} `unauthenticated`.
   */
  get(options: CallOptions = {}): Promise<Answer<'get_balance'>> {
    return this.transport.call('get_balance', options);
  }
}

/** Test dollars. */
export class Faucet {
  constructor(private readonly transport: Transport) {}

  /**
   * Asks for test dollars on the embedded chain; they are there a moment later.
   *
   * @example
   * await groundtruth.faucet.pour(wallet.address, '100.000000');
   * @param amount At most 10,000.
   * @throws {ProblemError} `mode_mismatch` in live mode.
   */
  pour(address: `0x${string}`, amount: string, options: CallOptions = {}): Promise<Answer<'faucet'>> {
    return this.transport.call('faucet', { ...options, body: { address, amount } });
  }
}

/** Every movement on this key's account. */
export class Transfers {
  constructor(private readonly transport: Transport) {}

  /**
   * Transfers in one fund, by default the first of `balance.get()`; newest first. Pages are fetched as they are used.
   *
   * @example
   * for await (const { direction, amount, reason } of groundtruth.transfers.list()) console.log(direction, amount, reason);
   */
  list({
    fund,
    signal,
  }: { readonly fund?: 'sandbox' | 'card' | 'test_usd' | 'usdc' } & Pick<
    CallOptions,
    'signal'
  > = {}): AsyncIterable<Transfer> {
    return eachItem((cursor) =>
      this.transport.call('list_transfers', { query: { limit: PAGE_ITEMS, cursor, fund }, signal }),
    );
  }
}
