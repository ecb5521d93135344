import { DecoderChild } from './decoder-child.js';
import { DECODER_ENVIRONMENT } from './decoder-sandbox.js';

/** A decoder that answers, in JavaScript: `reply(message)` sends a frame, `onRequest(handler)` hears one per chunk. */
const PRELUDE = `
  const { writeSync } = require('node:fs');
  const raw = (bytes) => writeSync(3, bytes);
  const reply = (message) => {
    const json = Buffer.from(JSON.stringify(message));
    const header = Buffer.alloc(8);
    header.writeUInt32BE(json.length, 0);
    raw(Buffer.concat([header, json]));
  };
  const onRequest = (handler) => process.stdin.on('data', handler);
`;

let child: DecoderChild | null = null;
afterEach(() => child?.stop(0));

function decoder(
  script: string,
  options: { nodeArguments?: string[]; resident_bytes_max?: number } = {},
): DecoderChild {
  child = new DecoderChild({
    command: [process.execPath, ...(options.nodeArguments ?? []), '-e', PRELUDE + script],
    environment: DECODER_ENVIRONMENT,
    resident_bytes_max: options.resident_bytes_max ?? 1e9,
    memory_poll_ms: 10,
  });
  return child;
}

const ask = (of: DecoderChild, limitMs = 60_000) => of.ask({ stage: 'decode' }, undefined, limitMs);

describe('a decoder', () => {
  it('answers what it is asked, one question after another', async () => {
    const well = decoder(`let id = 0; onRequest(() => reply({ id: ++id, evidence: { n: id } }))`);
    expect(await ask(well)).toMatchObject({ ok: true, value: { message: { n: 1 } } });
    expect(await ask(well)).toMatchObject({ ok: true, value: { message: { n: 2 } } });
  });

  it('that caught its own exception stays in service', async () => {
    const clumsy = decoder(`let id = 0; onRequest(() => reply({ id: ++id, bug: 'oops' }))`);
    expect(await ask(clumsy)).toEqual({ ok: false, reason: 'bug', detail: 'oops' });
    expect(clumsy.alive).toBe(true);
  });

  it.each([
    ['is killed by the system', `onRequest(() => process.kill(process.pid, 'SIGSEGV'))`, 'SIGSEGV'],
    [
      'ends in the middle of an answer',
      `onRequest(() => { raw(Buffer.from([0, 0, 0, 9, 0])); process.exit(3) })`,
      'code 3',
    ],
    ['throws', `onRequest(() => { throw new Error('broken') })`, 'code 1'],
  ])('that %s has crashed', async (_, script, detail) => {
    const broken = decoder(script);
    expect(await ask(broken)).toEqual({
      ok: false,
      reason: 'crashed',
      detail: expect.stringContaining(detail) as string,
    });
    expect(await ask(broken)).toMatchObject({ ok: false, reason: 'crashed' });
  });

  it('that does not exist has crashed', async () => {
    const options = { environment: DECODER_ENVIRONMENT, resident_bytes_max: 1e9, memory_poll_ms: 10 };
    child = new DecoderChild({ ...options, command: ['/nowhere/decoder'] });
    expect(await ask(child)).toMatchObject({
      ok: false,
      reason: 'crashed',
      detail: expect.stringContaining('ENOENT') as string,
    });
  });

  it('that never answers is ended', async () => {
    const silent = decoder(`onRequest(() => undefined)`);
    expect(await ask(silent, 300)).toMatchObject({ ok: false, reason: 'timeout' });
    expect((await silent.ended).reason).toBe('timeout');
  });

  it('that fills the memory with pixels is ended', async () => {
    const fat = decoder(`const kept = []; onRequest(() => setInterval(() => kept.push(Buffer.alloc(2e7, 1)), 1))`, {
      resident_bytes_max: 2.5e8,
    });
    expect(await ask(fat)).toMatchObject({ ok: false, reason: 'memory' });
  });

  it('that fills the heap of the language is ended by its own limit', async () => {
    const script = `const kept = []; onRequest(() => { for (;;) kept.push([{ a: 1 }, 'x' + kept.length]) })`;
    const fat = decoder(script, { nodeArguments: ['--max-old-space-size=20'] });
    expect(await ask(fat)).toMatchObject({ ok: false, reason: 'memory' });
  });

  it.each([
    ['announces gigabytes', `onRequest(() => raw(Buffer.alloc(8, 0xff)))`],
    ['sends bytes with its answer', `onRequest(() => raw(Buffer.from([0, 0, 0, 2, 0, 0, 0, 1, 123, 125, 0])))`],
    ['sends no JSON', `onRequest(() => raw(Buffer.from([0, 0, 0, 2, 0, 0, 0, 0, 123, 93])))`],
    ['answers another question', `onRequest(() => reply({ id: 7, evidence: {} }))`],
    ['answers in another form', `onRequest(() => reply({ id: 1, evidence: {}, verdict: 'accepted' }))`],
    ['speaks twice', `onRequest(() => { for (let i = 1; i < 9; i++) reply({ id: 1, evidence: {} }) })`],
  ])('that %s is not believed', async (_, script) => {
    const liar = decoder(script);
    const first = await ask(liar);
    const later = first.ok ? await ask(liar) : first;
    expect(later).toMatchObject({ ok: false, reason: 'garbled' });
    expect((await liar.ended).reason).toBe('garbled');
  });

  it('that cannot load its models says why', async () => {
    const refused = decoder(
      `reply({ start_failure: 'model_refused', detail: 'wrong hash' }); setTimeout(() => 0, 1e5)`,
    );
    expect(await refused.hello(60_000)).toMatchObject({
      ok: false,
      reason: 'not_started',
      detail: 'model_refused: wrong hash',
    });
  });

  it('ends by itself when its input ends', async () => {
    const polite = decoder(
      `process.stdin.on('end', () => process.exit(0)).resume(); onRequest(() => reply({ id: 1, evidence: {} }))`,
    );
    await ask(polite);
    await polite.stop(20_000);
    expect((await polite.ended).detail).toContain('code 0');
  });
});
