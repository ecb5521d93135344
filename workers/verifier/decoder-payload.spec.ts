import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DERIVATIVE_BYTES_MAX } from '@groundtruth/sdk/protocol';
import { eventually } from '../../test/support/eventually.js';
import { encodeFrame } from './decoder/frame.js';
import { REDACTED_BYTES_MAX, type RedactEvidence } from './decoder/protocol.js';
import { DecoderProcess } from './decoder-process.js';
import { HASHED, INSPECTED } from './verify.fixture.js';

const EVIDENCE: RedactEvidence = {
  withheld: null,
  regions: { face: 0, head: 0, plate: 0, text: 0 },
  covered_share: 0,
  width: 10,
  height: 10,
  objects: null,
  text: null,
  model_sha256: 'ef'.repeat(32),
  provider: 'cpu',
  duration_ms: 1,
};
const NOTHING = { labels: [], text: false, kept: [] };

let decoder: DecoderProcess;
beforeAll(async () => {
  decoder = await DecoderProcess.start({
    program: [resolve(__dirname, '../../test/support/lying-decoder.cjs')],
    cache_directory: join(tmpdir(), 'no-models'),
    package_root: process.cwd(),
    limits: { stage_ms: 30_000 },
  });
});
afterAll(() => decoder.stop());
afterEach(() => decoder.forget());

/** A decoder that answers its second question, for this stage, with these bytes on the pipe. */
async function turned(stage: string, evidence: object, payload: Uint8Array): Promise<void> {
  const raw = Buffer.concat(encodeFrame({ id: 2, evidence }, payload)).toString('base64');
  const orders = { honest: { inspect: INSPECTED }, turns_at: stage, raw };
  // Question numbers begin anew with each decoder, and a decoder that lied is replaced.
  const inspected = await decoder.inspect(Buffer.from(JSON.stringify(orders)), 'image/jpeg');
  expect(inspected).toMatchObject({ ok: true });
}

/** A fresh decoder: whoever lied has been killed, whoever did not is asked to die. */
async function fresh(): Promise<void> {
  if (decoder.pid !== null) process.kill(decoder.pid, 'SIGKILL');
  await eventually(async () => (decoder.pid === null ? true : null), 'its end');
  await decoder.hello();
}

describe('the bytes a decoder answers with', () => {
  beforeEach(fresh);

  it('come through for a redaction, to the limit of a derivative', async () => {
    expect(REDACTED_BYTES_MAX).toBe(DERIVATIVE_BYTES_MAX);
    const payload = new Uint8Array(2_000).fill(7);
    await turned('redact', EVIDENCE, payload);
    const answer = await decoder.redact(NOTHING);
    expect(answer).toMatchObject({ ok: true, value: { evidence: EVIDENCE } });
    expect(answer.ok && answer.value.bytes).toEqual(payload);
  });

  it('over that limit end the decoder', async () => {
    const raw = Buffer.alloc(8);
    raw.writeUInt32BE(2, 0);
    raw.writeUInt32BE(REDACTED_BYTES_MAX + 1, 4);
    const orders = { honest: { inspect: INSPECTED }, turns_at: 'redact', raw: raw.toString('base64') };
    await decoder.inspect(Buffer.from(JSON.stringify(orders)), 'image/jpeg');
    expect(await decoder.redact(NOTHING)).toMatchObject({ ok: false, reason: 'garbled' });
  });

  it('end it when any other question was asked', async () => {
    await turned('hash', HASHED, new Uint8Array(1));
    expect(await decoder.hash()).toMatchObject({ ok: false, reason: 'garbled' });
  });

  it('end it when they are missing, or come with a refusal', async () => {
    await turned('redact', EVIDENCE, new Uint8Array());
    expect(await decoder.redact(NOTHING)).toMatchObject({ ok: false, reason: 'garbled' });
    await fresh();
    await turned('redact', { ...EVIDENCE, withheld: 'covers_most', width: null, height: null }, new Uint8Array(9));
    expect(await decoder.redact(NOTHING)).toMatchObject({ ok: false, reason: 'garbled' });
  });

  it('end it when the evidence beside them has another form', async () => {
    await turned('redact', { ...EVIDENCE, width: 4096 }, new Uint8Array(9));
    expect(await decoder.redact(NOTHING)).toMatchObject({ ok: false, reason: 'garbled' });
  });
});
