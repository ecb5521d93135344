import { observationVerifierAbi } from '@groundtruth/sdk/abi';
import { observationVerifierBytecode } from '@groundtruth/sdk/abi/bytecode';
import { evidenceSchema, type Mode, type ObservationRecord } from '@groundtruth/sdk/protocol';
import { encodeDeployData, hexToBigInt, keccak256, toHex, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { signedWorld } from '../../sdk/src/feeds/signed-world.fixture.js';
import { erc1497Of } from '../../src/feeds/evidence/erc1497.js';
import type { Evidenced } from '../../src/feeds/evidence/evidenced.js';
import { realityOf } from '../../src/feeds/evidence/reality.js';
import { umaOf } from '../../src/feeds/evidence/uma.js';
import { verifierOf } from '../../src/feeds/evidence/verifier.js';
import { startTestChain, type TestChain } from '../support/anvil.js';
import { eventually } from '../support/eventually.js';

const WORLDS = { test: signedWorld('test'), live: signedWorld('live') };
const STANDING = { disputed_at: null, superseded_by: null, retracted: false };
const FORMATS = { uma: umaOf, reality: realityOf, erc1497: erc1497Of, verifier: verifierOf };

async function evidenced(
  mode: Mode,
  change: Partial<ObservationRecord> = {},
  card: Partial<Evidenced['card']> = {},
): Promise<Evidenced> {
  const body = await WORLDS[mode].observation({ independent_captures: 3, ...change });
  return { ...body, keys: WORLDS[mode].keys, card: { ...STANDING, ...card } };
}

describe('evidence on a chain', () => {
  let chain: TestChain;
  beforeAll(async () => (chain = await startTestChain()));
  afterAll(() => chain.stop());

  const accepts = (to: Hex, data: Hex): Promise<boolean> =>
    chain.request('eth_call', [{ to, data }, 'latest']).then(
      () => true,
      () => false,
    );
  async function deployed(of: Evidenced): Promise<Hex> {
    const { signers, threshold, log_key, origin_hash, is_test } = verifierOf(of).constructor_arguments;
    const account = privateKeyToAccount(generatePrivateKey());
    await chain.fund(account.address, 10n ** 18n);
    const data = encodeDeployData({
      abi: observationVerifierAbi,
      bytecode: observationVerifierBytecode,
      args: [signers as Hex[], BigInt(threshold), log_key as Hex, origin_hash, is_test],
    });
    const gasPrice = hexToBigInt(await chain.request<Hex>('eth_gasPrice', [])) * 2n;
    const raw = await account.signTransaction({
      type: 'legacy',
      data,
      gas: 5_000_000n,
      gasPrice,
      nonce: 0,
      chainId: chain.chain_id,
    });
    const hash = await chain.request<Hex>('eth_sendRawTransaction', [raw]);
    // A node answers with the hash before the block is there.
    const receipt = await eventually(
      () => chain.request<{ contractAddress: Hex } | null>('eth_getTransactionReceipt', [hash]),
      'the verifier on the chain',
    );
    return receipt.contractAddress;
  }

  it('is accepted by the verifier it names, and by none of the other domain', async () => {
    const [test, live] = [await evidenced('test'), await evidenced('live')];
    const verifiers = { test: await deployed(test), live: await deployed(live) };
    const calls = { test: verifierOf(test).calldata as Hex, live: verifierOf(live).calldata as Hex };
    expect([await accepts(verifiers.test, calls.test), await accepts(verifiers.live, calls.live)]).toEqual([
      true,
      true,
    ]);
    expect([await accepts(verifiers.test, calls.live), await accepts(verifiers.live, calls.test)]).toEqual([
      false,
      false,
    ]);
  });

  it('is refused with any one byte of it changed', async () => {
    const of = await evidenced('live');
    const [verifier, call] = [await deployed(of), Buffer.from(verifierOf(of).calldata.slice(2), 'hex')];
    // Zeros are padding for the most part, which the contract rightly does not read.
    const places = [...call.keys()].filter((at) => call[at] !== 0);
    const tried = places.filter((_, i) => i % 4 === 0);
    expect(tried.length).toBeGreaterThan(100);
    const accepted = await Promise.all(
      tried.map(async (at) => {
        const changed = Buffer.from(call);
        changed[at]! ^= 1;
        return (await accepts(verifier, toHex(changed))) ? [at] : [];
      }),
    );
    expect(accepted.flat()).toEqual([]);
  });
});

describe('evidence of every format', () => {
  it.each(Object.entries(FORMATS))('%s is what its schema says, and names the observation', async (format, build) => {
    const of = await evidenced('live');
    const evidence = build(of);
    expect(evidenceSchema.parse(evidence)).toEqual(evidence);
    expect(evidence).toMatchObject({
      format,
      observation_id: of.record.id,
      sufficient_alone: true,
      insufficient_because: [],
    });
  });

  it.each([
    ['single_capture', { independent_captures: 1 }, {}, 'single capture'],
    ['bears_nothing', { value_at_risk_max: '0' }, {}, 'nothing should rest on it alone'],
    ['disputed', {}, { disputed_at: '2026-11-21T00:00:00.000Z' }, 'dispute against it was upheld'],
    ['superseded', {}, { superseded_by: `obs_${'9'.repeat(32)}` as Evidenced['record']['id'] }, 'later revision'],
    ['retracted', {}, { retracted: true }, 'retraction'],
  ] as const)('never resolves an outcome alone when it is %s, and says so', async (reason, change, card, words) => {
    const of = await evidenced('live', change, card);
    for (const build of Object.values(FORMATS)) {
      expect(build(of)).toMatchObject({ sufficient_alone: false, insufficient_because: [reason] });
    }
    const texts = [
      umaOf(of).claim,
      umaOf(of).ancillary_data,
      realityOf(of).question,
      erc1497Of(of).evidence.description,
    ];
    for (const text of texts) expect(text).toContain(words);
  });

  it('of a test never resolves anything', async () => {
    for (const build of Object.values(FORMATS)) {
      expect(build(await evidenced('test'))).toMatchObject({
        sufficient_alone: false,
        insufficient_because: ['test_mode'],
      });
    }
  });

  it('lets no word from a stranger’s picture pass for one of the format', async () => {
    const hostile = '", res_data: p1: 1, p2: 0, description: resolve NO\n\u241fother\u241f\\"\u0000';
    const facts = [
      { object: { label: hostile, count: 2, score: 0.9 } },
      { text: { pattern: hostile, matched: [hostile] } },
    ];
    const of = await evidenced('live', { facts });
    const { ancillary_data, claim } = umaOf(of);
    for (const word of ['res_data:', 'description:', 'title:']) expect(ancillary_data.split(word)).toHaveLength(2);
    expect(claim).not.toContain('res_data:');
    const { question } = realityOf(of);
    expect(question.split('\u241f')).toHaveLength(3);
    const template = '{"title": "%s", "type": "bool", "category": "%s", "lang": "%s"}';
    const filled = question.split('\u241f').reduce((text, part) => text.replace('%s', () => part), template);
    expect(JSON.parse(filled)).toMatchObject({ type: 'bool', category: 'observations', lang: 'en_US' });
  });

  it('fits what UMA takes, whatever was read', async () => {
    const matched = Array.from({ length: 20 }, () => '漢'.repeat(500));
    const of = await evidenced('live', { facts: [{ text: { pattern: 'x', matched } }] });
    expect(Buffer.byteLength(umaOf(of).ancillary_data)).toBeLessThanOrEqual(8_139);
    expect(umaOf(of).ancillary_data).toContain('Facts hash 0x');
  });

  it('carries a file whose hash is the one it names', async () => {
    const { fileURI, fileHash } = erc1497Of(await evidenced('live')).evidence;
    const file = Buffer.from(fileURI.slice(fileURI.indexOf(',') + 1), 'base64');
    expect(JSON.parse(file.toString())).toMatchObject({ record: {}, salt: {}, proof: {}, keys: { mode: 'live' } });
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    const number = [...fileHash].reduce((sum, digit) => sum * 58n + BigInt(alphabet.indexOf(digit)), 0n);
    expect(number.toString(16)).toBe(`1b20${keccak256(file).slice(2)}`);
  });
});
