import { CallExecutionError, RpcRequestError, encodeErrorResult, parseAbi, type Hex } from 'viem';
import { bountyEscrowAbi, testUsdAbi } from '../abi/index.js';
import { chainProblemOf } from './explain.js';

const WALLET: Hex = `0x${'a'.repeat(40)}`;
const ENTRY: Hex = `0x${'3'.repeat(64)}`;
const stale = encodeErrorResult({ abi: bountyEscrowAbi, errorName: 'OutOfOrder', args: [ENTRY, 5n, 0n] });

describe('what a contract refuses', () => {
  it('is told from the data of the revert', () => {
    expect(chainProblemOf(stale)).toEqual({
      code: 'release_out_of_order', retry: 'after_delay', error: 'OutOfOrder', args: [ENTRY, 5n, 0n],
    }); // prettier-ignore
    const short = encodeErrorResult({
      abi: testUsdAbi,
      errorName: 'ERC20InsufficientAllowance',
      args: [WALLET, 0n, 1n],
    });
    expect(chainProblemOf(short)).toMatchObject({ code: 'insufficient_allowance', args: [expect.any(String), 0n, 1n] });
  });

  it('is told from the words of a token that has no errors of its own', () => {
    const abi = parseAbi(['error Error(string)']);
    const data = encodeErrorResult({ abi, errorName: 'Error', args: ['FiatTokenV2: authorization is expired'] });
    expect(chainProblemOf(data)).toMatchObject({ code: 'authorization_expired', error: 'Error' });
  });

  it.each(['0x', '0xdeadbeef'] as const)('is a refusal even when it says %s', (data) => {
    expect(chainProblemOf(data)).toEqual({ code: 'chain_refused', retry: 'never', error: null, args: [] });
  });

  it.each([stale, { data: stale }])('is found in what a node answered, however deep', (data) => {
    const answer = new RpcRequestError({ body: {}, url: 'http://node', error: { code: 3, message: 'reverted', data } });
    const thrown = new CallExecutionError(answer, { to: WALLET });
    expect(chainProblemOf(thrown)).toMatchObject({ code: 'release_out_of_order' });
  });

  it('is nothing where no contract spoke', () => {
    const answer = new RpcRequestError({ body: {}, url: 'http://node', error: { code: -32003, message: 'no ether' } });
    for (const thrown of [new Error('offline'), answer, null, undefined, 'why'])
      expect(chainProblemOf(thrown)).toBeNull();
  });
});
