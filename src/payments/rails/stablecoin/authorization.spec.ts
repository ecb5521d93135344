import { authorizationOf, type Authorization } from '@groundtruth/sdk/protocol';
import {
  numberToHex,
  parseSignature,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
  type Hex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { askedMessage, checkAuthorization, type Asked } from './authorization.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const payer = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const stranger = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
const lower = (text: Hex): Hex => text.toLowerCase() as Hex;

const ASKED: Asked = {
  chain: {
    mode: 'test',
    chain_id: 31_337,
    escrow: address('e'),
    distributor: address('c'),
    token: { address: address('b'), name: 'Test USD', version: '2', decimals: 6 },
  },
  terms: {
    bounty: `0x${'1'.repeat(64)}`,
    funder: lower(payer.address),
    refund_to: lower(payer.address),
    releaser: address('a'),
    cosigner: address('0'),
    cosign_above: '0',
    distributor: address('c'),
    fee_to: address('f'),
    fee_bps: 1_000,
    deadline: NOW / 1_000 + 7_200,
    grace: 14 * 86_400,
    salt: `0x${'2'.repeat(64)}`,
  },
  id: `0x${'3'.repeat(64)}`,
  amount: 5_500_000n,
  valid_before: NOW + 3_600_000,
};
const WALLET = { balance: 5_500_000n, is_spent: false, accepts: false };

let good: Authorization;
beforeAll(async () => (good = authorizationOf(askedMessage(ASKED), await payer.signTypedData(askedMessage(ASKED)))));

const check = (change: Partial<Authorization> = {}, wallet: Partial<typeof WALLET> = {}, now = NOW) =>
  checkAuthorization(ASKED, { authorization: { ...good, ...change }, payer: { ...WALLET, ...wallet } }, now);
const refusalOf = (change?: Partial<Authorization>, wallet?: Partial<typeof WALLET>, now?: number) =>
  check(change, wallet, now).then(
    () => null,
    ({ code, facts }: { code: string; facts: { param: string } }) => [code, facts.param.replace('authorization', '')],
  );

describe('the authorization of an entry', () => {
  it('is taken as the payer signed it', async () => {
    expect(await check()).toBe(good.signature);
  });

  it('has to be there', async () => {
    await expect(checkAuthorization(ASKED, null, NOW)).rejects.toMatchObject({ code: 'signature_invalid' });
  });

  it.each<[keyof Authorization, Partial<Authorization>, string]>([
    ['chain_id', { chain_id: 1 }, 'authorization_wrong_chain'],
    ['token', { token: address('d') }, 'authorization_wrong_token'],
    ['nonce', { nonce: `0x${'4'.repeat(64)}` }, 'authorization_mismatch'],
    ['from', { from: lower(stranger.address) }, 'authorization_mismatch'],
    ['to', { to: address('d') }, 'authorization_mismatch'],
    ['value', { value: '5500001' }, 'authorization_mismatch'],
    ['valid_after', { valid_after: 1 }, 'authorization_mismatch'],
    ['valid_before', { valid_before: NOW / 1_000 + 3_601 }, 'authorization_mismatch'],
    ['valid_before', { valid_before: NOW / 1_000 }, 'authorization_expired'],
  ])('is refused for its %s by a code of its own, and told what is asked for', async (field, change, code) => {
    expect(await refusalOf(change)).toEqual([code, `.${field}`]);
    await expect(check(change)).rejects.toMatchObject({ facts: { expected: good[field] } });
  });

  it('is refused when the signature is of another wallet, another message or nothing at all', async () => {
    const foreign = await stranger.signTypedData(askedMessage(ASKED));
    const other = await payer.signTypedData(askedMessage({ ...ASKED, amount: 1n }));
    for (const signature of [foreign, other, '0x00', `0x${'ff'.repeat(65)}`] as const)
      expect(await refusalOf({ signature })).toEqual(['signature_invalid', '.signature']);
  });

  it('is refused in every other form of the payer’s own signature', async () => {
    const { r, s, yParity } = parseSignature(good.signature);
    const mirrored = numberToHex(CURVE_ORDER - BigInt(s), { size: 32 });
    const forms = [
      serializeSignature({ r, s: mirrored, yParity: yParity === 0 ? 1 : 0 }),
      serializeCompactSignature(signatureToCompactSignature({ r, s, yParity })),
      `${good.signature.slice(0, 130)}0${yParity}` as Hex,
    ];
    for (const signature of forms)
      expect(await refusalOf({ signature })).toEqual(['signature_malleable', '.signature']);
  });

  it('is taken in any form from a contract that says it is its own', async () => {
    expect(await check({ signature: '0x00' }, { accepts: true })).toBe('0x00');
  });

  it('is refused when it is used or cancelled, and when the wallet does not hold the amount', async () => {
    expect(await refusalOf({}, { is_spent: true })).toEqual(['authorization_used', '']);
    expect(await refusalOf({}, { balance: 5_499_999n })).toEqual(['insufficient_funds', '.from']);
  });

  it('is refused for the first of several reasons', async () => {
    const mistakes: [Partial<Authorization>, Partial<typeof WALLET>, string][] = [
      [{ chain_id: 1 }, {}, 'authorization_wrong_chain'],
      [{ token: address('d') }, {}, 'authorization_wrong_token'],
      [{ nonce: `0x${'4'.repeat(64)}` }, {}, 'authorization_mismatch'],
      [{ valid_before: 1 }, {}, 'authorization_expired'],
      [{ signature: '0x00' }, {}, 'signature_invalid'],
      [{}, { is_spent: true }, 'authorization_used'],
      [{}, { balance: 0n }, 'insufficient_funds'],
    ];
    for (const [index, [, , code]] of mistakes.entries()) {
      const rest = mistakes.slice(index);
      const change = Object.assign({}, ...rest.map(([said]) => said)) as Partial<Authorization>;
      const wallet = Object.assign({}, ...rest.map(([, seen]) => seen)) as Partial<typeof WALLET>;
      expect((await refusalOf(change, wallet))?.[0]).toBe(code);
    }
  });
});
