import { fileURLToPath } from 'node:url';
import type { Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../../src/kernel/assert.js';
import {
  EVIDENCE_SCHEMAS,
  PAYLOAD_OF,
  REQUEST_LIMITS,
  type Evidence,
  type Hello,
  type Outcome,
  type RedactRequest,
  type Stage,
  type TrustAnchors,
} from './decoder/protocol.js';
import { DecoderChild, type DecoderQuestion } from './decoder-child.js';
import { NO_TRUST, type Trust } from './trust.js';
import { chooseSandbox, DECODER_ENVIRONMENT, type Sandbox } from './decoder-sandbox.js';
import { NO_OPTIONAL_MODELS, type OptionalModels } from './models/optional.js';
import { PROVIDER_ORDER, type Provider } from './models/providers.js';

export interface DecoderOptions {
  /** Where converted models are kept; made when absent. */
  readonly cache_directory: string;
  /** A folder whose `node_modules` holds the packages with the weights: the project's root. */
  readonly package_root: string;
  /** Folders that exist and the decoder must not see: keys, database files. Covered where the system allows. */
  readonly hide?: readonly string[];
  /** Models configured besides the packaged ones; none by default. */
  readonly optional_models?: OptionalModels;
  /** Roots of signers of manifests; none by default. */
  readonly trust?: Trust;
  /** Execution providers in the order tried. */
  readonly providers?: readonly Provider[];
  /** Added to the decoder's environment, e.g. `LD_LIBRARY_PATH` for CUDA. Never a secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The decoder's program and what Node needs to run it; by default the built file beside this one. */
  readonly program?: readonly string[];
  readonly limits?: Partial<DecoderLimits>;
}

/** What `redact` answers: the evidence, and the JPEG, empty when it is withheld. */
export interface Redacted {
  readonly evidence: Evidence<'redact'>;
  readonly bytes: Uint8Array;
}

export interface DecoderLimits {
  /** From spawn to hello, in milliseconds: loading and, the first time, converting the models. */
  readonly start_ms: number;
  /** For each stage of a photo, in milliseconds. */
  readonly stage_ms: number;
  /** Resident memory, in bytes. */
  readonly resident_bytes_max: number;
  /** The JavaScript heap, in MiB. */
  readonly heap_mib: number;
  readonly memory_poll_ms: number;
}

/**
 * Measured: with all models the decoder rests at 0.2 GB, settles at 0.7 GB after hundreds of photos of all sizes, and peaks at 1.6 GB
 * while it decodes a 64 MP AVIF (the costliest of the four formats), which takes some seconds on a busy core.
 * Reading the C2PA manifest of a 20 MB photo, before that, adds 0.2 GB, most of which goes with its thread.
 */
export const DECODER_LIMITS: DecoderLimits = {
  start_ms: 60_000,
  stage_ms: 20_000,
  resident_bytes_max: 2_000_000_000,
  heap_mib: 256,
  memory_poll_ms: 50,
};

const STOP_GRACE_MS = 2_000;

/**
 * The verifier's side of the decoder: starts it sandboxed, asks it about one photo at a time, ends it when it is late, large or
 * speaks nonsense, and starts the next at once. It never throws about a photo, never waits for ever and never parses media.
 *
 * Ask in the order `inspect`, `c2pa`, `decode`, then any of `hash`, `objects`, `text`, `embed`, `compare`; stop as soon as one has decided, for what is not asked
 * costs nothing. Whoever shares one decoder keeps it from `inspect` to `forget`.
 */
export class DecoderProcess {
  private child: DecoderChild | null = null;
  private greeting: Promise<Outcome<Hello>> | null = null;
  /** The decoder that holds the photo. When it dies the photo is lost: the next decoder has never seen it. */
  private holder: DecoderChild | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private readonly limits: DecoderLimits;

  private constructor(
    private readonly options: DecoderOptions,
    private readonly sandbox: Sandbox,
  ) {
    this.limits = { ...DECODER_LIMITS, ...options.limits };
  }

  /** Starts the decoder and waits until its models are loaded. @throws {Error} when it cannot start (e.g. refused models). */
  static async start(options: DecoderOptions): Promise<DecoderProcess> {
    const decoder = new DecoderProcess(options, await chooseSandbox(options.hide ?? []));
    const hello = await decoder.hello();
    if (hello.ok) return decoder;
    await decoder.stop();
    throw new Error(`the decoder does not start: ${hello.detail}`);
  }

  /** What the running decoder said of itself; a dead one is started again first. */
  hello(): Promise<Outcome<Hello>> {
    assert(!this.stopped, 'the decoder has been stopped');
    if (!this.child?.alive || !this.greeting) {
      this.child = new DecoderChild({
        command: [...this.sandbox.command, ...this.command()],
        environment: { ...DECODER_ENVIRONMENT, ...this.options.environment },
        resident_bytes_max: this.limits.resident_bytes_max,
        memory_poll_ms: this.limits.memory_poll_ms,
      });
      this.greeting = this.child.hello(this.limits.start_ms);
    }
    return this.greeting;
  }

  /** The sandbox this machine allowed; `hello` tells what came of it. */
  get sandboxName(): Sandbox['name'] {
    return this.sandbox.name;
  }

  /** The running decoder's process id; null while there is none. */
  get pid(): number | null {
    return this.child?.alive ? this.child.pid : null;
  }

  /** Hands over a photo, whose sha256 the caller has checked, and reads its header and EXIF. Replaces the one before. */
  inspect(content: Uint8Array, claimedMediaType: string): Promise<Outcome<Evidence<'inspect'>>> {
    return this.inTurn(async () => {
      const hello = await this.hello();
      this.holder = this.child;
      if (!hello.ok) return hello;
      const question = { stage: 'inspect', claimed_media_type: claimedMediaType.slice(0, 100) } as const;
      // Of a file over the limit, as much as shows that it is.
      return this.ask('inspect', question, content.subarray(0, REQUEST_LIMITS.payload_bytes_max));
    });
  }

  /** Reads the photo's C2PA manifest, held against the trust anchors of the mode. Only after an `inspect` without refusal. */
  c2pa(mode: Mode, at: number): Promise<Outcome<Evidence<'c2pa'>>> {
    const { platform, third_party } = this.options.trust ?? NO_TRUST;
    const anchors = Buffer.from(JSON.stringify({ platform: platform[mode], third_party } satisfies TrustAnchors));
    return this.inTurn(() => this.ask('c2pa', { stage: 'c2pa', at }, anchors));
  }

  /** Decodes the whole photo once. Only after an `inspect` without refusal. */
  decode(): Promise<Outcome<Evidence<'decode'>>> {
    return this.inTurn(() => this.ask('decode', { stage: 'decode' }));
  }

  /** Only after a `decode` without refusal, as those below. */
  hash(): Promise<Outcome<Evidence<'hash'>>> {
    return this.inTurn(() => this.ask('hash', { stage: 'hash' }));
  }

  /** @param frame of a film, from 0; the one in the middle when left out. */
  objects(frame?: number): Promise<Outcome<Evidence<'objects'>>> {
    return this.inTurn(() => this.ask('objects', { stage: 'objects', ...(frame !== undefined && { frame }) }));
  }

  text(frame?: number): Promise<Outcome<Evidence<'text'>>> {
    return this.inTurn(() => this.ask('text', { stage: 'text', ...(frame !== undefined && { frame }) }));
  }

  embed(): Promise<Outcome<Evidence<'embed'>>> {
    return this.inTurn(() => this.ask('embed', { stage: 'embed' }));
  }

  /** Compares the photo with a reference picture, whose sha256 the caller has checked, and which is forgotten at once. */
  compare(reference: Uint8Array, claimedMediaType: string): Promise<Outcome<Evidence<'compare'>>> {
    const question = { stage: 'compare', claimed_media_type: claimedMediaType.slice(0, 100) } as const;
    return this.inTurn(() => this.ask('compare', question, reference.subarray(0, REQUEST_LIMITS.payload_bytes_max)));
  }

  /** Only with an open vocabulary configured. */
  openVocabulary(prompts: readonly string[]): Promise<Outcome<Evidence<'open_vocabulary'>>> {
    return this.inTurn(() => this.ask('open_vocabulary', { stage: 'open_vocabulary', prompts }));
  }

  thumbnail(): Promise<Outcome<Evidence<'thumbnail'>>> {
    return this.inTurn(() => this.ask('thumbnail', { stage: 'thumbnail' }));
  }

  moire(): Promise<Outcome<Evidence<'moire'>>> {
    return this.inTurn(() => this.ask('moire', { stage: 'moire' }));
  }

  light(): Promise<Outcome<Evidence<'light'>>> {
    return this.inTurn(() => this.ask('light', { stage: 'light' }));
  }

  /** Of a reading file; values come in the canonical unit of this quantity. */
  reading(quantityKind: string): Promise<Outcome<Evidence<'reading'>>> {
    const question = { stage: 'reading', quantity_kind: quantityKind.slice(0, 40) } as const;
    return this.inTurn(() => this.ask('reading', question));
  }

  /** Covers faces and number plates; the bytes are a stranger's as the photo's are, so nobody opens them here. */
  redact(request: RedactRequest): Promise<Outcome<Redacted>> {
    return this.inTurn(async () => {
      const { holder } = this;
      const answer = await this.answer('redact', { stage: 'redact', ...request });
      if (!answer.ok || !holder) return answer as Outcome<Redacted>;
      const { evidence, bytes } = answer.value;
      if ((evidence.withheld === null) !== bytes.length > 0)
        return holder.fail('garbled', 'a derivative without bytes');
      // A copy: a view would keep the whole frame, and what came after it, in memory.
      return { ok: true, value: { evidence, bytes: Uint8Array.from(bytes) } };
    });
  }

  /** Drops the photo and its pixels; after a death, starts the next decoder so that the next photo finds it warm. Repeatable. */
  forget(): Promise<void> {
    return this.inTurn(async () => {
      const holder = this.holder;
      this.holder = null;
      if (holder?.alive) await holder.ask({ stage: 'forget' }, undefined, this.limits.stage_ms);
      if (holder && !holder.alive && !this.stopped) void this.hello();
    });
  }

  /** Ends the decoder after the question in hand. Repeatable. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.turn;
    await this.child?.stop(STOP_GRACE_MS);
  }

  /** One question at a time, in the order they were put. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined); // Its caller hears the error; the next in line must not.
    return mine;
  }

  /** A dead decoder answers with the reason of its death. */
  private async ask<S extends Stage>(
    stage: S,
    question: DecoderQuestion,
    payload?: Uint8Array,
  ): Promise<Outcome<Evidence<S>>> {
    const answer = await this.answer(stage, question, payload);
    return answer.ok ? { ok: true, value: answer.value.evidence } : answer;
  }

  private async answer<S extends Stage>(
    stage: S,
    question: DecoderQuestion,
    payload?: Uint8Array,
  ): Promise<Outcome<{ evidence: Evidence<S>; bytes: Uint8Array }>> {
    const { holder } = this;
    assert(holder, `${stage} was asked before inspect`);
    const answer = await holder.ask(question, payload, this.limits.stage_ms, PAYLOAD_OF[stage]);
    if (!answer.ok) return answer;
    const evidence = EVIDENCE_SCHEMAS[stage].safeParse(answer.value.message);
    if (evidence.success)
      return { ok: true, value: { evidence: evidence.data as Evidence<S>, bytes: answer.value.bytes } };
    return holder.fail('garbled', `the evidence of ${stage} has another form`);
  }

  private command(): string[] {
    const { program, providers, cache_directory, package_root, optional_models } = this.options;
    return [
      process.execPath,
      `--max-old-space-size=${this.limits.heap_mib}`,
      ...(program ?? [fileURLToPath(new URL('./decoder.js', import.meta.url))]),
      cache_directory,
      package_root,
      (providers ?? PROVIDER_ORDER).join(','),
      JSON.stringify(optional_models ?? NO_OPTIONAL_MODELS),
    ];
  }
}
