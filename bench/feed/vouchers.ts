import { channelIdOf, voucherMessage, type ChannelConfig } from '@groundtruth/sdk/protocol';
import { numberToHex, verifyTypedData, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { VoucherVerifier } from '../../src/payments/channels/voucher.verifier.js';
import { interleave, ratioOf } from '../interleave.js';

const CHAIN_ID = 31_337;
const CHANNELS = 50;
const ROUNDS = 5;
const SLICE_MS = 1_000;
const DAY_S = 86_400;

/** How many times faster than viem we say of a voucher whose it is, channel id and signature together: vouchers of fifty channels, each of another sum. */
export async function vouchersVsViem(): Promise<number> {
  const account = privateKeyToAccount(numberToHex(1, { size: 32 }));
  const vouchers = await Promise.all(
    Array.from({ length: CHANNELS }, async (_, place) => {
      const config: ChannelConfig = {
        payer: account.address,
        payerAuthorizer: account.address,
        receiver: zeroAddress,
        receiverAuthorizer: zeroAddress,
        token: zeroAddress,
        withdrawDelay: DAY_S,
        salt: numberToHex(place, { size: 32 }),
      };
      const total = BigInt(1_000 * (place + 1));
      const message = voucherMessage(CHAIN_ID, channelIdOf(CHAIN_ID, config), total);
      return { config, total, signature: await account.signTypedData(message) };
    }),
  );
  const verifier = new VoucherVerifier(CHAIN_ID);
  const checked = (check: (voucher: (typeof vouchers)[number]) => boolean | Promise<boolean>) => ({
    work: async (ms: number): Promise<number> => {
      let units = 0;
      for (const end = performance.now() + ms; performance.now() < end; units++)
        if (!(await check(vouchers[units % CHANNELS]!))) throw new Error('a genuine voucher was refused');
      return units;
    },
  });
  const contenders = {
    ours: checked(({ config, total, signature }) =>
      verifier.isSignedBy(account.address, verifier.channelIdOf(config), total, signature),
    ),
    viem: checked(({ config, total, signature }) =>
      verifyTypedData({
        ...voucherMessage(CHAIN_ID, channelIdOf(CHAIN_ID, config), total),
        address: account.address,
        signature,
      }),
    ),
  };
  return ratioOf(await interleave(contenders, { rounds: ROUNDS, slice_ms: SLICE_MS }), 'ours', 'viem');
}
