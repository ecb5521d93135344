import type { EvidenceOf } from '@groundtruth/sdk/protocol';
import { encodePacked, keccak256, numberToHex } from 'viem';
import { aboutOf, type Evidenced } from './evidenced.js';
import { provenanceOf, statementOf } from './words.js';

/** Reality.eth's template of questions that are answered yes (1) or no (0). */
const BOOL_TEMPLATE = 0;
const DELIMITER = '\u241f';
const CATEGORY = 'observations';
const LANGUAGE = 'en_US';

/** The observation as a question of Reality.eth and the answer it gives: yes, for its statement names what was found, an absence too. */
export function realityOf(evidenced: Evidenced): EvidenceOf<'reality'> {
  const title = `Is it true that ${statementOf(evidenced.record)}? ${provenanceOf(evidenced)}`;
  // The template is JSON with the title between quotes.
  const question = [JSON.stringify(title).slice(1, -1), CATEGORY, LANGUAGE].join(DELIMITER);
  const opening_ts = Math.ceil(evidenced.record.proven_interval.t1 / 1_000);
  return {
    ...aboutOf(evidenced),
    format: 'reality',
    template_id: BOOL_TEMPLATE,
    question,
    opening_ts,
    content_hash: keccak256(
      encodePacked(['uint256', 'uint32', 'string'], [BigInt(BOOL_TEMPLATE), opening_ts, question]),
    ),
    answer: numberToHex(1, { size: 32 }),
  };
}
