import type { Chain, Finding } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { HeldBounty } from '../../../src/payments/rail.js';

/** What a rail process is told at the beginning of a round. */
export interface RoundSetting {
  readonly relayer_key: Hex;
  readonly releaser_key: Hex;
  readonly chain: Chain;
  readonly rpc_url: string;
  readonly fee_to: Hex;
  readonly fee_bps: number;
  /** The watcher's name, the same for every round on one database. */
  readonly watch: string;
  readonly from_block: bigint;
  /** `name:pass` of the failpoint at which it kills itself; null: it lives on. */
  readonly failpoint: string | null;
}

/** One accepted capture, as it is settled. */
export interface Accepted {
  readonly capture_id: string;
  readonly contributor_id: string;
  readonly finding: Finding;
  readonly price: bigint;
  readonly pay: bigint;
  readonly commitment: Hex;
  readonly to: Hex;
}

/** What a rail process does when it is asked to. Each may be repeated, also by another process. */
export type Command =
  | { readonly do: 'begin'; readonly setting: RoundSetting }
  /** One round of everything that runs for ever, all at the same time; its clock is `shift_ms` ahead. */
  | { readonly do: 'turn'; readonly shift_ms: number }
  | {
      readonly do: 'offer';
      readonly bounty: HeldBounty;
      readonly amount: bigint;
      readonly payer: { readonly address: Hex; readonly refund_to: Hex };
      readonly until: number;
    }
  | { readonly do: 'hold'; readonly bounty: HeldBounty; readonly amount: bigint; readonly signature: Hex }
  | { readonly do: 'settle'; readonly bounty: HeldBounty; readonly accepted: Accepted }
  | { readonly do: 'refund'; readonly bounty: HeldBounty };

/** What a turn came to: `troubles` are errors that a loop would log before it runs again. */
export interface Turned {
  /** Some part waits until the node answers again. */
  readonly unavailable: boolean;
  readonly troubles: readonly string[];
}
