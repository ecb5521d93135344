import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  criteriaSchema,
  manifestBytes,
  manifestSchema,
  sealOf,
  toBase64Url,
  toWireTime,
  type Manifest,
  type VerificationJob,
} from '@groundtruth/sdk/protocol';
import type { z } from 'zod';
import { MODEL_CARDS } from './cards.js';
import type { Evidence } from './checks/check.js';
import { signatureState } from './checks/signature.js';
import { captureContextSchema, type CaptureContext } from './context.js';
import type {
  C2paEvidence,
  CompareEvidence,
  DecodeEvidence,
  EmbedEvidence,
  ExifEvidence,
  HashEvidence,
  InspectEvidence,
  LightEvidence,
  MoireEvidence,
  ObjectsEvidence,
  OpenVocabularyEvidence,
  ReadingEvidence,
  TextEvidence,
  ThumbnailEvidence,
} from './decoder/evidence.js';

/** One honest capture of a boat, for specs to spoil. Inside a circle of 150 m, made within a window of three hours. */
export const PHOTO = new TextEncoder().encode('the bytes of a photo');
export const PHOTO_SHA256 = createHash('sha256').update(PHOTO).digest('hex');
export const MIDDLE = { lat: 32.7448, lng: 129.8737 };
export const OPENS_AT = Date.parse('2026-11-21T06:00:00Z');
export const CLOSES_AT = Date.parse('2026-11-21T09:00:00Z');
export const T0 = OPENS_AT + 600_000;
export const T1 = T0 + 300_000;
export const CODE = 'KX7-42P';
export const CARDS = MODEL_CARDS;

const NONCE = 'nonce-nonce-nonce-nonce-1';
const id = (prefix: string): string => `${prefix}_${'0'.repeat(31)}1`;
const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const STRANGER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What a spec may change about the capture. */
export interface Spoil {
  readonly criteria?: z.input<typeof criteriaSchema> | Record<string, unknown>;
  readonly manifest?: Partial<z.input<typeof manifestSchema>>;
  readonly context?: Partial<z.input<typeof captureContextSchema>>;
  /** Null leaves the manifest unsigned; another key forges the device's. */
  readonly signer?: KeyObject | null;
}

/** The context of a capture: sealed and signed after `spoil.manifest`, then overwritten by `spoil.context`. */
export function contextOf({ criteria, manifest, context, signer = device.privateKey }: Spoil = {}): CaptureContext {
  const sealedManifest = manifestSchema.parse({ ...honestManifest(signer), ...manifest });
  const signature = signer && signatureOf(sealedManifest, signer);
  const { x, y } = device.publicKey.export({ format: 'jwk' });
  return captureContextSchema.parse({
    capture_id: id('cap'),
    mode: 'test',
    bounty_id: id('bty'),
    reservation_id: id('rsv'),
    kind: 'photo',
    criteria: { all: [{ object: { label: 'boat' } }], ...criteria },
    area: { ...MIDDLE, radius_m: 150 },
    window: { opens_at: OPENS_AT, closes_at: CLOSES_AT },
    late_upload_s: 0,
    declared: sealedManifest.finding,
    seal: sealOf({ manifest: sealedManifest, signature }),
    salt: '00'.repeat(32),
    sealed: { manifest: sealedManifest, signature },
    device: {
      id: id('dev'),
      public_key: { kty: 'EC', crv: 'P-256', x, y },
      attested_at: null,
      certificate_from: T0 - 86_400_000,
      certificate_until: T1 + 86_400_000,
    },
    references: [],
    challenge: { nonce: NONCE, code: CODE, issued_at: T0 },
    t0: T0,
    t1: T1,
    submitted_at: T1 + 1000,
    attempt: 1,
    ...context,
  });
}

function honestManifest(signer: KeyObject | null): z.input<typeof manifestSchema> {
  return {
    v: 1,
    bounty_id: id('bty'),
    reservation_id: id('rsv'),
    challenge_nonce: NONCE,
    device_id: signer ? id('dev') : null,
    media: { sha256: PHOTO_SHA256, media_type: 'image/jpeg', bytes: PHOTO.length },
    place: { ...MIDDLE, accuracy_m: 12 },
    captured_at: toWireTime(T0 + 120_000),
    finding: 'present',
  };
}

export function signatureOf(manifest: Manifest, key: KeyObject): string {
  return toBase64Url(sign('sha256', manifestBytes(manifest), { key, dsaEncoding: 'ieee-p1363' }));
}

export const jobOf = (context: CaptureContext): VerificationJob => ({
  capture_id: context.capture_id,
  download_url: 'http://127.0.0.1/upload',
  ...context.sealed.manifest.media,
  references: context.references.map(({ id: reference }) => ({
    id: reference,
    download_url: 'http://127.0.0.1/reference',
  })),
  deposit: null,
});

export const EXIF: ExifEvidence = {
  taken_local: '2026-11-21T15:12:00',
  offset_min: 540,
  offset_source: 'tag',
  taken_at: T0 + 120_000,
  gps_at: T0 + 119_000,
  place: MIDDLE,
  accuracy_m: 6,
  make: 'Maker',
  model: 'Model',
  software: null,
  errors: [],
};
export const INSPECTED: InspectEvidence = {
  refusal: null,
  media_type: 'image/jpeg',
  sniffed: 'jpeg',
  claimed_type_matches: true,
  width: 4000,
  height: 3000,
  orientation: 1,
  trailing_bytes: 0,
  exif: EXIF,
  duration_ms: 2,
};
/** Of a photo without a C2PA manifest, as most are. */
export const UNSIGNED: C2paEvidence = {
  state: 'absent',
  remote_manifest: false,
  codes: [],
  signer: null,
  source_types: [],
  captures: [],
  trust_list_sha256: null,
  detail: null,
  duration_ms: 0.1,
};
export const DECODED: DecodeEvidence = {
  refusal: null,
  width: 4000,
  height: 3000,
  working_width: 1024,
  working_height: 768,
  working_sha256: 'ab'.repeat(32),
  duration_ms: 150,
};
export const HASHED: HashEvidence = {
  upright: '0f'.repeat(32),
  mirror: 'f0'.repeat(32),
  contrast: 0.2,
  hash_version: 1,
  duration_ms: 15,
};
/** A picture that fits the prompts this well, in their order. */
export function fitting(...scores: number[]): OpenVocabularyEvidence {
  return { model: 'scorer', scores, model_sha256: 'ef'.repeat(32), provider: 'cpu', duration_ms: 120 };
}

/** What the advisory stages say of an ordinary photo by day. */
export const THUMBNAIL: ThumbnailEvidence = { refusal: null, distance: 12, contrast: 0.2, duration_ms: 8 };
export const MOIRE: MoireEvidence = { peak: 3.4, squares: 3, duration_ms: 45 };
export const LIGHT: LightEvidence = { mean_luma: 0.4, sky_share: 0.02, duration_ms: 2 };

const inference = { model_sha256: 'cd'.repeat(32), provider: 'cpu', duration_ms: 70 } as const;
const BOX = { x: 0, y: 0, width: 1, height: 1 };

/** A picture in which the detector sees these labels at these scores; every other label it knows scores 0.01. */
export function seen(...detections: [label: string, score: number][]): ObjectsEvidence {
  const label_scores: Record<string, number> = { boat: 0.01, car: 0.01, person: 0.01 };
  for (const [label, score] of detections) label_scores[label] = Math.max(score, label_scores[label] ?? 0);
  return {
    model: 'detector',
    detections: detections.map(([label, score]) => ({ label, score, box: BOX })),
    label_scores,
    ...inference,
  };
}

/** A picture with these lines of text, read at these confidences (0.98 when not said). */
export function read(...lines: (string | [text: string, confidence: number])[]): TextEvidence {
  const pairs = lines.map((line) => (typeof line === 'string' ? ([line, 0.98] as const) : line));
  return { model: 'reader', lines: pairs.map(([text, confidence]) => ({ text, confidence, box: BOX })), ...inference };
}

export const ok = <T>(value: T) => ({ ok: true as const, value });
export const lost = (reason: string) => ({ ok: false as const, reason, detail: '' });

/** A picture that is explicit with this probability, to the eye of the model. */
export function embedded(explicit = 0.01): EmbedEvidence {
  const classes = { drawing: 0, hentai: 0, neutral: 1 - explicit, porn: explicit, sexy: 0 };
  return { model: 'embedder', classes, hash: '3c'.repeat(32), hash_version: 1, ...inference };
}

/** A picture this like a reference. */
export const alike = (cosine: number): CompareEvidence => ({ refusal: null, model: 'embedder', cosine, ...inference });

/** The bytes of a reading as the device signs it: only the signature is looked at where these are used. */
export function signedReading(key: KeyObject = device.privateKey): Buffer {
  const input = 'eyJhbGciOiJFUzI1NiJ9.W10';
  return Buffer.from(`${input}.${toBase64Url(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`);
}

/** What the decoder says of an honest reading of these values, ten seconds apart. */
export function measured(...values: number[]): ReadingEvidence {
  const { manifest } = contextOf().sealed;
  return {
    refusal: null,
    claims: {
      kid: manifest.device_id!,
      bounty_id: manifest.bounty_id,
      reservation_id: manifest.reservation_id,
      nonce: manifest.challenge_nonce,
      seq: 7,
      instrument: { id: 'thermometer-1', calibrated_on: '2026-03-01' },
    },
    unit: 'Cel',
    samples: values.map((value, index) => ({ at: T0 + 60_000 + index * 10_000, value })),
    duration_ms: 0.4,
  };
}

/** A capture for a bounty that asks for an air temperature from 0 to 40 °C. */
export const READING_ASKED = {
  criteria: { all: [{ reading: { quantity_kind: 'air_temperature', unit: 'Cel', min: 0, max: 40 } }] },
  context: { kind: 'reading' },
} as const satisfies Spoil;

const READING_FILE = signedReading();
const READING_SHA256 = createHash('sha256').update(READING_FILE).digest('hex');
const READING_MEDIA = { sha256: READING_SHA256, media_type: 'application/jose', bytes: READING_FILE.length } as const;

/** Everything gathered about an honest reading, spoiled as asked. */
export function readingEvidenceOf(spoil: Spoil = {}, facts: Partial<Evidence> = {}): Evidence {
  const context = contextOf({
    criteria: { ...READING_ASKED.criteria, ...spoil.criteria },
    manifest: { media: READING_MEDIA, ...spoil.manifest },
    context: { ...READING_ASKED.context, ...spoil.context },
    ...('signer' in spoil && { signer: spoil.signer }),
  });
  return {
    job: jobOf(context),
    context,
    cards: CARDS,
    signature: signatureState(context),
    downloaded: ok({ content: READING_FILE, sha256: READING_SHA256, duration_ms: 3 }),
    inspected: ok({
      ...INSPECTED,
      media_type: 'application/jose',
      sniffed: 'jws',
      width: null,
      height: null,
      exif: null,
    }),
    reading: ok(measured(21.4)),
    in_sequence: true,
    previous: null,
    neighbourhood: { count: 0, fits: true },
    ...facts,
  };
}

/** Everything gathered about an honest capture, spoiled as asked. */
export function evidenceOf(spoil: Spoil = {}, facts: Partial<Evidence> = {}): Evidence {
  const context = contextOf(spoil);
  return {
    job: jobOf(context),
    context,
    cards: CARDS,
    signature: signatureState(context),
    downloaded: ok({ content: PHOTO, sha256: PHOTO_SHA256, duration_ms: 3 }),
    inspected: ok(INSPECTED),
    c2pa: ok(UNSIGNED),
    decoded: ok(DECODED),
    hashed: ok(HASHED),
    near: false,
    embedded: ok(embedded()),
    resembles: false,
    objects: ok(seen(['boat', 0.9])),
    text: ok(read()),
    thumbnail: ok(THUMBNAIL),
    moire: ok(MOIRE),
    light: ok(LIGHT),
    ...facts,
  };
}
