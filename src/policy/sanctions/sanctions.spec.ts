import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../kernel/clock.js';
import { NOW } from '../subjects.fixture.js';
import { readSdnCsv } from './sdn.csv.js';
import { readSanctions, type SanctionsFile } from './sanctions.list.js';
import { SanctionsSource } from './sanctions.source.js';

const folder = mkdtempSync(join(tmpdir(), 'gt-sanctions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const LIST: SanctionsFile = { as_of: new Date(NOW).toISOString(), source: 'this test', names: ['Doe, Jane'] };
const path = join(folder, 'list.json');
let changes = 0;
const write = (text: string): void => {
  writeFileSync(path, text);
  utimesSync(path, ++changes, changes); // Two writes may fall into one tick of the file system.
};

describe('a sanctions list', () => {
  it('is read from its file', () => {
    expect(readSanctions(JSON.stringify(LIST))).toEqual({ as_of: NOW, ids: [], names: ['Doe, Jane'], wallets: [] });
  });

  it.each([
    ['no date', { ...LIST, as_of: undefined }],
    ['a date without a zone', { ...LIST, as_of: '2026-11-21T07:00:00' }],
    ['nobody in it', { ...LIST, names: [] }],
    ['an unknown member', { ...LIST, nmaes: [] }],
  ])('with %s is none', (_, data) => {
    expect(() => readSanctions(JSON.stringify(data))).toThrow();
  });

  it('is read again when its file changes; a broken file leaves the old list to grow old, and is told of once', async () => {
    const clock = new ManualClock(NOW + 3_600_000);
    write(JSON.stringify(LIST));
    const source = new SanctionsSource(clock, { POLICY_SANCTIONS_FILE: path });
    expect([source.list, source.age_s]).toEqual([null, null]);
    await source.onModuleInit();
    expect([source.list?.names, source.age_s]).toEqual([['Doe, Jane'], 3_600]);
    write('{ "as_of":');
    await expect(source.pass()).rejects.toThrow('cannot be used');
    await source.pass();
    expect(source.list?.names).toEqual(['Doe, Jane']);
    write(JSON.stringify({ ...LIST, names: ['Roe, Richard'] }));
    await source.pass();
    expect(source.list?.names).toEqual(['Roe, Richard']);
    rmSync(path);
    await expect(source.pass()).rejects.toThrow('cannot be used');
    expect(source.list?.names).toEqual(['Roe, Richard']);
  });

  it('that is named and missing stops the process at its start; none named is none', async () => {
    const clock = new ManualClock(NOW);
    const missing = new SanctionsSource(clock, { POLICY_SANCTIONS_FILE: join(folder, 'nowhere.json') });
    await expect(missing.onModuleInit()).rejects.toThrow('nowhere.json');
    const none = new SanctionsSource(clock, { POLICY_SANCTIONS_FILE: undefined });
    await none.onModuleInit();
    expect(none.list).toBeNull();
  });
});

describe('a table in the columns of the SDN list', () => {
  it('gives its names and its addresses on chains', () => {
    const rows = [
      '306,"BANCO ""EXAMPLE"", S.A.",-0- ,"PROGRAM",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"a.k.a. \'EXAMPLE BANK\'."',
      '7,"DOE, Jane Elise","individual","PROGRAM",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1970; Digital Currency Address - XBT 1BoatSLRHtKNngkdXEeobR76b53LETtpyT; alt. Digital Currency Address - ETH 0xABCDEF0000000000000000000000000000000001; Gender Female."',
      '\u001a',
    ];
    expect(readSdnCsv(`${rows.join('\r\n')}\r\n`)).toEqual({
      names: ['BANCO "EXAMPLE", S.A.', 'EXAMPLE BANK', 'DOE, Jane Elise'],
      wallets: ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '0xABCDEF0000000000000000000000000000000001'],
    });
  });

  it('of another form is refused', () => {
    expect(() => readSdnCsv('name,country\nDoe,US\n')).toThrow('columns');
    expect(() => readSdnCsv('7,"DOE')).toThrow('quote');
  });
});
