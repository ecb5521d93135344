import type { BountyTerms } from '@groundtruth/sdk/protocol';
import { DomainError } from '../kernel/problem.js';
import { wayOf } from '../bounties/index.js';
import { textFor } from './pattern-text.js';

/** Boards with a text in one picture, the one with the code among them: more of them get too small to be read. */
const BOARDS_MAX = 4;
const HINT =
  'Simulated contributors answer readings, and photos asked for texts of capital letters, digits, hyphens and spaces such as OPEN|CLOSED.';

/**
 * Refuses with `criteria_unreachable` what no simulated contributor can answer honestly: there are no pictures of real things here, and none
 * are faked. `param` names what is in the way, as in the terms of a bounty.
 */
export function checkAnswerable(terms: BountyTerms): void {
  const { kind, criteria, rail, min_reputation } = terms;
  if (rail !== 'balance') throw beyond('rail', 'simulated contributors have no wallet');
  if (wayOf(terms) === 'sortition') throw beyond('purpose', 'simulated contributors apply for no draw');
  if (min_reputation && min_reputation.level !== 'new')
    throw beyond('min_reputation', 'simulated contributors have no reputation');
  if (criteria.provenance === 'attested') throw beyond('criteria.provenance', 'simulated devices have no hardware');
  if (criteria.c2pa === 'third_party') throw beyond('criteria.c2pa', 'no third party signs for a simulated camera');
  if (kind === 'video') throw beyond('kind', 'simulated contributors film nothing');
  if (kind === 'photo') checkPhoto(terms);
}

function checkPhoto({ criteria }: BountyTerms): void {
  criteria.all.forEach((criterion, index) => {
    const param = `criteria.all.${index}`;
    if (!('text' in criterion)) throw beyond(param, 'there is no honest picture of this in the sandbox');
    if (textFor(criterion.text.pattern, '') === null)
      throw beyond(`${param}.text.pattern`, 'no text was found that this matches and that can be drawn');
  });
  if (criteria.all.length + Number(criteria.code_in_scene) > BOARDS_MAX)
    throw beyond('criteria.all', `one simulated picture shows at most ${BOARDS_MAX} texts`);
}

function beyond(param: string, detail: string): DomainError {
  return new DomainError('criteria_unreachable', detail, { param, hint: HINT });
}
