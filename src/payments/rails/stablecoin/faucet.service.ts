import { Inject, Injectable } from '@nestjs/common';
import { testUsdAbi } from '@groundtruth/sdk/abi';
import { formatAmount } from '@groundtruth/sdk/protocol';
import { encodeFunctionData } from 'viem';
import { DomainError } from '../../../kernel/problem.js';
import type { Principal } from '../../../identity/index.js';
import { UnitOfWork, type Command } from '../../../platform/database/index.js';
import type { BodyOf } from '../../../platform/http/serves.js';
import { ESCROW_CHAINS, type EscrowChains } from './escrow.chain.js';

/** Test dollars for whoever asks, on the embedded chain alone. */
@Injectable()
export class Faucet {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
  ) {}

  /** @throws {DomainError} `mode_mismatch` in live mode, or where test mode has no chain. */
  async pour(command: Command, caller: Principal, { address, amount }: BodyOf<'faucet'>) {
    const chain = caller.mode === 'test' ? this.chains.test : null;
    if (!chain) throw new DomainError('mode_mismatch', 'test dollars exist on the chain of test mode only');
    return this.unitOfWork.once(command, async (tx) => {
      const args = [address, amount] as const;
      await chain.relayer.enqueue(tx, {
        id: `faucet:${command.principal}:${command.key}`,
        to: chain.view.token.address,
        data: encodeFunctionData({ abi: testUsdAbi, functionName: 'mint', args }),
        value: 0n,
        purpose: 'faucet',
        confirmations: 'latest+1',
      });
      return { address, amount: formatAmount(amount), token: chain.view.token.address };
    });
  }
}
