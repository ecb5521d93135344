import {
  factsHash,
  toWireTime,
  utf8,
  type Fact,
  type Insufficiency,
  type ObservationRecord,
} from '@groundtruth/sdk/protocol';
import { aboutOf, type Evidenced } from './evidenced.js';

/** Longest list of facts in words, in bytes: UMA takes 8,139 in all. What is longer is named by its hash alone. */
const FACTS_BYTES_MAX = 3_000;

const WARNINGS: Readonly<Record<Insufficiency, string>> = {
  test_mode: 'It was made in test mode and vouches for nothing.',
  single_capture: 'It rests on a single capture: no outcome is to be resolved by it alone.',
  bears_nothing: 'To corrupt it might have cost nothing: nothing should rest on it alone.',
  disputed: 'A dispute against it was upheld.',
  superseded: 'A later revision replaces it.',
  retracted: 'It is a retraction and states no facts.',
};

/** What an observation says, in one sentence that holds no word of a stranger which could pass for one of ours. */
export function statementOf(record: ObservationRecord): string {
  const { t0, t1 } = record.proven_interval;
  const facts = record.facts.map(factInWords).join('; ');
  const told = facts.length > 0 && utf8(facts).length <= FACTS_BYTES_MAX ? facts : 'the facts with the hash below';
  const found = record.finding === 'present' ? 'was so' : 'was looked for and absent';
  return `at some moment from ${toWireTime(t0)} to ${toWireTime(t1)} in H3 cell ${inert(record.cell)} this ${found}: ${told}`;
}

/** Where it comes from and how anyone checks it. */
export function provenanceOf(evidenced: Evidenced): string {
  const { record, proof, keys } = evidenced;
  const { insufficient_because } = aboutOf(evidenced);
  return [
    `Groundtruth observation ${record.id}, kind ${record.kind}, finding ${record.finding}.`,
    `Facts hash ${factsHash(record.finding, record.facts)} (SHA-256 of the canonical JSON of facts and finding).`,
    `Verdict ${record.verdict_ids[0]}, tier ${record.tier}, basis ${record.basis}, place by ${record.place_basis}, confidence ${record.confidence}.`,
    `Independent captures ${record.independent_captures}; by the published measure no more than ${record.value_at_risk_max} micros should rest on it.`,
    `Signed (EIP-712) by ${keys.observation}; leaf ${proof.leaf_index} of ${proof.tree_size} of the log ${inert(keys.log.origin)} with root ${proof.log_root.root}, signed by ${keys.log.root_signer}.`,
    `To verify - check signature, commitment and inclusion with verifyObservation of the SDK, or call verifyLogged of an ObservationVerifier with these keys.`,
    ...insufficient_because.map((reason) => WARNINGS[reason]),
  ].join(' ');
}

function factInWords(fact: Fact): string {
  if ('object' in fact) return `${fact.object.count} x ${inert(fact.object.label)}`;
  if ('text' in fact) {
    const read = fact.text.matched.map((text) => `"${inert(text)}"`).join(', ');
    return `text matching "${inert(fact.text.pattern)}"${read === '' ? '' : ` read as ${read}`}`;
  }
  if ('similar_to' in fact) return `like reference ${fact.similar_to.reference}, cosine ${fact.similar_to.cosine}`;
  const { quantity_kind, unit, value, at, samples } = fact.reading;
  return `${inert(quantity_kind)} ${value} ${inert(unit)} at ${toWireTime(at)}, median of ${samples}`;
}

/**
 * Words that were read from a stranger's picture, or asked for by one, made harmless: letters, digits, spaces, points and hyphens stay; all
 * else, so each quote, colon, comma and delimiter of the formats, becomes its code point, e.g. `<U+3A>`.
 */
function inert(text: string): string {
  return text.replaceAll(
    /[^\p{L}\p{N} ./-]/gu,
    (character) => `<U+${character.codePointAt(0)!.toString(16).toUpperCase()}>`,
  );
}
