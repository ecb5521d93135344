import type { CaptureContext, RecordedDecision } from './context.js';
import type { Downloaded, Gathered } from './checks/check.js';
import type { Mode, Sample } from '@groundtruth/sdk/protocol';
import type {
  C2paEvidence,
  CompareEvidence,
  DecodeEvidence,
  EmbedEvidence,
  HashEvidence,
  InspectEvidence,
  LightEvidence,
  MoireEvidence,
  ObjectsEvidence,
  OpenVocabularyEvidence,
  ReadingEvidence,
  RedactEvidence,
  TextEvidence,
  ThumbnailEvidence,
} from './decoder/evidence.js';
import type { RedactRequest } from './decoder/protocol.js';

/** The process that opens hostile bytes, holding one photo at a time: `inspect` brings it, the others speak of it, `forget` drops it. */
export interface MediaDecoder {
  inspect(content: Uint8Array, claimedMediaType: string): Promise<Gathered<InspectEvidence>>;
  /** Held against the anchors of the mode, at a moment (epoch milliseconds). */
  c2pa(mode: Mode, at: number): Promise<Gathered<C2paEvidence>>;
  decode(): Promise<Gathered<DecodeEvidence>>;
  hash(): Promise<Gathered<HashEvidence>>;
  /** Of a film, `frame` says which sampled one, from 0. */
  objects(frame?: number): Promise<Gathered<ObjectsEvidence>>;
  text(frame?: number): Promise<Gathered<TextEvidence>>;
  embed(): Promise<Gathered<EmbedEvidence>>;
  compare(reference: Uint8Array, claimedMediaType: string): Promise<Gathered<CompareEvidence>>;
  openVocabulary(prompts: readonly string[]): Promise<Gathered<OpenVocabularyEvidence>>;
  thumbnail(): Promise<Gathered<ThumbnailEvidence>>;
  moire(): Promise<Gathered<MoireEvidence>>;
  light(): Promise<Gathered<LightEvidence>>;
  /** Of a reading file; values come in the canonical unit of this quantity. */
  reading(quantityKind: string): Promise<Gathered<ReadingEvidence>>;
  /** The JPEG is empty when the evidence says that it is withheld. */
  redact(request: RedactRequest): Promise<Gathered<{ readonly evidence: RedactEvidence; readonly bytes: Uint8Array }>>;
  forget(): Promise<unknown>;
}

/** Two 256-bit hashes, hex. */
export interface PictureHashes {
  readonly upright: string;
  readonly mirror: string;
}

/** What is remembered of a picture for the question whether another resembles it. Hashes of 256 bits, hex. */
export interface PictureLikeness {
  /** Of its embedding. */
  readonly embedding: string;
  /** Its perceptual hashes; null for a picture too flat to have any. */
  readonly perceptual: PictureHashes | null;
}

/** What a reading says in one number, for comparison with those around it. */
export interface MeasuredValue {
  readonly quantity_kind: string;
  /** Median of the samples, in the quantity's canonical unit. */
  readonly value: number;
  /** Of the last sample, epoch milliseconds. */
  readonly at: number;
}

/** What the settled readings of others nearby say of one: how many there are, and whether it fits them. */
export interface Neighbourhood {
  readonly count: number;
  readonly fits: boolean;
}

/** All that the verifier can ask the database. */
export abstract class CaptureRecords {
  /** Null when the capture waits for no verdict (any more). */
  abstract context(captureId: string): Promise<CaptureContext | null>;
  abstract recordedDecision(captureId: string): Promise<RecordedDecision | null>;
  /** Remembers the hashes and answers one bit: is there an earlier capture that looks the same? Repeatable. */
  abstract nearHash(captureId: string, hashes: PictureHashes): Promise<boolean>;
  /** Remembers the likeness and answers one bit: does an earlier capture resemble this one? A suspicion, no more. Repeatable. */
  abstract resembles(captureId: string, likeness: PictureLikeness): Promise<boolean>;
  /**
   * Remembers the sequence number and answers one bit: do the numbers of this device's readings, accepted or in flight, rise in the
   * order of their seals? Repeatable.
   */
  abstract readingSequence(captureId: string, seq: number): Promise<boolean>;
  /** What this device measured before, nearby, when it was accepted; null when there is nothing. Asked once the sequence number is remembered. */
  abstract previousReading(captureId: string, quantityKind: string): Promise<Sample | null>;
  /**
   * Remembers the value and answers those of settled readings nearby in place and time, in the canonical unit: one for each other person,
   * as far as linkage tells them apart, at most 50. Repeatable.
   */
  abstract readingNeighbours(captureId: string, measured: MeasuredValue): Promise<readonly number[]>;
}

/** Where facts about one capture come from. */
export interface Sources {
  /** At most one byte more than `bytes` is read. An outage throws, so that the job comes again. */
  readonly download: (url: string, bytes: number) => Promise<Gathered<Downloaded>>;
  readonly decoder: MediaDecoder;
  readonly nearHash: CaptureRecords['nearHash'];
  readonly resembles: CaptureRecords['resembles'];
  readonly readingSequence: CaptureRecords['readingSequence'];
  readonly previousReading: CaptureRecords['previousReading'];
  readonly neighbourhood: (captureId: string, measured: MeasuredValue) => Promise<Neighbourhood>;
}
