import { privateKeyToAccount } from 'viem/accounts';
import type { Sample, VerdictJob, VerificationJob } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../src/kernel/clock.js';
import type { Downloaded, Gathered } from './checks/check.js';
import type { ModelCards } from './checks/thresholds.js';
import type { CaptureContext, RecordedDecision } from './context.js';
import type {
  C2paEvidence,
  CompareEvidence,
  EmbedEvidence,
  LightEvidence,
  MoireEvidence,
  OpenVocabularyEvidence,
  ReadingEvidence,
  TextEvidence,
  ThumbnailEvidence,
} from './decoder/evidence.js';
import type { RedactRequest } from './decoder/protocol.js';
import { CaptureRecords, type MeasuredValue, type MediaDecoder, type PictureHashes } from './sources.js';
import { verify } from './verify.js';
import {
  CARDS,
  DECODED,
  HASHED,
  INSPECTED,
  LIGHT,
  MOIRE,
  PHOTO,
  PHOTO_SHA256,
  T1,
  THUMBNAIL,
  UNSIGNED,
  alike,
  contextOf,
  embedded,
  fitting,
  jobOf,
  lost,
  measured,
  ok,
  read,
  seen,
  type Spoil,
} from './verify.fixture.js';

export const ACCOUNTS = {
  test: privateKeyToAccount(`0x${'1'.repeat(64)}`),
  live: privateKeyToAccount(`0x${'2'.repeat(64)}`),
};
export const NOW = T1 + 60_000;

/** The verifier among stand-ins that answer as configured and write down what they were asked. */
export class Bench extends CaptureRecords implements MediaDecoder {
  readonly asked: string[] = [];
  downloaded: Gathered<Downloaded> = ok({ content: PHOTO, sha256: PHOTO_SHA256, duration_ms: 3 });
  inspected: Gathered<typeof INSPECTED> = ok(INSPECTED);
  manifest: Gathered<C2paEvidence> = ok(UNSIGNED);
  decoded: Gathered<typeof DECODED> = ok(DECODED);
  hashed: Gathered<typeof HASHED> = ok(HASHED);
  fit: Gathered<OpenVocabularyEvidence> = ok(fitting(0.9));
  thumbnails: Gathered<ThumbnailEvidence> = ok(THUMBNAIL);
  grid: Gathered<MoireEvidence> = ok(MOIRE);
  brightness: Gathered<LightEvidence> = ok(LIGHT);
  things = ok(seen(['boat', 0.9])) as Gathered<ReturnType<typeof seen>>;
  words: Gathered<TextEvidence> = ok(read());
  near = false;
  features: Gathered<EmbedEvidence> = ok(embedded());
  likeness: Gathered<CompareEvidence> = ok(alike(0.9));
  resembling = false;
  measured: Gathered<ReadingEvidence> = ok(measured(21.4));
  in_sequence = true;
  previous: Sample | null = null;
  neighbours: readonly number[] = [];
  recorded: RecordedDecision | null = null;
  readonly capture: CaptureContext;

  constructor(spoil: Spoil = {}) {
    super();
    this.capture = contextOf(spoil);
  }

  cards: ModelCards = CARDS;
  /** Where a derivative goes; null, as here, asks for none. */
  deposit: VerificationJob['deposit'] = null;
  readonly stored: Uint8Array[] = [];
  redacted: Awaited<ReturnType<MediaDecoder['redact']>> = lost('bug');

  verify(capture: CaptureContext | null = this.capture): Promise<VerdictJob | null> {
    this.current = capture;
    const download = () => this.answer('download', this.downloaded);
    const upload = async (_url: string, bytes: Uint8Array) => void this.stored.push(bytes);
    const parts = {
      records: this,
      download,
      upload,
      cards: this.cards,
      clock: new ManualClock(NOW),
      accounts: ACCOUNTS,
    };
    return verify({ ...jobOf(this.capture), deposit: this.deposit }, parts, this);
  }

  /** The verdict, which must have one. */
  async verdict() {
    return (await this.verify())!.verdict;
  }

  private current: CaptureContext | null = null;
  context = async () => this.current;
  recordedDecision = async () => this.recorded;
  nearHash = (_id: string, hashes: PictureHashes) => this.answer(`near ${hashes.upright.slice(0, 2)}`, this.near);
  inspect = () => this.answer('inspect', this.inspected);
  c2pa = () => this.answer('c2pa', this.manifest);
  decode = () => this.answer('decode', this.decoded);
  hash = () => this.answer('hash', this.hashed);
  objects = () => this.answer('objects', this.things);
  text = () => this.answer('text', this.words);
  embed = () => this.answer('embed', this.features);
  resembles = () => this.answer('resembles', this.resembling);
  compare = () => this.answer('compare', this.likeness);
  openVocabulary = () => this.answer('open_vocabulary', this.fit);
  thumbnail = () => this.answer('thumbnail', this.thumbnails);
  moire = () => this.answer('moire', this.grid);
  light = () => this.answer('light', this.brightness);
  reading = (kind?: string) => this.answer(`reading ${kind}`, this.measured);
  readingSequence = (_id: string, seq: number) => this.answer(`sequence ${seq}`, this.in_sequence);
  previousReading = (_id: string, kind: string) => this.answer(`previous ${kind}`, this.previous);
  readingNeighbours = (_id: string, { value }: MeasuredValue) =>
    this.answer<readonly number[]>(`neighbours of ${value}`, this.neighbours);
  redact = (request?: RedactRequest) => this.answer(`redact ${request?.labels.join()}`, this.redacted);
  forget = async () => undefined;

  private async answer<T>(question: string, answer: T): Promise<T> {
    this.asked.push(question);
    return answer;
  }
}

/** Everything asked of a capture that reaches its content checks. */
export const TO_HASH = ['download', 'inspect', 'c2pa', 'decode', 'hash', 'near 0f'];
/** Asked before its content is looked at. */
export const TO_CONTENT = [...TO_HASH, 'embed', 'resembles'];
/** Asked last of a photo made by day, for the checks that only advise. */
export const ADVICE = ['thumbnail', 'moire'];
export const statuses = (verdict: { checks: { check: string; status: string }[] }) =>
  Object.fromEntries(verdict.checks.map(({ check, status }) => [check, status]));
