import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { privateKeyToAccount } from 'viem/accounts';
import type { Mode } from './mode.js';
import { fromBase64Url, toHex } from './bytes.js';
import { leafBytes, type Leaf } from './leaf.js';
import { logRootMessage, originHash } from './log-root.js';
import { leafHash, nodeHash, type Hash } from './merkle.js';
import { assembleNote, checkpointText, encodeNoteKey, noteKey } from './note.js';
import { ProofInvalid, verifyConsistency, verifyInclusion, type InclusionProof, type LogKeyset } from './proof.js';

const ORIGIN = 'groundtruth.example/log/test';
const leafOf = (digit: string): Leaf => ({
  v: 1,
  type: 'verdict',
  id: `vrd_${digit.repeat(32)}`,
  commitment: 'cd'.repeat(32),
});
const [LEAF, OTHER] = [leafOf('1'), leafOf('2')];
const [LEFT, RIGHT] = [leafHash(leafBytes(LEAF)), leafHash(leafBytes(OTHER))];
const ROOT = nodeHash(LEFT, RIGHT);

/** A log of one origin whose two keys sign whatever they are given. */
function logOf(mode: Mode, origin = ORIGIN) {
  const pair = generateKeyPairSync('ed25519');
  const key = noteKey(origin, fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x!));
  const account = privateKeyToAccount(`0x${toHex(fromBase64Url(pair.privateKey.export({ format: 'jwk' }).d!))}`);
  const keys: LogKeyset = { mode, origin, verifier_key: encodeNoteKey(key), root_signer: account.address };
  const noteOf = (size: number, root: Hash): string => {
    const text = checkpointText({ origin, size, root });
    return assembleNote(text, key, sign(null, Buffer.from(text), pair.privateKey));
  };
  const rootOf = async (size: number, root: Hash, signedAs = mode) => {
    const body = { mode, origin_hash: originHash(origin), size, root: `0x${toHex(root)}` as const };
    return { ...body, signature: await account.signTypedData(logRootMessage({ ...body, mode: signedAs })) };
  };
  const checkpointOf = async (size: number, root: Hash) => ({
    log_origin: origin,
    checkpoint: noteOf(size, root),
    log_root: await rootOf(size, root),
  });
  return { keys, noteOf, rootOf, checkpointOf };
}

const log = logOf('test');
const options = { leaf: LEAF, keys: log.keys, allowTest: true };
const proofIn = async (from: typeof log): Promise<InclusionProof> => ({
  ...(await from.checkpointOf(2, ROOT)),
  leaf_index: 0,
  tree_size: 2,
  hashes: [toHex(RIGHT)],
});

describe('an inclusion proof', () => {
  it('verifies to the root both signatures name', async () => {
    await expect(verifyInclusion(await proofIn(log), options)).resolves.toEqual({ size: 2, root: ROOT });
  });

  it('of a test log is refused unless test logs are allowed', async () => {
    const strict = { leaf: LEAF, keys: log.keys };
    await expect(verifyInclusion(await proofIn(log), strict)).rejects.toThrow('signed by a test log');
  });

  it('of a live log needs no permission', async () => {
    const live = logOf('live');
    await expect(verifyInclusion(await proofIn(live), { leaf: LEAF, keys: live.keys })).resolves.toMatchObject({
      size: 2,
    });
  });

  it('does not carry a test signature over to live, whatever it claims', async () => {
    const live = logOf('live');
    const proof = { ...(await proofIn(live)), log_root: await live.rootOf(2, ROOT, 'test') };
    await expect(verifyInclusion(proof, { leaf: LEAF, keys: live.keys })).rejects.toThrow(
      'not signed by the expected key',
    );
    const relabelled = { ...(await proofIn(log)), log_root: { ...(await log.rootOf(2, ROOT)), mode: 'live' } };
    await expect(verifyInclusion(relabelled, options)).rejects.toThrow('signed in mode live');
  });

  it('is refused for another leaf', async () => {
    await expect(verifyInclusion(await proofIn(log), { ...options, leaf: OTHER })).rejects.toThrow('does not lead');
  });

  it('is refused from another log, with another origin or other keys', async () => {
    const [namesake, stranger] = [logOf('test'), logOf('test', 'elsewhere.example/log')];
    await expect(verifyInclusion(await proofIn(namesake), options)).rejects.toThrow('not signed by the expected key');
    await expect(verifyInclusion(await proofIn(stranger), options)).rejects.toThrow(ProofInvalid);
    const renamed = { ...(await proofIn(log)), log_origin: 'elsewhere.example/log' };
    await expect(verifyInclusion(renamed, options)).rejects.toThrow('another log');
    const half = { ...(await proofIn(log)), log_root: await namesake.rootOf(2, ROOT) };
    await expect(verifyInclusion(half, options)).rejects.toThrow('log root is not signed by the expected key');
  });

  it('is refused when its two signed forms tell different stories', async () => {
    const proof = { ...(await proofIn(log)), log_root: await log.rootOf(2, LEFT) };
    await expect(verifyInclusion(proof, options)).rejects.toThrow('note and log root differ');
    const longer = { ...(await proofIn(log)), log_root: await log.rootOf(3, ROOT) };
    await expect(verifyInclusion(longer, options)).rejects.toThrow('note and log root differ');
  });

  it('is refused for a size that was not signed', async () => {
    await expect(verifyInclusion({ ...(await proofIn(log)), tree_size: 3 }, options)).rejects.toThrow('another size');
  });

  it('is refused with one character changed anywhere in it', async () => {
    const text = JSON.stringify(await proofIn(log));
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(5), async (at, n) => {
        // Digits become digits and letters letters, so that it is still JSON.
        fc.pre(/[0-9a-zA-Z]/.test(text[at]!) && text[at - 1] !== '\\');
        const character = (/[0-9]/.test(text[at]!) ? '123456' : 'abcdef')[n]!;
        fc.pre(text[at] !== character);
        const changed: unknown = JSON.parse(`${text.slice(0, at)}${character}${text.slice(at + 1)}`);
        await expect(verifyInclusion(changed, options)).rejects.toThrow(ProofInvalid);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a consistency proof', () => {
  it('carries trust from one root to the next', async () => {
    const proof = { ...(await log.checkpointOf(2, ROOT)), from: 1, to: 2, hashes: [toHex(RIGHT)] };
    const trusted = { size: 1, root: LEFT };
    await expect(verifyConsistency(proof, { ...options, trusted })).resolves.toEqual({ size: 2, root: ROOT });
  });

  it('is refused by whoever trusts another history or another size', async () => {
    const proof = { ...(await log.checkpointOf(2, ROOT)), from: 1, to: 2, hashes: [toHex(RIGHT)] };
    const rewritten = { ...options, trusted: { size: 1, root: RIGHT } };
    await expect(verifyConsistency(proof, rewritten)).rejects.toThrow('not a continuation');
    const elsewhere = { ...options, trusted: { size: 0, root: LEFT } };
    await expect(verifyConsistency(proof, elsewhere)).rejects.toThrow('does not start at the trusted size');
  });
});
