import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVerifierConfig } from './config.js';
import { readVerdictKeys } from './keys.js';

const ENV = {
  VERIFIER_DATABASE_URL: 'postgres://verifier:secret@127.0.0.1:5432/groundtruth',
  VERDICT_KEY_FILE_TEST: '/keys/test',
  VERDICT_KEY_FILE_LIVE: '/keys/live',
  MODELS_DIR: '/models',
};

describe("the verifier's environment", () => {
  it('needs a database, two keys and a folder for models', () => {
    expect(readVerifierConfig(ENV)).toEqual({
      ...ENV,
      C2PA_TRUST_FILES: [],
      DECODER_HIDES: [],
      DEVICE_ROOT_LIVE: '',
      DEVICE_ROOT_TEST: '',
      ENDS_WITH_STDIN: false,
      VERIFIER_CONCURRENCY: 1,
      LOG_LEVEL: 'info',
      SECOND_DETECTOR: 'none',
    });
    expect(
      readVerifierConfig({ ...ENV, DECODER_HIDES: '/a:/b', VERIFIER_CONCURRENCY: '4', REDIS_URL: '' }),
    ).toMatchObject({
      DECODER_HIDES: ['/a', '/b'],
      VERIFIER_CONCURRENCY: 4,
    });
  });

  it('names every variable that is wrong in one message, and no secret', () => {
    const wrong = {
      VERIFIER_DATABASE_URL: 'mysql://me:hunter2@db',
      VERIFIER_CONCURRENCY: '0',
      REDIS_URL: 'http://cache',
    };
    const message = messageOf(() => readVerifierConfig(wrong));
    for (const name of [...Object.keys(wrong), 'VERDICT_KEY_FILE_TEST', 'VERDICT_KEY_FILE_LIVE', 'MODELS_DIR'])
      expect(message).toContain(`${name}:`);
    expect(message).not.toContain('hunter2');
  });
});

describe('the verdict keys', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'verdict-keys-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it('are read with and without 0x', async () => {
    const test = await file('test', `0x${'1'.repeat(64)}\n`);
    const live = await file('live', '2'.repeat(64));
    const accounts = await readVerdictKeys({ test, live });
    expect(accounts.test.address).toBe('0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A');
    expect(accounts.live.address).not.toBe(accounts.test.address);
  });

  it('are refused when one is missing, is no key, or both are the same, without showing any', async () => {
    const good = await file('good', 'a'.repeat(64));
    const bad = await file('bad', `${'b'.repeat(63)}`);
    await expect(readVerdictKeys({ test: good, live: join(folder, 'nowhere') })).rejects.toThrow(
      /nowhere cannot be read/,
    );
    await expect(readVerdictKeys({ test: good, live: bad })).rejects.toThrow(/^(?!.*bbbb).*64 hex digits/);
    await expect(readVerdictKeys({ test: good, live: good })).rejects.toThrow(/same key/);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
