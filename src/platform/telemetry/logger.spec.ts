import { createLogger, NestLogger, runInRequest, type Log } from './index.js';

function recorder(): { log: Log; lines: () => Record<string, unknown>[]; text: () => string } {
  const written: string[] = [];
  const log = createLogger({
    level: 'debug',
    process: 'test',
    destination: { write: (line) => void written.push(line) },
  });
  return { log, lines: () => written.map((line) => JSON.parse(line)), text: () => written.join('') };
}

describe('the log', () => {
  it('writes one JSON object a line with the process, the level by name and the time in UTC', () => {
    const { log, lines } = recorder();
    log.info({ port: 8787 }, 'listening');
    expect(lines()).toEqual([
      { level: 'info', process: 'test', port: 8787, message: 'listening', time: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
  });

  it('carries the request id on every line written while a request is served, after awaits too', async () => {
    const { log, lines } = recorder();
    await runInRequest({ request_id: 'req_1' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log.info({}, 'inside');
    });
    log.info({}, 'outside');
    expect(lines().map((line) => line.request_id)).toEqual(['req_1', undefined]);
  });

  it('keeps the stack of an error and the message of its cause', () => {
    const { log, lines } = recorder();
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(lines()[0]!.err).toMatchObject({ stack: expect.stringContaining('outer'), cause: { message: 'inner' } });
  });

  it.each([
    ['an API key in a message', (log: Log) => log.info({}, 'key gt_live_SECRETvalue was used'), 'gt_live_[redacted]'],
    [
      'a bearer token in a message',
      (log: Log) => log.info({}, 'sent Authorization: Bearer SECRETvalue'),
      'Bearer [redacted]',
    ],
    [
      'an authorization header',
      (log: Log) => log.info({ headers: { authorization: 'SECRETvalue' } }, 'x'),
      '"[redacted]"',
    ],
    [
      'a nested authorization header',
      (log: Log) => log.info({ req: { headers: { authorization: 'SECRETvalue' } } }, 'x'),
      '"[redacted]"',
    ],
    [
      'a signed URL of ours',
      (log: Log) => log.info({ url: '/storage/a?expires=1&signature=SECRETvalue' }, 'x'),
      'signature=[redacted]',
    ],
    [
      'a signed URL of S3',
      (log: Log) => log.info({ url: 'http://s/?X-Amz-Signature=SECRETvalue&b=1' }, 'x'),
      'X-Amz-Signature=[redacted]&b=1',
    ],
    [
      'a password in a connection URL',
      (log: Log) => log.info({ err: new Error('postgres://me:SECRETvalue@db/x') }, 'x'),
      'postgres://me:[redacted]@db',
    ],
    ['a payment secret', (log: Log) => log.info({ key: 'sk_test_SECRETvalue' }, 'x'), 'sk_test_[redacted]'],
  ])('never shows %s', (_what, write, shown) => {
    const { log, text, lines } = recorder();
    write(log);
    expect(text()).not.toContain('SECRETvalue');
    expect(text()).toContain(shown);
    expect(lines()).toHaveLength(1);
  });
});

describe('the bridge from Nest', () => {
  it('keeps the context, the stack and the error that Nest passes', () => {
    const { log, lines } = recorder();
    const nest = new NestLogger(log);
    nest.log('started', 'NestFactory');
    nest.error('failed', 'Error: at line 1', 'Scheduler');
    nest.warn(new Error('odd'));
    expect(lines()).toMatchObject([
      { level: 'info', message: 'started', context: 'NestFactory' },
      { level: 'error', message: 'failed', stack: 'Error: at line 1', context: 'Scheduler' },
      { level: 'warn', message: 'odd', err: { stack: expect.stringContaining('odd') } },
    ]);
  });
});
