import type { EvidenceOf } from '@groundtruth/sdk/protocol';
import { stringToHex } from 'viem';
import { aboutOf, type Evidenced } from './evidenced.js';
import { provenanceOf, statementOf } from './words.js';

const YES = '1000000000000000000';
/** How UMA's voters are told to read a price. */
const RES_DATA =
  'res_data: p1: 0, p2: 1, p3: 0.5. Where p1 corresponds to No, p2 to Yes, p3 to unknown or undecidable.';

/** The observation as UMA's optimistic oracles take it: a claim to assert, and a question whose answer we propose. */
export function umaOf(evidenced: Evidenced): EvidenceOf<'uma'> {
  const [statement, provenance] = [statementOf(evidenced.record), provenanceOf(evidenced)];
  const claim = `It is true that ${statement}. ${provenance}`;
  const ancillary_data = `q: title: Is it true that ${statement}?, description: ${provenance} ${RES_DATA}`;
  return {
    ...aboutOf(evidenced),
    format: 'uma',
    claim,
    claim_hex: stringToHex(claim),
    identifier: 'YES_OR_NO_QUERY',
    ancillary_data,
    ancillary_data_hex: stringToHex(ancillary_data),
    proposed_price: YES,
  };
}
