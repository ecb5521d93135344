import fc from 'fast-check';
import { leafBytes, leafHash, type Leaf } from '../../protocol/index.js';
import { auditLog, type AuditOptions } from './audit-log.js';
import type { LoggedLeaf } from './entries.js';
import { LogFault, type LogFaultCode } from './fault.js';
import { leafNumbered, logKeys, NOW, rootOf, servedLog } from './served-log.fixture.js';
import type { LogSource } from './source.js';
import type { TrustedLog } from './trusted.js';

const SIGNER = logKeys();
const LEAVES = Array.from({ length: 600 }, (_, i) => leafNumbered(i));
const options = (change: Partial<AuditOptions> = {}): AuditOptions => ({
  keys: SIGNER.keys,
  allowTest: true,
  now: NOW,
  ...change,
});
const made = new Map<number, Promise<LogSource>>();
function honest(size: number): Promise<LogSource> {
  const sizes = [1, 3, 255, 256, 257, 300, 599].filter((one) => one < size);
  const source = made.get(size) ?? servedLog(SIGNER, LEAVES.slice(0, size), [...sizes, size]);
  made.set(size, source);
  return source;
}
const trustedAt = async (size: number): Promise<TrustedLog> => (await auditLog(await honest(size), options())).trusted;
const caught = async (audit: Promise<unknown>): Promise<LogFaultCode | null> =>
  audit.then(
    () => null,
    (error: unknown) => {
      if (error instanceof LogFault) return error.code;
      throw error;
    },
  );
const DEPTHS = ['growth', 'entries'] as const;

describe('an honest log', () => {
  it('is audited whole: every leaf in order, and every checkpoint', async () => {
    const leaves: LoggedLeaf[] = [];
    const audited = await auditLog(await honest(600), options({ onLeaf: (leaf) => leaves.push(leaf) }));
    expect(audited).toMatchObject({
      leaves: 600,
      checkpoints: 8,
      trusted: { size: 600, signed_at: NOW + 600, seen_at: NOW },
    });
    expect(leaves.map(({ id, commitment }) => ({ id, commitment }))).toEqual(
      LEAVES.map(({ id, commitment }) => ({ id, commitment })),
    );
  });

  it.each(DEPTHS)('is followed from any size to any other, by %s', async (depth) => {
    let trusted: TrustedLog | null = null;
    for (const size of [1, 2, 255, 256, 257, 512, 513, 600, 600]) {
      const audited = await auditLog(await honest(size), options({ trusted, depth }));
      expect(audited.trusted).toEqual(await trustedAt(size));
      trusted = JSON.parse(JSON.stringify(audited.trusted)) as TrustedLog;
    }
  });

  it('gives only what is new when it is followed', async () => {
    const seen: number[] = [];
    const trusted = await trustedAt(250);
    const { leaves } = await auditLog(await honest(260), options({ trusted, onLeaf: ({ index }) => seen.push(index) }));
    expect([leaves, seen]).toEqual([10, Array.from({ length: 10 }, (_, i) => 250 + i)]);
  });

  it('of a test mode is refused unless it is asked for', async () => {
    expect(await caught(auditLog(await honest(3), options({ allowTest: false })))).toBe('wrong_key');
  });
});

describe.each(DEPTHS)('a log followed by %s is caught when it', (depth) => {
  const follow = async (source: LogSource, change: Partial<AuditOptions> = {}) =>
    caught(auditLog(source, options({ trusted: await trustedAt(300), depth, ...change })));

  it('forks: it signs, and serves in full, a tree with another leaf under what was trusted', async () => {
    const other = LEAVES.with(17, leafNumbered(17, 'rewritten'));
    for (const size of [300, 301, 600]) expect(await follow(await servedLog(SIGNER, other, [size]))).toBe('forked');
  });

  it('forks and answers the honest growth proof', async () => {
    const [truth, lie] = [
      await honest(600),
      await servedLog(SIGNER, LEAVES.with(17, leafNumbered(17, 'rewritten')), [600]),
    ];
    expect(await follow({ ...lie, growth: truth.growth })).toBe('forked');
  });

  it('is truncated, by a leaf or altogether', async () => {
    expect(await follow(await honest(299))).toBe('truncated');
    expect(await follow({ ...(await honest(300)), checkpoint: () => Promise.resolve(null) })).toBe('truncated');
  });

  it('signs for leaves that it does not serve', async () => {
    const source = await honest(600);
    expect(await follow({ ...source, tile: () => Promise.resolve(null) })).toBe('truncated');
  });

  it('backdates: the new checkpoint claims to be older than the trusted one, or than the moment it was not there yet', async () => {
    const hashes = LEAVES.map((leaf) => leafHash(leafBytes(leaf)));
    const at = async (signed_at: number): Promise<LogSource> => {
      const signed = await SIGNER.signed(400, rootOf(hashes.slice(0, 400)), signed_at);
      const whole = await honest(400);
      return {
        ...whole,
        checkpoint: () => Promise.resolve(signed.checkpoint),
        checkpoints: () => Promise.resolve([signed]),
      };
    };
    const trusted = await trustedAt(300);
    expect(await follow(await at(NOW - 1), { trusted })).toBe('backdated');
    const seenLater = { ...trusted, seen_at: NOW + 3_600_000 };
    expect(await follow(await at(NOW + 1_000), { trusted: seenLater, now: NOW + 3_700_000 })).toBe('backdated');
    expect(await follow(await at(NOW + 3_600_000), { trusted: seenLater, now: NOW + 3_700_000 })).toBeNull();
    expect(await follow(await at(NOW + 3_600_000), { trusted })).toBe('postdated');
  });

  it('is another log, or signed by another key', async () => {
    const stranger = logKeys('b');
    expect(await follow(await servedLog(stranger, LEAVES, [400]))).toBe('wrong_key');
    const elsewhere = logKeys('a', 'elsewhere.example/log');
    const lying = { ...SIGNER.keys, verifier_key: elsewhere.keys.verifier_key };
    expect(await follow(await servedLog(elsewhere, LEAVES, [400]), { keys: lying })).toBe('wrong_origin');
  });

  it('is not cosigned by as many witnesses as demanded', async () => {
    expect(await follow(await honest(400), { minWitnesses: 1 })).toBe('uncosigned');
  });

  it('changes a hash of the tree', async () => {
    const source = await honest(600);
    const tile = async (path: string): Promise<Uint8Array | null> =>
      flipped(await source.tile(path), path.startsWith('entries') ? null : 9);
    expect(await follow({ ...source, tile })).toBe('tree_changed');
  });

  it('damages what was kept', async () => {
    const trusted = await trustedAt(300);
    const damaged = { ...trusted, subtrees: trusted.subtrees.with(0, '0'.repeat(64)) };
    expect(await follow(await honest(400), { trusted: damaged })).toBe('malformed');
  });
});

describe('a whole audit catches', () => {
  const with_ = async (change: (source: LogSource) => Partial<LogSource>) => {
    const source = await honest(600);
    return caught(auditLog({ ...source, ...change(source) }, options()));
  };

  it('an entry that does not hash to its leaf', async () => {
    const tile = (source: LogSource) => async (path: string) =>
      flipped(await source.tile(path), path === 'entries/001' ? 40 : null);
    expect(await with_((source) => ({ tile: tile(source) }))).toBe('entry_changed');
  });

  it('an entry that was rewritten together with its leaf hash', async () => {
    const rewritten = await servedLog(SIGNER, LEAVES.with(300, leafNumbered(300, 'rewritten')), [600]);
    expect(await with_(() => ({ tile: rewritten.tile }))).toBe('tree_changed');
  });

  it('an entry that says more than which record there is, and one that stands there twice', async () => {
    const talkative = { ...leafNumbered(3), type: 'a harbour' } as unknown as Leaf;
    await expect(servedLog(SIGNER, [talkative], [1])).rejects.toThrow();
    const twice = await servedLog(SIGNER, [leafNumbered(1), leafNumbered(2), leafNumbered(1)], [3]);
    expect(await caught(auditLog(twice, options()))).toBe('entry_changed');
  });

  it('a checkpoint on the way that signs another tree, is older than one before it, or tells two stories', async () => {
    const [first] = await (await honest(600)).checkpoints(0);
    const lie = await SIGNER.signed(300, new Uint8Array(32).fill(7), NOW + 300);
    const early = await SIGNER.signed(
      599,
      rootOf(LEAVES.slice(0, 599).map((leaf) => leafHash(leafBytes(leaf)))),
      NOW - 3_600_000,
    );
    const replaced = (size: number, by: typeof lie) => (source: LogSource) => ({
      checkpoints: async (after: number) =>
        (await source.checkpoints(after)).map((one) => ((one as typeof lie).size === size ? by : one)),
    });
    expect(await with_(replaced(300, lie))).toBe('forked');
    expect(await with_(replaced(599, early))).toBe('backdated');
    const one = first as typeof lie;
    expect(await with_(replaced(1, { ...one, log_root: { ...one.log_root, root: `0x${'11'.repeat(32)}` } }))).toBe(
      'two_stories',
    );
    const { signature } = lie.log_root as { signature: string };
    expect(await with_(replaced(1, { ...one, log_root: { ...one.log_root, signature } }))).toBe('two_stories');
  });

  it('a newest checkpoint that is not among the signed ones', async () => {
    expect(await with_(() => ({ checkpoints: () => Promise.resolve([]) }))).toBe('truncated');
  });
});

describe('any one bit changed', () => {
  it('of a tile, an entry or a checkpoint is noticed by a whole audit', async () => {
    const source = await honest(300);
    const paths = ['0/000', '0/001.p/44', '1/000.p/1', 'entries/000', 'entries/001.p/44'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), async (target, n) => {
        let asked = false;
        const tile = async (path: string): Promise<Uint8Array | null> => {
          asked ||= path === target;
          return flipped(await source.tile(path), path === target ? n : null);
        };
        expect(await caught(auditLog({ ...source, tile }, options()))).not.toBeNull();
        expect(asked).toBe(true);
      }),
      { numRuns: 25 },
    );
    const note = (await source.checkpoint())!;
    for (let at = 0; at < note.length; at += 11) {
      const changed = note.slice(0, at) + (note[at] === 'x' ? 'y' : 'x') + note.slice(at + 1);
      const found = await caught(auditLog({ ...source, checkpoint: () => Promise.resolve(changed) }, options()));
      if (found === null) throw new Error(`character ${at} does not matter`);
    }
  });
});

/** With bit `n`, counted round and round, turned over; unchanged for null. */
function flipped(bytes: Uint8Array | null, n: number | null): Uint8Array | null {
  if (bytes === null || n === null) return bytes;
  const copy = Uint8Array.from(bytes);
  const bit = n % (copy.length * 8);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
