import type { CaptureContext, RecordedDecision } from './context.js';
import type { Downloaded, Gathered } from './checks/check.js';
import type {
  DecodeEvidence,
  HashEvidence,
  InspectEvidence,
  ObjectsEvidence,
  TextEvidence,
} from './decoder/evidence.js';

/** The process that opens hostile bytes, holding one photo at a time: `inspect` brings it, the others speak of it, `forget` drops it. */
export interface MediaDecoder {
  inspect(content: Uint8Array, claimedMediaType: string): Promise<Gathered<InspectEvidence>>;
  decode(): Promise<Gathered<DecodeEvidence>>;
  hash(): Promise<Gathered<HashEvidence>>;
  objects(): Promise<Gathered<ObjectsEvidence>>;
  text(): Promise<Gathered<TextEvidence>>;
  forget(): Promise<unknown>;
}

/** Two 256-bit hashes, hex. */
export interface PictureHashes {
  readonly upright: string;
  readonly mirror: string;
}

/** All that the verifier can ask the database. */
export abstract class CaptureRecords {
  /** Null when the capture waits for no verdict (any more). */
  abstract context(captureId: string): Promise<CaptureContext | null>;
  abstract recordedDecision(captureId: string): Promise<RecordedDecision | null>;
  /** Remembers the hashes and answers one bit: is there an earlier capture that looks the same? Repeatable. */
  abstract nearHash(captureId: string, hashes: PictureHashes): Promise<boolean>;
}

/** Where facts about one capture come from. */
export interface Sources {
  /** At most one byte more than `bytes` is read. An outage throws, so that the job comes again. */
  readonly download: (url: string, bytes: number) => Promise<Gathered<Downloaded>>;
  readonly decoder: MediaDecoder;
  readonly nearHash: CaptureRecords['nearHash'];
}
