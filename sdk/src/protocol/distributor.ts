import { encodeAbiParameters, keccak256, type Hex } from 'viem';
import { z } from 'zod';
import { EIP712_DOMAINS, hex32Schema } from './eip712.js';
import { addressSchema, chainSchema, type Chain } from './escrow.js';
import { keccakTree, rootOfProof, type KeccakTree } from './keccak-tree.js';
import { amountOutSchema, parseAmount } from './money.js';
import { timeOutSchema } from './time.js';

/** What an account has been awarded in all, in token base units. The salt is new in every epoch: no two leaves of an account look alike. */
export interface AwardLeaf {
  readonly account: Hex;
  readonly cumulative: bigint;
  readonly salt: Hex;
}

/** As `Distributor.sol` hashes it: twice over the ABI encoding. */
export function awardHash({ account, cumulative, salt }: AwardLeaf): Hex {
  const types = [{ type: 'address' }, { type: 'uint256' }, { type: 'bytes32' }] as const;
  return keccak256(keccak256(encodeAbiParameters(types, [account, cumulative, salt])));
}

/** The tree of an epoch. Order counts: a proof is for the leaf at its index. @throws {RangeError} without leaves. */
export const awardTree = (leaves: readonly AwardLeaf[]): KeccakTree => keccakTree(leaves.map(awardHash));

/** What of a chain a message to its Distributor is bound to. */
export type DistributorAt = Pick<Chain, 'mode' | 'chain_id' | 'distributor'>;

const distributorDomain = ({ mode, chain_id, distributor }: DistributorAt) =>
  ({ ...EIP712_DOMAINS[mode], chainId: chain_id, verifyingContract: distributor }) as const;

/** A root as releaser and root-setter agree on it. */
export interface AwardRoot {
  readonly root: Hex;
  readonly epoch: number;
  /** The sum of all its leaves, in token base units. */
  readonly total: bigint;
}

/** What the releaser signs for a root that the root-setter then proposes: neither can set one alone. */
export function rootMessage(at: DistributorAt, { root, epoch, total }: AwardRoot) {
  return {
    domain: distributorDomain(at),
    types: {
      Root: [
        { name: 'root', type: 'bytes32' },
        { name: 'epoch', type: 'uint64' },
        { name: 'totalCumulative', type: 'uint256' },
      ],
    },
    primaryType: 'Root',
    message: { root, epoch: BigInt(epoch), totalCumulative: total },
  } as const;
}

/** What an account signs to have its award sent to another address, until `deadline` in unix seconds. */
export function claimToMessage(at: DistributorAt, account: Hex, to: Hex, cumulative: bigint, deadline: number) {
  return {
    domain: distributorDomain(at),
    types: {
      ClaimTo: [
        { name: 'account', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'cumulative', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'ClaimTo',
    message: { account, to, cumulative, deadline: BigInt(deadline) },
  } as const;
}

/** What one wallet of a contributor has in the Distributor, with the proof that lets it claim without us. */
export const awardSchema = z.object({
  chain: chainSchema,
  account: addressSchema,
  epoch: z.int().min(1),
  /** Of the epoch. */
  root: hex32Schema,
  /** All that the account was ever awarded, what it has claimed included. */
  cumulative: amountOutSchema,
  /** What the chain has paid the account so far. */
  claimed: amountOutSchema,
  salt: hex32Schema,
  proof: z.array(hex32Schema),
  /** From when on it can be claimed; null while the chain has not shown the root. */
  active_at: timeOutSchema.nullable(),
});
export type Award = z.infer<typeof awardSchema>;

/** Whether the award is in the root it names. Of the root itself the chain is asked: `Distributor.activeRoot()`. */
export function provesAward({ account, cumulative, salt, proof, root }: Award): boolean {
  return rootOfProof(awardHash({ account, cumulative: parseAmount(cumulative)!, salt }), proof) === root;
}

/** The leaves of an epoch as hashes: whoever kept the salt of a leaf can make its proof from these, whatever becomes of us. */
export const payoutRootSchema = z.object({
  chain: chainSchema,
  epoch: z.int().min(1),
  root: hex32Schema,
  total: amountOutSchema,
  leaves: z.array(hex32Schema),
});
export type PayoutRoot = z.infer<typeof payoutRootSchema>;
