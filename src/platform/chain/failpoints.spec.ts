import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { armedFailpoint } from '../failpoint.js';
import { FAILPOINTS } from './failpoints.js';

describe('a failpoint', () => {
  const passes = (setting: string | undefined): number => {
    let kills = 0;
    const at = armedFailpoint(setting, FAILPOINTS, () => kills++);
    for (let pass = 0; pass < 5; pass++) for (const name of FAILPOINTS) at(name);
    return kills;
  };

  it('kills once, at the pass it counts to', () => {
    const kills: string[] = [];
    const at = armedFailpoint('sender.store.before:2', FAILPOINTS, () => kills.push('killed'));
    at('sender.store.before');
    at('sender.store.before_commit');
    expect(kills).toEqual([]);
    at('sender.store.before');
    at('sender.store.before');
    expect(kills).toEqual(['killed']);
    expect(passes('sender.store.before')).toBe(1);
  });

  it('does nothing without a setting, and at other names', () => {
    expect(passes(undefined)).toBe(0);
    expect(passes('')).toBe(0);
    expect(passes('watcher.apply.before:6')).toBe(0);
  });

  it('refuses what would never kill', () => {
    for (const setting of ['nowhere', 'sender.store.before:0', 'sender.store.before:x']) {
      expect(() => armedFailpoint(setting, FAILPOINTS)).toThrow('FAILPOINT');
    }
  });

  it('kills the process that FAILPOINT is set for, before it does anything more', () => {
    const loader = resolve('test/support/typescript-loader.mjs');
    const program = `
      const { failpoint } = await import(${JSON.stringify(resolve('src/platform/chain/failpoints.ts'))});
      for (let pass = 1; pass <= 3; pass++) { failpoint('sender.broadcast.after'); console.log(pass); }`;
    const run = (env: Record<string, string>) => {
      const args = ['--import', loader, '--input-type=module', '--eval', program];
      const { signal, stdout } = spawnSync(process.execPath, args, { env: { PATH: process.env.PATH ?? '', ...env } });
      return { signal, passes: String(stdout).trim().split('\n') };
    };
    expect(run({})).toEqual({ signal: null, passes: ['1', '2', '3'] });
    expect(run({ FAILPOINT: 'sender.broadcast.after:3' })).toEqual({ signal: 'SIGKILL', passes: ['1', '2'] });
  });

  it('has no two names alike', () => expect(new Set(FAILPOINTS).size).toBe(FAILPOINTS.length));
});
