import type { Mode } from '@groundtruth/sdk/protocol';
import type { AccountKey, LedgerService, TransferCode } from '../../../../ledger/index.js';
import type { Tx } from '../../../../platform/database/index.js';
import { FUNDS, accountsOf } from '../../../accounts.js';
import type { Move } from '../escrow.books.js';

/** One sum for or from the Distributor, with the account on the other side. */
export interface Share {
  readonly account: AccountKey;
  readonly amount: bigint;
}

const accountsOfDistributor = (mode: Mode) => {
  const accounts = accountsOf(mode, FUNDS.stablecoin[mode]);
  const distributor = accounts.chain('distributor');
  /** What it paid of tokens that our books do not have in it: somebody else's, or ours before we have read of them. */
  return { distributor, losses: { ...distributor, code: 'platform_losses' } as AccountKey };
};

/** Tokens came into the Distributor: they make good what it paid before our books had them, then they are in it. */
export async function intoDistributor(
  tx: Tx,
  ledger: LedgerService,
  mode: Mode,
  shares: readonly Share[],
  code: TransferCode,
): Promise<Move[]> {
  const { distributor, losses } = accountsOfDistributor(mode);
  const { posted } = await ledger.balance(tx, losses);
  return divided(shares, posted < 0n ? -posted : 0n, (account, owing, rest) => [
    [losses, account, owing, 'correction'],
    [distributor, account, rest, code],
  ]);
}

/** Tokens left the Distributor, whether or not our books have them in it: what the chain paid is paid. */
export async function outOfDistributor(
  tx: Tx,
  ledger: LedgerService,
  mode: Mode,
  shares: readonly Share[],
  code: TransferCode,
): Promise<Move[]> {
  const { distributor, losses } = accountsOfDistributor(mode);
  return divided(shares, await ledger.available(tx, distributor), (account, held, rest) => [
    [account, distributor, held, code],
    [account, losses, rest, 'loss_cover'],
  ]);
}

/** Each share in two parts: the first ones from `first` until it is used up. */
function divided(
  shares: readonly Share[],
  first: bigint,
  moves: (account: AccountKey, part: bigint, rest: bigint) => Move[],
): Move[] {
  let left = first;
  return shares.flatMap(({ account, amount }) => {
    const part = amount < left ? amount : left;
    left -= part;
    return moves(account, part, amount - part);
  });
}
