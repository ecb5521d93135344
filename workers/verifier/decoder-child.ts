import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { sleep } from '../../src/platform/time.js';
import { encodeFrame, FrameReader, type Frame } from './decoder/frame.js';
import {
  helloSchema,
  REPLY_LIMITS,
  replySchema,
  startFailureSchema,
  type DecoderRequest,
  type Failure,
  type Hello,
  type Outcome,
} from './decoder/protocol.js';

export interface ChildOptions {
  /** Program and arguments. Sandbox wrappers must replace themselves by the decoder, so that the process id is its own. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Resident memory above which the decoder is killed, in bytes. */
  readonly resident_bytes_max: number;
  /** How often its memory is looked at, in milliseconds. */
  readonly memory_poll_ms: number;
}

/** A message and the raw bytes that came with it: none, unless the question allows some. */
type Answer = Frame;

type Ended = { readonly reason: Failure; readonly detail: string };

/** One decoder process from spawn to exit. Whatever it does, every question gets an answer: its own, or why there is none. */
export class DecoderChild {
  private readonly process: ChildProcess;
  /** Bytes that the answer in hand may carry besides its message. */
  private payloadBytesMax = REPLY_LIMITS.payload_bytes_max as number;
  private readonly reader: FrameReader;
  private readonly gone = new AbortController();
  private waiting: ((answer: Answer) => void) | null = null;
  private stderr = '';
  private verdict: Ended | null = null;
  private nextId = 1;
  /** Resolves once the process is gone, with the reason. */
  readonly ended: Promise<Ended>;

  constructor(private readonly options: ChildOptions) {
    const payloadBytesMax = (): number => this.payloadBytesMax;
    this.reader = new FrameReader({
      message_bytes_max: REPLY_LIMITS.message_bytes_max,
      get payload_bytes_max() {
        return payloadBytesMax();
      },
    });
    const [program = '', ...rest] = options.command;
    this.process = spawn(program, rest, {
      env: { ...options.environment },
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    this.ended = this.watchExit();
    this.process.stdin?.on('error', () => undefined); // A pipe to a dead decoder; `ended` tells its death better.
    this.process.stderr?.on(
      'data',
      (chunk: Buffer) => (this.stderr = (this.stderr + chunk.toString('utf8')).slice(-STDERR_KEPT)),
    );
    (this.process.stdio[3] as Readable).on('data', (chunk: Buffer) => this.receive(chunk));
    void this.watchMemory();
  }

  get alive(): boolean {
    return !this.gone.signal.aborted && this.verdict === null;
  }

  get pid(): number | null {
    return this.process.pid ?? null;
  }

  /** The decoder's first word, which it says when its models are loaded. To be called at once. */
  async hello(limitMs: number): Promise<Outcome<Hello>> {
    const first = await this.message(limitMs);
    if (!first.ok) return { ...first, reason: 'not_started', detail: `${first.reason}: ${first.detail}` };
    const failure = startFailureSchema.safeParse(first.value.message);
    if (failure.success) return this.fail('not_started', `${failure.data.start_failure}: ${failure.data.detail}`);
    const hello = helloSchema.safeParse(first.value.message);
    return hello.success ? { ok: true, value: hello.data } : this.fail('garbled', 'the hello has another form');
  }

  /** Asks one question and waits for its answer, which may carry at most `payloadBytesMax` raw bytes. One at a time. */
  async ask(
    request: DecoderQuestion,
    bytes: Uint8Array | undefined,
    limitMs: number,
    payloadBytesMax: number = REPLY_LIMITS.payload_bytes_max,
  ): Promise<Outcome<Answer>> {
    const id = this.nextId++;
    this.stderr = '';
    this.payloadBytesMax = payloadBytesMax;
    if (this.alive) for (const part of encodeFrame({ ...request, id }, bytes)) this.process.stdin?.write(part);
    const answer = await this.message(limitMs);
    this.payloadBytesMax = REPLY_LIMITS.payload_bytes_max;
    if (!answer.ok) return answer;
    const reply = replySchema.safeParse(answer.value.message);
    if (!reply.success || reply.data.id !== id) return this.fail('garbled', 'the answer has another form');
    if ('bug' in reply.data) return { ok: false, reason: 'bug', detail: reply.data.bug };
    return { ok: true, value: { message: reply.data.evidence, bytes: answer.value.bytes } };
  }

  /** Ends the decoder and remembers why; the first reason stands. */
  fail(reason: Failure, detail: string): { ok: false } & Ended {
    this.verdict ??= { reason, detail };
    this.process.kill('SIGKILL');
    return { ok: false, ...this.verdict };
  }

  /** Closes its input, on which it ends by itself; kills it when that takes too long. */
  async stop(graceMs: number): Promise<void> {
    this.process.stdin?.end();
    await Promise.race([this.ended, sleep(graceMs, this.gone.signal)]);
    this.process.kill('SIGKILL');
    await this.ended;
  }

  private async message(limitMs: number): Promise<Outcome<Answer>> {
    const arrived = new AbortController();
    const answer = new Promise<Outcome<Answer>>((resolve) => {
      this.waiting = (value) => resolve({ ok: true, value });
    });
    const late = sleep(limitMs, arrived.signal).then(() => {
      return arrived.signal.aborted ? NEVER : this.fail('timeout', `no answer within ${limitMs} ms`);
    });
    const death = this.ended.then((ended): Outcome<Answer> => ({ ok: false, ...ended }));
    try {
      return await Promise.race([answer, late, death]);
    } finally {
      this.waiting = null;
      arrived.abort();
    }
  }

  private receive(chunk: Buffer): void {
    if (!this.alive) return;
    try {
      for (const frame of this.reader.push(chunk)) this.deliver(frame);
    } catch (error) {
      this.fail('garbled', error instanceof Error ? error.message : String(error));
    }
  }

  /** A decoder speaks when it is asked. Unasked words are an attempt to answer for somebody else's photo, or to fill our memory. */
  private deliver(answer: Answer): void {
    const { waiting } = this;
    this.waiting = null;
    if (waiting) waiting(answer);
    else this.fail('garbled', 'it spoke without being asked');
  }

  private watchExit(): Promise<Ended> {
    return new Promise((resolve) => {
      const end = (detail: string): void => {
        this.gone.abort();
        const heap = /heap out of memory|allocation failed/i.test(this.stderr);
        resolve((this.verdict ??= { reason: heap ? 'memory' : 'crashed', detail }));
      };
      this.process.once('error', (error) => end(`could not be started: ${error.message}`));
      this.process.once('close', (code, signal) =>
        end(`ended with ${signal ?? `code ${code}`}${lastLine(this.stderr)}`),
      );
    });
  }

  private async watchMemory(): Promise<void> {
    while (this.alive) {
      const resident = await residentBytes(this.process.pid);
      if (resident !== null && resident > this.options.resident_bytes_max) {
        this.fail('memory', `${Math.round(resident / 1e6)} MB resident`);
      }
      await sleep(this.options.memory_poll_ms, this.gone.signal);
    }
  }
}

export type DecoderQuestion = DecoderRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

const STDERR_KEPT = 4_096;
const NEVER = new Promise<never>(() => undefined);
const PAGE_BYTES = 4_096;

/** From /proc/<pid>/statm (second field, pages); null where there is no /proc or the process is gone. */
async function residentBytes(pid: number | undefined): Promise<number | null> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null);
  const pages = Number(statm?.split(' ')[1]);
  return Number.isFinite(pages) && statm !== null ? pages * PAGE_BYTES : null;
}

/** The end of the log, printable and short: it may quote a stranger's file. */
function lastLine(stderr: string): string {
  const line = stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 160);
  return line ? `: ${line}` : '';
}
