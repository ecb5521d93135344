import * as abis from '../abi/index.js';
import { CONTRACT_PROBLEMS, contractProblem, reasonProblem } from './chain-problems.js';

const errors = Object.values(abis).flatMap((abi) =>
  (abi as readonly { type: string; name?: string }[]).filter(({ type }) => type === 'error').map(({ name }) => name!),
);

describe('the errors of contracts', () => {
  it('are those that our contracts have', () => {
    expect(Object.keys(CONTRACT_PROBLEMS).filter((name) => !errors.includes(name))).toEqual([]);
  });

  it.each([
    ['OutOfOrder(0x01, 5, 0)', 'release_out_of_order'],
    ['ERC20InsufficientBalance(0xab, 1, 5500000)', 'insufficient_funds'],
    ['Error(FiatTokenV2: authorization is used or canceled)', 'authorization_used'],
    ['Error(Pausable: paused)', 'chain_refused'],
    ['Panic(17)', 'chain_refused'],
    ['constructor()', 'chain_refused'],
    ['reverted with 0xdeadbeef', 'chain_refused'],
    ['reverted without data', 'chain_refused'],
    ['the chain abandoned the block that had funded it', null],
  ])('%s is %s', (reason, code) => {
    expect(reasonProblem(reason)).toBe(code);
  });

  it('are told by words only where they have no name', () => {
    expect(contractProblem('Error', 'ERC20: transfer amount exceeds allowance')).toBe('insufficient_allowance');
    expect(contractProblem('OutOfOrder', 'ERC20: transfer amount exceeds allowance')).toBe('release_out_of_order');
    expect(contractProblem('Error', 'OutOfOrder')).toBe('chain_refused');
  });
});
