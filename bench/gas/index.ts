import { startTestChain } from '../../test/support/anvil.js';
import { type BenchReport, writeReport } from '../report.js';
import {
  COMMERCE_PAYMENTS_AUTHORIZE_AND_CAPTURE_GAS,
  COMMERCE_PAYMENTS_TEN_TIMES_GAS,
  EIP_3009_EXACT_READ_GAS,
  HUMAN_BULK_PAY_OUT_PER_PAYEE_OF_100_GAS,
  X402_CLAIM_100_CHANNELS_AND_SETTLE_GAS,
} from './anchors.js';
import { measureChannels } from './channels.js';
import { measureEscrow } from './escrow.js';
import { openGasWorld } from './world.js';

export interface GasBenchOptions {
  /** File for the report, which is printed in any case. */
  readonly json?: string;
}

/**
 * What the money's path costs on a real chain, in gas by the receipts: base cost and calldata included, the data fee of a rollup not. Ratios
 * are ours over another's published figure: below 1 is cheaper. Nothing here depends on the machine.
 */
export async function run({ json }: GasBenchOptions = {}): Promise<BenchReport> {
  const chain = await startTestChain();
  try {
    const world = await openGasWorld(chain);
    const escrow = await measureEscrow(world);
    const channels = await measureChannels(world);
    return await writeReport(
      {
        bench: 'gas',
        ratios: {
          fund_release_vs_commerce_payments: escrow.fund_release / COMMERCE_PAYMENTS_AUTHORIZE_AND_CAPTURE_GAS,
          ten_winner_vs_ten_commerce_payments: escrow.ten_winner / COMMERCE_PAYMENTS_TEN_TIMES_GAS,
          pool_per_capture_vs_human_bulk_pay_out: escrow.pool_per_capture / HUMAN_BULK_PAY_OUT_PER_PAYEE_OF_100_GAS,
          voucher_per_read_vs_eip_3009_exact: channels.per_read_1000 / EIP_3009_EXACT_READ_GAS,
          hundred_channels_vs_x402: channels.hundred_channels / X402_CLAIM_100_CHANNELS_AND_SETTLE_GAS,
        },
        figures: {
          fund_release_warm: escrow.fund_release,
          ten_winner: escrow.ten_winner,
          pool_per_capture_100: escrow.pool_per_capture,
          voucher_per_read_1000: channels.per_read_1000,
          voucher_refund: channels.refund,
          voucher_deposit: channels.deposit,
          voucher_claim: channels.claim,
          voucher_settle: channels.settle,
          hundred_channels_claim_settle: channels.hundred_channels,
          published_commerce_payments_authorize_and_capture: COMMERCE_PAYMENTS_AUTHORIZE_AND_CAPTURE_GAS,
          published_commerce_payments_ten_times: COMMERCE_PAYMENTS_TEN_TIMES_GAS,
          published_human_bulk_pay_out_per_payee: HUMAN_BULK_PAY_OUT_PER_PAYEE_OF_100_GAS,
          published_eip_3009_exact_read: EIP_3009_EXACT_READ_GAS,
          published_x402_hundred_channels_claim_settle: X402_CLAIM_100_CHANNELS_AND_SETTLE_GAS,
        },
      },
      json,
    );
  } finally {
    await chain.stop();
  }
}
