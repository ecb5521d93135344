import type { Chain, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../../kernel/clock.js';
import type { ChainSender } from '../../../platform/chain/index.js';
import type { WalletQuestions } from './wallet.questions.js';

/** The chain of a mode, as this instance is set up for it. */
export interface EscrowChain {
  readonly view: Chain;
  /** Pays gas and nothing else. */
  readonly relayer: ChainSender;
  /** Proposes roots of the Distributor and nothing else. */
  readonly root_setter: ChainSender;
  /** Whose releases the terms name. */
  readonly releaser: Hex;
  readonly fee_to: Hex;
  /** Seconds after the deadline before an entry without a closing statement can be taken back; at least 14 days. */
  readonly grace_s: number;
  readonly wallets: WalletQuestions;
  /** The chain's clock: the time of its newest block. Asks the node, so never inside a transaction. */
  now(): Promise<Instant>;
}

/** Which modes have a chain: none without one configured, test with the embedded one. */
export type EscrowChains = Readonly<Record<Mode, EscrowChain | null>>;
export const ESCROW_CHAINS = Symbol('ESCROW_CHAINS');
