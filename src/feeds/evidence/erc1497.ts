import { canonicalJson, utf8, type EvidenceOf } from '@groundtruth/sdk/protocol';
import { keccak256 } from 'viem';
import { aboutOf, type Evidenced } from './evidenced.js';
import { provenanceOf, statementOf } from './words.js';

/** Multihash: keccak-256, 32 bytes. */
const KECCAK_256 = '1b20';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** The observation as ERC-1497 evidence. The file is self-contained: who holds it needs nothing of us to check it. */
export function erc1497Of(evidenced: Evidenced): EvidenceOf<'erc1497'> {
  const { record, salt, proof, keys } = evidenced;
  const file = utf8(canonicalJson({ record, salt, proof, keys }));
  return {
    ...aboutOf(evidenced),
    format: 'erc1497',
    evidence: {
      name: `Groundtruth observation ${record.id}`,
      description: `It was observed that ${statementOf(record)}. ${provenanceOf(evidenced)}`,
      fileURI: `data:application/json;base64,${Buffer.from(file).toString('base64')}`,
      fileHash: base58(`${KECCAK_256}${keccak256(file).slice(2)}`),
      fileTypeExtension: 'json',
    },
  };
}

/** Of bytes that do not begin with zero. */
function base58(hex: string): string {
  let text = '';
  for (let rest = BigInt(`0x${hex}`); rest > 0n; rest /= 58n) text = BASE58[Number(rest % 58n)] + text;
  return text;
}
