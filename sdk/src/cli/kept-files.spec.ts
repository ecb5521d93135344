import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './command.js';
import { KeptFiles } from './kept-files.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'groundtruth-kept-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a kept file', () => {
  it('that was damaged is named, and nothing of the key in it is told', async () => {
    writeFileSync(join(folder, 'device.json'), '{"key":{"d":PRIVATE}}');
    const read = new KeptFiles(folder).read('device.json');
    const error = await read.catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(`${join(folder, 'device.json')} is damaged`);
    expect((error as Error).message).not.toContain('PRIVATE');
    expect([error, (error as Error).cause]).toEqual([expect.any(UsageError), undefined]);
  });

  it('is null when there is none', async () => {
    expect(await new KeptFiles(folder).read('device.json')).toBeNull();
  });
});
