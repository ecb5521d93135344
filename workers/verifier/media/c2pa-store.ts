import { CAPTURE_ASSERTION_LABEL } from '@groundtruth/sdk/protocol';
import { z } from 'zod';
import { C2PA_CAPTURES_MAX, C2PA_CODES_MAX, C2PA_SOURCE_TYPES_MAX, type C2paEvidence } from '../decoder/evidence.js';
import { clip } from './clip.js';

/** What the C2PA reader says about a file: whose anchors it trusted it by, and the manifest store as JSON. */
export interface StoreReading {
  readonly trusted_by: 'platform' | 'third_party' | null;
  readonly store: string;
  /** Its account of the certificates (crJSON); null unless somebody's anchors trust them. */
  readonly certificates: string | null;
}

export type C2paFinding = Omit<C2paEvidence, 'duration_ms' | 'trust_list_sha256'>;

export const NO_MANIFEST: C2paFinding = {
  state: 'absent',
  remote_manifest: false,
  codes: [],
  signer: null,
  source_types: [],
  captures: [],
  detail: null,
};

const failure = z.array(z.object({ code: z.string() })).default([]);
const action = z.object({ digitalSourceType: z.string().optional() }).catch({});
const statement = z
  .object({ bounty_id: z.string().catch(''), reservation_id: z.string().catch(''), nonce: z.string().catch('') })
  .catch({ bounty_id: '', reservation_id: '', nonce: '' });
const manifest = z.object({
  assertions: z.array(z.object({ label: z.string(), data: z.unknown() })).default([]),
  signature_info: z.object({ common_name: z.string().nullish(), issuer: z.string().nullish() }).nullish(),
});

/** As much of the reader's report as is used. Whatever else is in it, a stranger may have written. */
const storeSchema = z.object({
  active_manifest: z.string(),
  manifests: z.record(z.string(), manifest),
  validation_state: z.enum(['Invalid', 'Valid', 'Trusted']),
  validation_results: z.object({
    activeManifest: z.object({ failure }),
    ingredientDeltas: z.array(z.object({ validationDeltas: z.object({ failure }) })).default([]),
  }),
});
type Store = z.infer<typeof storeSchema>;

/**
 * Failures that speak of the signer's certificate, its time stamp or the algorithm alone: nobody we know signed, but nothing shows that
 * the file was changed. Any other failure shows that it was, or that its manifest was made wrongly.
 */
const OF_THE_SIGNER = /^(?:signingCredential|timeStamp|timeOfSigning|algorithm)\.|^claimSignature\.outsideValidity$/;
/** What C2PA calls a certificate that does not hold, before as after. */
const EXPIRED = 'signingCredential.expired';

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const signature = z.object({
  certificateInfo: z.object({ validity: z.object({ notBefore: moment, notAfter: moment }) }),
});

/** As much of the reader's account of the certificates as is used. */
const certificatesSchema = z.object({
  manifests: z.array(z.object({ label: z.string(), signature: signature.nullable().catch(null) })),
});

/** What a reader's report means at a moment, epoch milliseconds. Pure. A report of another form is `unreadable`. */
export function findingOf({ trusted_by, store, certificates }: StoreReading, at: number): C2paFinding {
  const parsed = storeSchema.safeParse(parseJson(store));
  if (!parsed.success) return unreadable('the report of the reader has another form');
  const lapsed = certificates !== null && !holdsAt(certificates, parsed.data.active_manifest, at);
  const codes = [...new Set([...failuresOf(parsed.data), ...(lapsed ? [EXPIRED] : [])])];
  const signer = parsed.data.manifests[parsed.data.active_manifest]?.signature_info;
  return {
    ...NO_MANIFEST,
    state: stateOf(parsed.data, lapsed ? null : trusted_by, codes),
    codes: codes.slice(0, C2PA_CODES_MAX).map((code) => code.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 80) || '_'),
    signer: clipOrNull(signer?.common_name ?? signer?.issuer),
    source_types: sourceTypesOf(parsed.data),
    captures: statementsOf(parsed.data),
  };
}

export function unreadable(detail: string): C2paFinding {
  return { ...NO_MANIFEST, state: 'unreadable', detail: clip(detail) };
}

function stateOf(
  { validation_state }: Store,
  trusted_by: StoreReading['trusted_by'],
  codes: readonly string[],
): C2paFinding['state'] {
  const unexplained = validation_state === 'Invalid' && codes.length === 0;
  if (unexplained || !codes.every((code) => OF_THE_SIGNER.test(code))) return 'invalid';
  return validation_state === 'Trusted' ? (trusted_by ?? 'untrusted') : 'untrusted';
}

/**
 * Whether the certificate that the manifest is signed by is valid at the moment itself. A time stamp makes the reader look at the stamp's
 * time instead, and it believes anybody's stamp on manifests of the first version: an old key could be used for ever.
 */
function holdsAt(certificates: string, manifest: string, at: number): boolean {
  const parsed = certificatesSchema.safeParse(parseJson(certificates));
  const validity = parsed.data?.manifests.find(({ label }) => label === manifest)?.signature?.certificateInfo.validity;
  return validity !== undefined && validity.notBefore <= at && at <= validity.notAfter;
}

/** Of the file's own manifest and of those of pictures it was made from, each code once. */
function failuresOf({ validation_results: { activeManifest, ingredientDeltas } }: Store): string[] {
  const all = [activeManifest, ...ingredientDeltas.map((delta) => delta.validationDeltas)];
  return [...new Set(all.flatMap((results) => results.failure.map(({ code }) => code)))];
}

/** How the picture and everything it was made from came into being, by the last word of its IPTC term: `digitalCapture`. */
function sourceTypesOf(store: Store): string[] {
  const actions = assertionsOf(store, 'c2pa.actions').flatMap((data) => {
    const parsed = z.object({ actions: z.array(action) }).safeParse(data);
    return parsed.success ? parsed.data.actions : [];
  });
  const terms = actions.flatMap(({ digitalSourceType }) => digitalSourceType?.split('/').at(-1) ?? []);
  return [...new Set(terms.map(clip))].slice(0, C2PA_SOURCE_TYPES_MAX);
}

/** Every statement of ours in the file, also of pictures it was made from: a reused capture brings its own along. */
function statementsOf(store: Store): C2paFinding['captures'] {
  return assertionsOf(store, CAPTURE_ASSERTION_LABEL)
    .slice(0, C2PA_CAPTURES_MAX)
    .map((data) => {
      const { bounty_id, reservation_id, nonce } = statement.parse(data);
      return { bounty_id: clip(bounty_id), reservation_id: clip(reservation_id), nonce: clip(nonce) };
    });
}

/** Data of the assertions with this label, whatever version (`.v2`) or number (`__1`) it ends in. */
function assertionsOf({ manifests }: Store, label: string): unknown[] {
  return Object.values(manifests)
    .flatMap(({ assertions }) => assertions)
    .filter((one) => one.label === label || one.label.startsWith(`${label}.v`) || one.label.startsWith(`${label}__`))
    .map(({ data }) => data);
}

function clipOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : clip(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Which is no report, as the schema then says.
  }
}
