import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from './replace-file.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'groundtruth-replace-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file that is replaced', () => {
  it('by many at once is whole, by one of them, and none of them fails', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => replaceFile(join(folder, 'one'), text)));
    expect(readdirSync(folder)).toEqual(['one']);
    expect(texts).toContain(readFileSync(join(folder, 'one'), 'utf8'));
  });

  it('takes the mode it is given, and leaves no draft behind where it cannot be put', async () => {
    await replaceFile(join(folder, 'mine'), 'x', 0o600);
    expect(statSync(join(folder, 'mine')).mode & 0o777).toBe(0o600);
    mkdirSync(join(folder, 'taken'));
    await expect(replaceFile(join(folder, 'taken'), 'x')).rejects.toThrow();
    await expect(replaceFile(join(folder, 'no', 'such'), 'x')).rejects.toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual(['mine', 'taken']);
  });
});
