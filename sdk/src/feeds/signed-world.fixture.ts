import { generateKeyPairSync, sign } from 'node:crypto';
import { privateKeyToAccount } from 'viem/accounts';
import {
  assembleNote,
  captureCommitment,
  checkpointText,
  checksDigest,
  commit,
  criteriaHash,
  criteriaSchema,
  encodeNoteKey,
  EIP712_DOMAINS,
  fromBase64Url,
  leafBytes,
  leafHash,
  logRootMessage,
  nodeHash,
  noteKey,
  observationMessage,
  originHash,
  requiredChecks,
  toHex,
  verdictMessage,
  type CheckResult,
  type Id,
  type InclusionProof,
  type Leaf,
  type Mode,
  type ModeKeys,
  type ObservationRecord,
  type Verdict,
} from '../protocol/index.js';

export const SALT = '5a'.repeat(32);
const OTHER_LEAF = leafHash(new TextEncoder().encode('another leaf'));
const id = <P extends 'bounty' | 'capture' | 'verdict' | 'observation'>(prefix: string) => `${prefix}_${'1'.repeat(32)}` as Id<P>; // prettier-ignore
const account = (byte: string) => privateKeyToAccount(`0x${byte.repeat(32)}`);

/** For specs: an instance with keys of its own that signs and logs whatever it is given. */
export function signedWorld(mode: Mode, seed = '1') {
  const [verdictKey, observationKey, rootKey] = [account(`${seed}a`), account(`${seed}b`), account(`${seed}c`)];
  const origin = `groundtruth.example/log/${mode}`;
  const pair = generateKeyPairSync('ed25519');
  const note = noteKey(origin, fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x!));
  const keys: ModeKeys = {
    mode,
    verdict: verdictKey.address,
    observation: observationKey.address,
    log: { origin, verifier_key: encodeNoteKey(note), root_signer: rootKey.address },
  };

  async function logged(leaf: Omit<Leaf, 'v'>): Promise<InclusionProof> {
    const root = nodeHash(leafHash(leafBytes({ v: 1, ...leaf })), OTHER_LEAF);
    const text = checkpointText({ origin, size: 2, root });
    const body = { mode, origin_hash: originHash(origin), size: 2, root: `0x${toHex(root)}` as const };
    return {
      log_origin: origin,
      checkpoint: assembleNote(text, note, sign(null, Buffer.from(text), pair.privateKey)),
      log_root: { ...body, signature: await rootKey.signTypedData(logRootMessage(body)) },
      leaf_index: 0,
      tree_size: 2,
      hashes: [toHex(OTHER_LEAF)],
    };
  }

  /** A signed and logged observation; `change` alters it before it is signed. */
  async function observation(change: Partial<ObservationRecord> = {}) {
    const body = { ...OBSERVATION, mode, ...change };
    const signature = await observationKey.signTypedData(observationMessage(body));
    const record: ObservationRecord = { ...body, signer: observationKey.address, signature };
    const commitment = commit(record, SALT);
    return { record, salt: SALT, proof: await logged({ type: 'observation', id: record.id, commitment }) };
  }

  /** A signed and logged verdict; `change` alters it before it is hashed and signed. */
  async function verdict(change: Partial<Verdict> = {}) {
    const changed = { ...VERDICT, mode, ...change };
    const hashes = { criteria_hash: criteriaHash(changed.criteria), checks_digest: checksDigest(changed.checks) };
    const body = { ...changed, ...hashes };
    const signature = await verdictKey.signTypedData(verdictMessage(body));
    const signed: Verdict = { ...body, signer: verdictKey.address, signature };
    const commitment = commit(signed, SALT);
    return { verdict: signed, salt: SALT, proof: await logged({ type: 'verdict', id: signed.verdict_id, commitment }) };
  }

  return { keys, observation, verdict, domain: EIP712_DOMAINS[mode] };
}

const OBSERVATION: Omit<ObservationRecord, 'signer' | 'signature'> = {
  id: id<'observation'>('obs'),
  mode: 'test',
  kind: 'photo',
  finding: 'present',
  facts: [{ object: { label: 'boat', count: 2, score: 0.91 } }, { text: { pattern: 'OPEN', matched: ['OPEN'] } }],
  cell: '8930c2ed5afffff',
  proven_interval: { t0: 1_764_000_000_000, t1: 1_764_000_060_000 },
  tier: 'signed',
  basis: 'checks',
  place_basis: 'device_claim',
  confidence: 0.91,
  independent_captures: 1,
  verdict_ids: [id<'verdict'>('vrd')],
  capture_commitments: [`0x${'cd'.repeat(32)}`],
  licence: { resale: true },
  value_at_risk_max: '5000000',
};

export const CRITERIA = criteriaSchema.parse({ all: [{ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }] });
/** Every required check, passed. */
export const PASSED: CheckResult[] = requiredChecks(CRITERIA).map((check) => ({
  check,
  status: 'pass',
  evidence: {},
  duration_ms: 1.5,
  version: 1,
}));

const VERDICT: Omit<Verdict, 'signer' | 'signature' | 'criteria_hash' | 'checks_digest'> = {
  verdict_id: id<'verdict'>('vrd'),
  mode: 'test',
  bounty_id: id<'bounty'>('bty'),
  capture_id: id<'capture'>('cap'),
  capture_commitment: captureCommitment('01'.repeat(32), '02'.repeat(32)),
  criteria: CRITERIA,
  declared: 'present',
  checks: PASSED,
  outcome: 'accepted',
  finding: 'present',
  tier: 'signed',
  c2pa: 'absent',
  basis: 'checks',
  decided_at: 1_764_000_061_000,
};
