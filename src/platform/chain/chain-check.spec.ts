import type { Address, Hex } from 'viem';
import { startTestChain, type TestChain } from '../../../test/support/anvil.js';
import { freePort } from '../embedded/port.js';
import { checkChain, ChainRefused, type ExpectedChain } from './chain-check.js';
import { ChainUnavailable, httpRequest, type Request } from './rpc.js';

const TOKEN: Address = '0x00000000000000000000000000000000000c0001';
const ESCROW: Address = '0x00000000000000000000000000000000000c0002';
const NOTHING: Address = '0x00000000000000000000000000000000000c0003';
/** Answers every call with this number: PUSH1 n PUSH0 MSTORE PUSH1 32 PUSH0 RETURN */
const answers = (byte: string): Hex => `0x60${byte}5f5260205ff3`;
const STOPS: Hex = '0x00';
const REVERTS: Hex = '0x5f5ffd';

describe('the check of a chain', () => {
  let chain: TestChain;
  const expected: ExpectedChain = {
    id: 31_337,
    contracts: { CHAIN_TOKEN: TOKEN, CHAIN_ESCROW: ESCROW },
    token: 'CHAIN_TOKEN',
  };
  const refusal = (different: Partial<ExpectedChain> = {}, request: Request = chain.request): Promise<ChainRefused> =>
    checkChain(request, { ...expected, ...different }).then(
      () => Promise.reject(new Error('it was not refused')),
      (error: unknown) => {
        expect(error).toBeInstanceOf(ChainRefused);
        return error as ChainRefused;
      },
    );
  beforeAll(async () => (chain = await startTestChain()));
  afterAll(() => chain.stop());
  beforeEach(async () => {
    await chain.setCode(TOKEN, answers('06'));
    await chain.setCode(ESCROW, STOPS);
  });

  it('passes when all is as configured', async () => {
    await expect(checkChain(chain.request, expected)).resolves.toBeUndefined();
  });

  it('refuses another chain, and looks at nothing on it', async () => {
    const { faults, message } = await refusal({ id: 8453, contracts: { CHAIN_ESCROW: NOTHING } });
    expect(faults).toEqual([{ kind: 'wrong_chain', variable: 'CHAIN_ID', expected: 8453, found: 31_337 }]);
    expect(message).toContain('CHAIN_ID: expected chain 8453, but the node serves chain 31337; set CHAIN_RPC_URL to');
  });

  it('names each address without a contract', async () => {
    const { faults, message } = await refusal({ contracts: { CHAIN_TOKEN: NOTHING, CHAIN_ESCROW: NOTHING } });
    expect(faults).toEqual(
      ['CHAIN_TOKEN', 'CHAIN_ESCROW'].map((variable) => ({ kind: 'no_contract', variable, address: NOTHING })),
    );
    expect(message).toContain(`CHAIN_ESCROW: there is no contract at ${NOTHING} on this chain; set it`);
  });

  it.each([
    ['of 18 decimals', answers('12'), 18n, 'counts 18 decimals; set it to a token of 6 decimals'],
    ['of none', answers('00'), 0n, 'counts 0 decimals'],
    ['that answers nothing', STOPS, null, 'does not say its decimals and is no token'],
    ['that reverts', REVERTS, null, 'does not say its decimals and is no token'],
  ])('refuses a token %s', async (_, code, found, words) => {
    await chain.setCode(TOKEN, code);
    const { faults, message } = await refusal();
    expect(faults).toEqual([{ kind: 'wrong_decimals', variable: 'CHAIN_TOKEN', address: TOKEN, found }]);
    expect(message).toContain(`CHAIN_TOKEN: ${TOKEN} ${words}`);
  });

  it('names every fault in one message', async () => {
    await chain.setCode(TOKEN, answers('12'));
    const { faults } = await refusal({ contracts: { CHAIN_TOKEN: TOKEN, CHAIN_ESCROW: NOTHING } });
    expect(faults.map(({ kind }) => kind)).toEqual(['wrong_decimals', 'no_contract']);
  });

  it('says that the node cannot be reached, and keeps its address, which may hold a key, to itself', async () => {
    const request = httpRequest(`http://127.0.0.1:${await freePort()}/secret-key`, 5_000);
    const { faults, message, cause } = await refusal({}, request);
    expect(faults).toMatchObject([{ kind: 'unreachable', variable: 'CHAIN_RPC_URL' }]);
    expect(message).toContain('CHAIN_RPC_URL: no sensible answer there');
    expect(message).not.toContain('secret-key');
    expect(cause).toBeInstanceOf(ChainUnavailable);
  });

  it('takes a server that is no node for one that cannot be reached', async () => {
    const notAnswered: Request = () => Promise.resolve('<html>' as never);
    expect((await refusal({}, notAnswered)).faults).toMatchObject([{ kind: 'unreachable' }]);
  });
});
