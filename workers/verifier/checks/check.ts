import type { CheckResult, Sample, VerificationJob } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';
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
  TextEvidence,
  ThumbnailEvidence,
} from '../decoder/evidence.js';
import type { Neighbourhood } from '../sources.js';
import type { SignatureState } from './signature.js';
import type { ModelCards } from './thresholds.js';

/** A fact, or why there is none. A missing fact makes its check `unavailable`; it never counts for or against the capture. */
export type Gathered<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string; readonly detail: string };

export interface Downloaded {
  readonly content: Uint8Array;
  readonly sha256: string;
  readonly duration_ms: number;
}

/** What a check looks at. Facts are gathered one after another, cheapest first; an absent one has not been gathered yet. */
export interface Evidence {
  readonly job: VerificationJob;
  readonly context: CaptureContext;
  readonly cards: ModelCards;
  readonly signature: SignatureState;
  readonly downloaded?: Gathered<Downloaded>;
  readonly inspected?: Gathered<InspectEvidence>;
  readonly c2pa?: Gathered<C2paEvidence>;
  readonly decoded?: Gathered<DecodeEvidence>;
  readonly hashed?: Gathered<HashEvidence>;
  /** Whether an earlier capture looks the same: one bit. Absent for a picture too flat to compare. */
  readonly near?: boolean;
  readonly objects?: Gathered<ObjectsEvidence>;
  readonly text?: Gathered<TextEvidence>;
  readonly open_vocabulary?: Gathered<OpenVocabularyEvidence>;
  /** Of a film: the same for every sampled frame, once all could be had. `objects` and `text` above are then of all frames together. */
  readonly frames?: { readonly objects?: readonly ObjectsEvidence[]; readonly text?: readonly TextEvidence[] };
  readonly embedded?: Gathered<EmbedEvidence>;
  /** Whether an earlier capture resembles this one: one bit. */
  readonly resembles?: boolean;
  /** The picture held against each reference the criteria name, by the reference's id. */
  readonly compared?: Readonly<Record<string, Gathered<CompareEvidence>>>;
  readonly thumbnail?: Gathered<ThumbnailEvidence>;
  readonly moire?: Gathered<MoireEvidence>;
  readonly light?: Gathered<LightEvidence>;
  readonly reading?: Gathered<ReadingEvidence>;
  /** Whether the sequence numbers of the device's readings rise in the order of their seals: one bit. */
  readonly in_sequence?: boolean;
  /** What the same device measured before, nearby; null when there is nothing. */
  readonly previous?: Sample | null;
  readonly neighbourhood?: Neighbourhood;
}

export type Judgement = Omit<CheckResult, 'check' | 'version' | 'duration_ms'> & { readonly duration_ms?: number };

/** All that a check of content looks at: of an original as of its derivative. */
export type ContentEvidence<S extends 'objects' | 'text'> = Pick<Evidence, 'cards' | S> & {
  readonly context: Pick<CaptureContext, 'criteria' | 'declared'>;
};

/** Pure: the same evidence, the same judgement. Null: nothing is wrong so far, and the check needs a fact not gathered yet. */
export type Check = (evidence: Evidence) => Judgement | null;

export const pass = (evidence: Judgement['evidence'] = {}): Judgement => ({ status: 'pass', evidence });
export const inconclusive = (evidence: Judgement['evidence']): Judgement => ({ status: 'inconclusive', evidence });

/** `reason` is a stable word a program may branch on. */
export const fail = (reason: string, evidence: Judgement['evidence'] = {}): Judgement => ({
  status: 'fail',
  evidence: { reason, ...evidence },
});

export const unavailable = ({ reason }: { readonly reason: string }): Judgement => ({
  status: 'unavailable',
  evidence: { reason },
});
