import { type Address, concat, encodeDeployData, getAddress, type Hex, keccak256, parseAbi, slice } from 'viem';
import { startTestChain, type TestChain } from '../../../test/support/anvil.js';
import { type Deployable, deployContracts, DeploymentFailed, deploymentAddress } from './deployment.js';

/** CODECOPY the last 32 bytes of the creation code, which are the argument; return them as the code. */
const ECHO: Deployable<'echo'> = {
  name: 'echo',
  bytecode: '0x602038036020905f3960205ff3',
  abi: parseAbi(['constructor(uint256 word)']),
  args: [0x5b00n << 240n],
};
/** PUSH0 PUSH0 REVERT */
const REFUSER: Deployable<'refuser'> = { name: 'refuser', bytecode: '0x5f5ffd' };
/** Returns 10 bytes of code: PUSH1 42 PUSH0 MSTORE PUSH1 32 PUSH0 RETURN */
const ANSWER: Deployable<'answer'> = { name: 'answer', bytecode: '0x69602a5f5260205ff300005f52600a6016f3' };

describe('the address of a deployment', () => {
  it('is the last 20 bytes of keccak(0xff, deployer, salt 0, keccak(code))', () => {
    const salt: Hex = `0x${'00'.repeat(32)}`;
    const hash = keccak256(concat(['0xff', '0x4e59b44847b379578588920cA78FbF26c0B4956C', salt, keccak256('0x5f5ffd')]));
    expect(deploymentAddress(REFUSER)).toBe(getAddress(slice(hash, 12)));
  });

  it('is refused for other than the arguments the constructor takes', () => {
    for (const args of [undefined, [], [1n, 2n]])
      expect(() => deploymentAddress({ ...ECHO, args })).toThrow('the constructor takes 1 arguments');
  });

  it('follows from the arguments too', () => {
    const all = [1n, 2n, 1n].map((word) => deploymentAddress({ ...ECHO, args: [word] }));
    expect(all[0]).toBe(all[2]);
    expect(all[0]).not.toBe(all[1]);
    const bytecode = encodeDeployData({ abi: ECHO.abi!, bytecode: ECHO.bytecode, args: [1n] });
    expect(deploymentAddress({ bytecode })).toBe(all[0]);
  });
});

describe('a deployment', () => {
  let chain: TestChain;
  let start: Hex;
  const codeAt = (address: Address): Promise<Hex> => chain.request('eth_getCode', [address, 'latest']);
  const height = (): Promise<Hex> => chain.request('eth_blockNumber', []);
  beforeAll(async () => (chain = await startTestChain()));
  afterAll(() => chain.stop());
  beforeEach(async () => (start = await chain.snapshot()));
  afterEach(() => chain.revert(start));

  it('puts each contract at the address known beforehand', async () => {
    const addresses = await deployContracts(chain.request, [ECHO, ANSWER]);
    expect(addresses).toEqual({ echo: deploymentAddress(ECHO), answer: deploymentAddress(ANSWER) });
    expect(await codeAt(addresses.echo)).toBe(`0x5b00${'00'.repeat(30)}`);
    expect(BigInt(await chain.request<Hex>('eth_call', [{ to: addresses.answer }, 'latest']))).toBe(42n);
  });

  it('skips what is there, and sends nothing when all is', async () => {
    const first = await deployContracts(chain.request, [ECHO]);
    const second = await deployContracts(chain.request, [ECHO, ANSWER]);
    expect(second.echo).toBe(first.echo);
    const before = await height();
    expect(await deployContracts(chain.request, [ANSWER, ECHO])).toEqual(second);
    expect(await height()).toBe(before);
  });

  it('waits for its block on a chain that mines later', async () => {
    await chain.setAutomine(false);
    const under_way = deployContracts(chain.request, [ECHO]);
    await chain.request('evm_setIntervalMining', [1]);
    expect(await codeAt((await under_way).echo)).not.toBe('0x');
    await chain.request('evm_setIntervalMining', [0]);
    await chain.setAutomine(true);
  });

  it('says which constructor reverts', async () => {
    const failed = deployContracts(chain.request, [ECHO, REFUSER]);
    await expect(failed).rejects.toBeInstanceOf(DeploymentFailed);
    await expect(failed).rejects.toMatchObject({ contract: 'refuser' });
  });

  it('says that the chain lacks the deployer', async () => {
    await chain.setCode('0x4e59b44847b379578588920cA78FbF26c0B4956C', '0x');
    await expect(deployContracts(chain.request, [ECHO])).rejects.toThrow('this chain has no deployer');
  });
});
