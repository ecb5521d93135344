import type { Chain, Mode } from '@groundtruth/sdk/protocol';
import type { Hex, LocalAccount } from 'viem';
import type { ChainSender } from '../../platform/chain/index.js';
import type { WalletQuestions } from '../rails/stablecoin/wallet.questions.js';
import type { ChannelQuestions } from './channel.questions.js';
import type { Facilitator } from './exact/facilitator.js';

/** The chain on which reads of a mode are paid by whoever has no account. */
export interface ReadChain {
  readonly view: Chain;
  /** Pays gas and nothing else. */
  readonly relayer: ChainSender;
  /** Where the money goes: reads paid one by one, and what channels are settled for. Its key is not needed here. */
  readonly receiver: Hex;
  /** Signs what is claimed of channels and what goes back to their payers; it can send neither anywhere else. */
  readonly authorizer: LocalAccount;
  readonly wallets: WalletQuestions;
  readonly channels: ChannelQuestions;
  /** Sends payments of single reads instead of the relayer; null where the relayer does. */
  readonly facilitator: Facilitator | null;
}

/** Seconds for which a price holds, and an authorization for it. Nothing is blocked meanwhile. */
export const READ_HOLD_S = 10;

/** Which modes sell reads on a chain: none where no channel contract is, or no receiver is named. */
export type ReadChains = Readonly<Record<Mode, ReadChain | null>>;
export const READ_CHAINS = Symbol('READ_CHAINS');
