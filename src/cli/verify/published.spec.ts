import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@groundtruth/sdk/cli';
import type { ModeKeys, Verdict } from '@groundtruth/sdk/protocol';
import { publishedIn } from './published.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'groundtruth-published-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** An observation in a file, of which nothing but its words is ever looked at here. */
function published(observation: unknown, media: string) {
  const file = join(folder, 'read.json');
  writeFileSync(file, JSON.stringify(observation));
  const verdict = { verdict_id: 'vrd_1', checks: [] } as unknown as Verdict;
  return publishedIn(file, verdict, join(folder, media), { mode: 'test' } as ModeKeys);
}

describe('what was published, in files', () => {
  it('cannot be used when the picture is not there', async () => {
    const missing = published({ body: { record: { id: 'obs_1', mode: 'test' } } }, 'no-such.jpg');
    await expect(missing).rejects.toThrow(UsageError);
    await expect(missing).rejects.toThrow('no-such.jpg cannot be read');
  });

  it.each([5, 'text', true, null, {}, { body: 5 }, { record: null }, { verdict: {} }])(
    'is no observation when it is %j',
    async (read) => {
      await expect(published(read, 'no-such.jpg')).rejects.toThrow(UsageError);
    },
  );

  it('differs where the record does not hold, and its picture is another one', async () => {
    writeFileSync(join(folder, 'sold.jpg'), 'a picture');
    const { items, checks } = await published({ body: { record: { id: 'obs_1', mode: 'test' } } }, 'sold.jpg');
    expect(items.map(({ item, status }) => [item, status])).toEqual([
      ['observation', 'differs'],
      ['media', 'differs'],
    ]);
    expect(checks).toEqual([]);
  });
});
