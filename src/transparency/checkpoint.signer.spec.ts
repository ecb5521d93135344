import { EMPTY_ROOT, verifyCheckpoint } from '@groundtruth/sdk/protocol';
import { checkpointSigner } from './checkpoint.signer.js';

// The key of the tests of Go's golang.org/x/mod/sumdb/note: PRIVATE+KEY+PeterNeumann+c74f20a3+<type byte and seed>.
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const KEYS = { origin: 'PeterNeumann', noteSeed: SEED, rootKey: `0x${'11'.repeat(32)}` } as const;

describe('the checkpoint signer', () => {
  it('publishes the verifier key that Go derives from the same seed', () => {
    const { keyset } = checkpointSigner('test', KEYS);
    expect(keyset.verifier_key).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    expect(keyset).toMatchObject({
      mode: 'test',
      origin: 'PeterNeumann',
      root_signer: '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A',
    });
  });

  it.each(['test', 'live'] as const)('signs %s checkpoints that its published keys verify', async (mode) => {
    const { keyset, sign } = checkpointSigner(mode, KEYS);
    const { note, log_root } = await sign(7, EMPTY_ROOT, 1_764_000_000_000);
    const signed = { log_origin: 'PeterNeumann', checkpoint: note, log_root };
    await expect(verifyCheckpoint(signed, { keys: keyset, allowTest: true })).resolves.toEqual({
      size: 7,
      root: EMPTY_ROOT,
    });
  });

  it('signs the same state the same way, so a repeated run publishes nothing new', async () => {
    const { sign } = checkpointSigner('test', KEYS);
    expect(await sign(7, EMPTY_ROOT, 1)).toEqual(await sign(7, EMPTY_ROOT, 1));
  });

  it('refuses an origin that no note can carry', () => {
    expect(() => checkpointSigner('test', { ...KEYS, origin: 'two words' })).toThrow('no spaces');
  });
});
