import type { Chain, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../../../kernel/clock.js';
import type { RootState } from './root.machine.js';

/** A Distributor as rows name it. */
export interface DistributorKey {
  readonly mode: Mode;
  /** Its address, in lower case. */
  readonly distributor: Hex;
}

/** What a release brought the Distributor for one wallet. Amounts are token base units, which are micros. */
export interface AwardRow extends DistributorKey {
  readonly capture_id: Id<'capture'>;
  readonly contributor_id: Id<'contributor'>;
  readonly account: Hex;
  readonly amount: bigint;
  /** All that the account has been awarded with it. */
  readonly upto: bigint;
}

/** What one account may be awarded by the next root. */
export interface Standing {
  readonly account: Hex;
  /** Who is paid by it. */
  readonly contributor_ids: readonly Id<'contributor'>[];
  readonly cumulative: bigint;
}

export interface Leaf {
  readonly account: Hex;
  readonly cumulative: bigint;
  readonly salt: Hex;
}

/** A leaf that awards more than was claimed. */
export interface DueClaim extends Leaf {
  /** Its place in the tree. */
  readonly index: number;
  /** Base units. */
  readonly owed: bigint;
}

export interface RootRow extends DistributorKey {
  readonly id: string;
  readonly chain: Chain;
  readonly epoch: number;
  readonly root: Hex;
  readonly total: bigint;
  readonly state: RootState;
  /** The releaser's; null until it has signed. */
  readonly signature: Hex | null;
  /** By the chain's clock; null until the chain has shown it. */
  readonly active_at: Instant | null;
  readonly transaction: Hex | null;
  /** How many transactions that were to propose it came to nothing. */
  readonly attempt: number;
  readonly created_at: Instant;
}
