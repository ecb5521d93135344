import { channelIdOf, voucherMessage, type ChannelConfig } from '@groundtruth/sdk/protocol';
import fc from 'fast-check';
import { numberToHex, verifyTypedData, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { VoucherVerifier } from './voucher.verifier.js';

const CHAIN_ID = 31_337;
const verifier = new VoucherVerifier(CHAIN_ID);
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value): Hex => `0x${Buffer.from(value).toString('hex')}`);
const key = hex(32).filter((value) => BigInt(value) > 0n && BigInt(value) < 2n ** 255n);
const config = fc.record({
  payer: hex(20),
  payerAuthorizer: hex(20),
  receiver: hex(20),
  receiverAuthorizer: hex(20),
  token: hex(20),
  withdrawDelay: fc.nat({ max: 2_592_000 }),
  salt: hex(32),
}) as fc.Arbitrary<ChannelConfig>;
const total = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

/** One byte of r or s is another. */
const spoilt = (text: Hex, at: number): Hex => {
  const bytes = Buffer.from(text.slice(2), 'hex');
  bytes[at % (bytes.length - 1)]! ^= 1 + (at % 255);
  return `0x${bytes.toString('hex')}`;
};

describe('the fast check of vouchers', () => {
  it('says of every signature what viem says', async () => {
    await fc.assert(
      fc.asyncProperty(key, hex(32), total, fc.nat(), async (secret, id, max, at) => {
        const account = privateKeyToAccount(secret);
        const message = voucherMessage(CHAIN_ID, id, max);
        const signature = await account.signTypedData(message);
        for (const tried of [signature, spoilt(signature, at)]) {
          const slow = await verifyTypedData({ ...message, address: account.address, signature: tried }).catch(
            () => false,
          );
          expect(verifier.isSignedBy(account.address, id, max, tried)).toBe(slow);
        }
        expect(verifier.isSignedBy(account.address, id, max ^ 1n, signature)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('gives every channel the id that its digest is, also the second time', () => {
    fc.assert(
      fc.property(config, (one) => {
        const id = channelIdOf(CHAIN_ID, one);
        expect([verifier.channelIdOf(one), verifier.channelIdOf({ ...one })]).toEqual([id, id]);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses the other value of s, which no contract takes', async () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
    const id: Hex = `0x${'22'.repeat(32)}`;
    const signature = await account.signTypedData(voucherMessage(CHAIN_ID, id, 5n));
    const s = numberToHex(order - BigInt(`0x${signature.slice(66, 130)}`), { size: 32 }).slice(2);
    const other: Hex = `0x${signature.slice(2, 66)}${s}${signature.endsWith('1b') ? '1c' : '1b'}`;
    expect(verifier.isSignedBy(account.address, id, 5n, signature)).toBe(true);
    expect(verifier.isSignedBy(account.address, id, 5n, other)).toBe(false);
  });
});
