import { distributorAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { distributorBytecode, testUsdBytecode } from '@groundtruth/sdk/abi/bytecode';
import { EIP712_DOMAINS } from '@groundtruth/sdk/protocol';
import type { Address } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { startTestChain, type TestChain } from '../test/support/anvil.js';
import { configuredChain } from './chain.found.js';
import type { Keyring } from './keyring.js';
import { deployContracts, deploymentAddress, httpRequest } from './platform/chain/index.js';
import { loadConfig } from './platform/config/index.js';
import { silentLog } from './platform/telemetry/index.js';

const address = (): Address => privateKeyToAccount(generatePrivateKey()).address;
const [minter, other_minter, releaser, root_setter, guardian] = [address(), address(), address(), address(), address()];
const token = { name: 'token', abi: testUsdAbi, bytecode: testUsdBytecode, args: [minter] } as const;
const other_token = { ...token, name: 'other_token', args: [other_minter] } as const;
const keyring = { releasers: { live: releaser }, root_setters: { live: { address: root_setter } } } as Keyring;

describe('a Distributor that is configured', () => {
  let chain: TestChain;
  beforeAll(async () => (chain = await startTestChain()));
  afterAll(() => chain.stop());

  /** The Distributor of these words, as the live one. */
  async function found(of: Address, rootSetter: Address, signedBy: Address, domain: string) {
    const args = [of, rootSetter, signedBy, guardian, 3_600n, domain];
    const distributor = { name: 'distributor', abi: distributorAbi, bytecode: distributorBytecode, args } as const;
    const made = await deployContracts(httpRequest(chain.url, 10_000), [token, other_token, distributor]);
    const config = loadConfig({
      CHAIN_RPC_URL: chain.url,
      CHAIN_ID: '31337',
      CHAIN_TOKEN: made.token,
      CHAIN_ESCROW: made.distributor,
      CHAIN_DISTRIBUTOR: made.distributor,
      CHAIN_FEE_TO: guardian,
    });
    return configuredChain({ config, log: silentLog, keyring });
  }

  it('is taken when it pays our token by our keys', async () => {
    const { name } = EIP712_DOMAINS.live;
    const chain_found = await found(deploymentAddress(token), root_setter, releaser, name);
    expect(chain_found?.view.token.address).toBe(deploymentAddress(token).toLowerCase());
  });

  it.each<[string, Parameters<typeof found>]>([
    ['token', [deploymentAddress(other_token), root_setter, releaser, EIP712_DOMAINS.live.name]],
    ['rootSetter', [deploymentAddress(token), address(), releaser, EIP712_DOMAINS.live.name]],
    ['releaser', [deploymentAddress(token), root_setter, address(), EIP712_DOMAINS.live.name]],
    ['domain', [deploymentAddress(token), root_setter, releaser, EIP712_DOMAINS.test.name]],
  ])('stops the start when its %s is not ours: what is paid to it would stay there', async (words, args) => {
    await expect(found(...args)).rejects.toThrow(words);
  });
});
