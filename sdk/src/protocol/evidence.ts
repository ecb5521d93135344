import { z } from 'zod';
import { MODES } from './mode.js';
import { hex32Schema } from './eip712.js';
import { idSchema } from './ids.js';

export const EVIDENCE_FORMATS = ['uma', 'reality', 'erc1497', 'verifier'] as const;
export type EvidenceFormat = (typeof EVIDENCE_FORMATS)[number];

/** Why nobody should decide by this observation alone. `bears_nothing`: its `value_at_risk_max` is 0, though it was not retracted. */
export const INSUFFICIENCIES = [
  'test_mode',
  'single_capture',
  'bears_nothing',
  'disputed',
  'superseded',
  'retracted',
] as const;
export type Insufficiency = (typeof INSUFFICIENCIES)[number];

const hexSchema = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const about = {
  observation_id: idSchema('observation'),
  mode: z.enum(MODES),
  /** False: show it beside other evidence, and never resolve an outcome by it alone. True still says nothing of a stake above the record's `value_at_risk_max`. */
  sufficient_alone: z.boolean(),
  /** Empty when it is sufficient. */
  insufficient_because: z.array(z.enum(INSUFFICIENCIES)),
};

/** For UMA's optimistic oracles. Both texts say the same; neither asks for anything. */
const umaSchema = z.strictObject({
  ...about,
  format: z.literal('uma'),
  /** A claim for `assertTruth` of Optimistic Oracle V3. */
  claim: z.string(),
  claim_hex: hexSchema,
  /** For `requestPrice` of Optimistic Oracle V2, at most 8,139 bytes. */
  identifier: z.literal('YES_OR_NO_QUERY'),
  ancillary_data: z.string(),
  ancillary_data_hex: hexSchema,
  /** What we would propose, in 18 decimals: 1 is yes. */
  proposed_price: z.literal('1000000000000000000'),
});

/** For Reality.eth: a question of the built-in template of yes and no, and the answer that the observation gives. */
const realitySchema = z.strictObject({
  ...about,
  format: z.literal('reality'),
  template_id: z.literal(0),
  /** Title, category and language, separated by U+241F. */
  question: z.string(),
  /** The question makes sense from then on, seconds since 1970. */
  opening_ts: z.int(),
  /** keccak-256 of template, opening time and question, as the contract computes it. */
  content_hash: hex32Schema,
  answer: hex32Schema,
});

/** ERC-1497 evidence for a dispute. Its file is the whole paid body: whoever submits it publishes what was bought. */
const erc1497Schema = z.strictObject({
  ...about,
  format: z.literal('erc1497'),
  evidence: z.strictObject({
    name: z.string(),
    description: z.string(),
    /** `data:application/json;base64,…` of record, salt, proof and public keys. */
    fileURI: z.string(),
    /** Multihash of the file, keccak-256, base58. */
    fileHash: z.string(),
    fileTypeExtension: z.literal('json'),
  }),
});

/** A call of `ObservationVerifier.verifyLogged`, and what such a verifier must have been deployed with. */
const verifierSchema = z.strictObject({
  ...about,
  format: z.literal('verifier'),
  function: z.literal('verifyLogged'),
  /** The whole call; it returns nothing when everything holds, and reverts otherwise. */
  calldata: hexSchema,
  constructor_arguments: z.strictObject({
    signers: z.array(z.string()),
    threshold: z.int(),
    log_key: z.string(),
    origin_hash: hex32Schema,
    is_test: z.boolean(),
  }),
});

export const evidenceSchema = z.discriminatedUnion('format', [umaSchema, realitySchema, erc1497Schema, verifierSchema]);
export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceOf<F extends EvidenceFormat> = Extract<Evidence, { format: F }>;
