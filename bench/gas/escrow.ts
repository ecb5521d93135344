import { bountyEscrowAbi, distributorAbi } from '@groundtruth/sdk/abi';
import {
  entryMessage,
  escrowTermsStruct,
  fundingMessage,
  releaseManyMessage,
  releaseMessage,
  releasePoolMessage,
  rootMessage,
  type EscrowPayment,
  type EscrowTerms,
} from '@groundtruth/sdk/protocol';
import { encodeFunctionData, hashTypedData, keccak256, numberToHex, stringToHex, zeroAddress, type Hex } from 'viem';
import { FAR, ROOT_DELAY_S, USD, type GasWorld } from './world.js';

const PAY = 5n * USD;
const FEE = PAY / 20n;
const FEE_BPS = 500;
const WINNERS = 10;
const POOLED = 100;
const FORTNIGHT_S = 14 * 24 * 3_600;
const FEE_TO = numberToHex(0xfee, { size: 20 });
/** One word of calldata and log; each word more costs about 4 gas a capture of a hundred. */
const ROOT_URI = 'v1/payout-roots/3?mode=test';

/** Gas of the money's path of a bounty. */
export interface EscrowGas {
  /** `fund` and one `release`. */
  readonly fund_release: number;
  /** `fund` and one `releaseMany` of ten. */
  readonly ten_winner: number;
  /** `releasePool` of a hundred captures and the whole `proposeRoot` after it, for each capture. */
  readonly pool_per_capture: number;
}

/** Warm: payees, fee address, escrow and distributor hold tokens before, and both places for roots were written. The entry itself is new. */
export async function measureEscrow(world: GasWorld): Promise<EscrowGas> {
  await warm(world);
  const fund_release = await new Entry(world, 'one').fund(10n * USD, (entry) => entry.release());
  const ten_winner = await new Entry(world, 'ten').fund(100n * USD, (entry) => entry.releaseMany());
  let pooled = 0;
  await new Entry(world, 'pool').fund(110n * USD, async (entry) => {
    await entry.release();
    pooled = await entry.releasePool(90n * USD, (90n * USD) / 20n);
    return pooled;
  });
  const proposed = await proposeRoot(world, 3n, 92n * USD);
  return { fund_release, ten_winner, pool_per_capture: (pooled + proposed) / POOLED };
}

async function warm(world: GasWorld): Promise<void> {
  const { mint, at, funder } = world;
  await mint(funder.address, 10_000n * USD);
  await new Entry(world, 'earlier').fund(100n * USD, () => Promise.resolve(0));
  await mint(FEE_TO, 1n);
  await mint(at.distributor, 10n * USD);
  for (let i = 0; i < WINNERS; i++) await mint(payee(i), 1n);
  await proposeRoot(world, 1n, USD);
  await proposeRoot(world, 2n, 2n * USD);
}

/** One entry and its releases, each signed for the state that the one before it left. */
class Entry {
  private readonly terms: EscrowTerms;
  private readonly id: Hex;
  private paid = 0n;

  constructor(
    private readonly world: GasWorld,
    name: string,
  ) {
    this.terms = {
      bounty: keccak256(stringToHex(`bounty ${name}`)),
      funder: world.funder.address,
      refund_to: world.funder.address,
      releaser: world.releaser.address,
      cosigner: zeroAddress,
      cosign_above: '0',
      distributor: world.at.distributor,
      fee_to: FEE_TO,
      fee_bps: FEE_BPS,
      deadline: FAR,
      grace: FORTNIGHT_S,
      salt: keccak256(stringToHex(name)),
    };
    this.id = hashTypedData(entryMessage(world.view, this.terms));
  }

  /** Gas of funding, and of what is done with the money then. */
  async fund(amount: bigint, then: (entry: this) => Promise<number>): Promise<number> {
    const { view, funder } = this.world;
    const signature = await funder.signTypedData(fundingMessage(view, this.terms, this.id, amount, FAR));
    const args = [this.struct(), amount, 0n, BigInt(FAR), signature] as const;
    const funded = await this.send(encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'fund', args }));
    return funded + (await then(this));
  }

  async release(): Promise<number> {
    const payment: EscrowPayment = { capture: keccak256(stringToHex('capture')), to: payee(0), amount: PAY };
    const { view, releaser } = this.world;
    const signature = await releaser.signTypedData(releaseMessage(view, this.id, payment, this.paid));
    const args = [this.struct(), payment, this.paid, signature, '0x'] as const;
    this.paid += PAY + FEE;
    return this.send(encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'release', args }));
  }

  async releaseMany(): Promise<number> {
    const payments = Array.from({ length: WINNERS }, (_, i): EscrowPayment => ({
      capture: keccak256(stringToHex(`capture ${i}`)),
      to: payee(i),
      amount: PAY,
    }));
    const { view, releaser } = this.world;
    const signature = await releaser.signTypedData(releaseManyMessage(view, this.id, payments, this.paid));
    const args = [this.struct(), payments, this.paid, signature, '0x'] as const;
    this.paid += BigInt(WINNERS) * (PAY + FEE);
    return this.send(encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'releaseMany', args }));
  }

  async releasePool(total: bigint, fee: bigint): Promise<number> {
    const pool = { capturesRoot: keccak256(stringToHex('captures')), count: POOLED, total, fee };
    const { view, releaser } = this.world;
    const signature = await releaser.signTypedData(releasePoolMessage(view, this.id, pool, this.paid));
    const args = [this.struct(), pool, this.paid, signature, '0x'] as const;
    return this.send(encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'releasePool', args }));
  }

  private readonly struct = () => escrowTermsStruct(this.terms);
  private readonly send = (data: Hex) => this.world.send(this.world.at.escrow, data);
}

/** A root takes the place of the one before the last, once the last is active. */
async function proposeRoot(
  { chain, at, view, releaser, send }: GasWorld,
  epoch: bigint,
  total: bigint,
): Promise<number> {
  const root = keccak256(numberToHex(epoch, { size: 32 }));
  const signature = await releaser.signTypedData(rootMessage(view, { root, epoch: Number(epoch), total }));
  const args = [root, epoch, total, ROOT_URI, signature] as const;
  const gas = await send(
    at.distributor,
    encodeFunctionData({ abi: distributorAbi, functionName: 'proposeRoot', args }),
  );
  await chain.request('evm_increaseTime', [numberToHex(ROOT_DELAY_S)]);
  await chain.mine();
  return gas;
}

const payee = (i: number): Hex => `0x${keccak256(stringToHex(`payee ${i}`)).slice(-40)}`;
