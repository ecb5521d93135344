import { encodeAbiParameters, type Hex } from 'viem';
import { RpcRefusal, type Request } from '../../../platform/chain/index.js';
import { walletQuestions } from './wallet.questions.js';

const TOKEN: Hex = `0x${'b'.repeat(40)}`;
const WALLET: Hex = `0x${'a'.repeat(40)}`;
const DIGEST: Hex = `0x${'3'.repeat(64)}`;
const ACCEPTED: Hex = `0x1626ba7e${'0'.repeat(56)}`;

/** A node that answers calls with this, and says that the wallet has code. */
function nodeThat(answer: () => Hex, code: Hex = '0x60'): Request {
  return (async (method: string) => (method === 'eth_getCode' ? code : answer())) as Request;
}
const throwing = (error: Error) => (): never => {
  throw error;
};
const ask = (request: Request) => walletQuestions(request, TOKEN);
const accepts = (request: Request) => ask(request).accepts(WALLET, DIGEST, '0x01');
const word = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value]);

describe('what the chain says of a wallet', () => {
  it('is what it holds, and whether its authorization is spent', async () => {
    expect(await ask(nodeThat(() => word(7n))).balanceOf(WALLET)).toBe(7n);
    expect(await ask(nodeThat(() => word(1n))).isSpent(WALLET, DIGEST)).toBe(true);
    expect(await ask(nodeThat(() => word(0n))).isSpent(WALLET, DIGEST)).toBe(false);
  });

  it('is a yes only in the words of EIP-1271, from an account with code', async () => {
    expect(await accepts(nodeThat(() => ACCEPTED))).toBe(true);
    for (const answer of [word(1n), '0x', '0x1626ba7e', `${ACCEPTED.slice(0, -1)}1`] as Hex[])
      expect(await accepts(nodeThat(() => answer))).toBe(false);
    expect(await accepts(nodeThat(() => ACCEPTED, '0x'))).toBe(false);
    expect(await accepts(nodeThat(throwing(new RpcRefusal('eth_call', 'execution reverted', '0x', {}))))).toBe(false);
  });

  it('is nothing when the node does not say', async () => {
    const refusals = [new Error('offline'), new RpcRefusal('eth_call', 'busy', null, {})];
    for (const error of refusals) {
      const { balanceOf, isSpent } = ask(nodeThat(throwing(error)));
      for (const question of [balanceOf(WALLET), isSpent(WALLET, DIGEST), accepts(nodeThat(throwing(error)))])
        await expect(question).rejects.toMatchObject({ code: 'dependency_unavailable' });
    }
    await expect(ask(nodeThat(() => '0x')).balanceOf(WALLET)).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});
