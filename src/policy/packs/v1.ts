import { PURPOSES } from '@groundtruth/sdk/protocol';
import type { PackData } from '../pack.js';
import { HAZARDS } from './v1.hazards.js';
import { LINKAGE } from './v1.linkage.js';
import { PROHIBITED } from './v1.prohibited.js';
import { RESTRICTED_PLACES } from './v1.restricted.js';
import { SANCTIONED_PLACES } from './v1.sanctioned.js';
import { SENSITIVE } from './v1.sensitive.js';
import { WARTIME_PLACES } from './v1.wartime.js';

/** The first pack. A released pack is not edited without its version changing: the version holds the hash of all that is here. */
export const PACK_V1: PackData = {
  name: 'v1',
  suspended_area: {
    rule: 'area_suspended',
    hint: 'Work in this area is suspended by an operator. Choose another area or try again later.',
  },
  adults: { rule: 'adults_only', hint: 'Contributors must state that they are 18 or older.' },
  purposes: {
    rule: 'unknown_purpose',
    hint: 'Choose one of the published purposes.',
    allowed: [...PURPOSES],
  },
  prohibited: PROHIBITED,
  unreadable: {
    rule: 'unreadable_text',
    hint: 'Write title, instructions and prompts in Latin letters, in English if you can; otherwise an operator has to read them.',
    deadline_s: 86_400,
  },
  jurisdictions: [...SANCTIONED_PLACES, ...WARTIME_PLACES, ...RESTRICTED_PLACES],
  sensitive: SENSITIVE,
  hazards: HAZARDS,
  night: { from_hour: 22, to_hour: 5 },
  linkage: LINKAGE,
  sanctions: {
    list_age_s_max: 86_400,
    deadline_s: 86_400,
    stale: {
      rule: 'sanctions_list_stale',
      hint: 'The sanctions list is missing or too old; money waits for a fresh one.',
    },
    unknown: { rule: 'parties_unknown', hint: 'Nobody is named whom the sanctions list could be searched for.' },
    listed: {
      rule: 'sanctioned_party',
      hint: 'A party to this payment may be on a sanctions list; an operator looks at it.',
    },
  },
  review: {
    hint: 'An operator has looked at this, or let its time pass, and it is not allowed.',
    answer_s: 35 * 86_400,
    silence_s: 86_400,
  },
};
