import { Controller, Get, Module } from '@nestjs/common';
import { ManualClock } from '../../kernel/clock.js';
import { loadConfig } from '../config/index.js';
import { Metrics, silentLog } from '../telemetry/index.js';
import { createHttpApp, PublicAddress, Readiness } from './index.js';

/** A gate that a handler waits at, so that a test knows when its request is in flight. */
class Gate {
  arrived!: () => void;
  open!: () => void;
  readonly someone_waits = new Promise<void>((resolve) => (this.arrived = resolve));
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

const ended: string[] = [];

@Controller()
class SlowController {
  static gate: Gate;

  @Get('slow')
  async slow() {
    SlowController.gate.arrived();
    await SlowController.gate.opened;
    ended.push('request');
    return 'done';
  }

  onModuleDestroy() {
    ended.push('module');
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

async function start(env: Record<string, string>) {
  SlowController.gate = new Gate();
  ended.length = 0;
  const config = loadConfig({ PORT: '0', ...env });
  const http = await createHttpApp(SlowModule, {
    config,
    log: silentLog,
    clock: new ManualClock(0),
    metrics: new Metrics(),
  });
  return { http, origin: await http.listen() };
}

describe('closing the api', () => {
  it('lets a request in flight finish before any module ends, and is no longer ready meanwhile', async () => {
    const { http, origin } = await start({ SHUTDOWN_GRACE_MS: '60000' });
    const answer = fetch(`${origin}/slow`).then((reply) => reply.text());
    await SlowController.gate.someone_waits;
    const closed = http.close();
    expect(await http.app.get(Readiness).ask()).toEqual({ process: 'failed' });
    SlowController.gate.open();
    expect(await answer).toBe('done');
    await closed;
    expect(ended).toEqual(['request', 'module']);
  });

  it('cuts a request that takes longer than the grace', async () => {
    const { http, origin } = await start({ SHUTDOWN_GRACE_MS: '20' });
    const answer = fetch(`${origin}/slow`);
    answer.catch(() => undefined); // It is looked at below, after the close it belongs to.
    await SlowController.gate.someone_waits;
    await http.close();
    await expect(answer).rejects.toThrow();
    expect(ended).toEqual(['module']);
    SlowController.gate.open();
  });

  it('may be asked twice', async () => {
    const { http } = await start({});
    await Promise.all([http.close(), http.close()]);
    expect(ended).toEqual(['module']);
  });
});

describe('the public address', () => {
  it('is what the operator says, else where the api listens', async () => {
    const { http, origin } = await start({});
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(http.app.get(PublicAddress).origin).toBe(origin);
    await http.close();
    expect(new PublicAddress(loadConfig({ PUBLIC_URL: 'https://api.example' })).origin).toBe('https://api.example');
    expect(new PublicAddress(loadConfig({ HOST: '0.0.0.0', PORT: '80' })).origin).toBe('http://127.0.0.1:80');
  });
});

describe('a readiness check', () => {
  it('fails when it takes too long, and is run once for callers at the same time', async () => {
    const readiness = new Readiness({ READY_CHECK_TIMEOUT_MS: 10 });
    let runs = 0;
    readiness.add('stuck', () => {
      runs += 1;
      return new Promise(() => undefined);
    });
    expect(await Promise.all([readiness.ask(), readiness.ask()])).toEqual([{ stuck: 'failed' }, { stuck: 'failed' }]);
    expect(runs).toBe(1);
  });
});
