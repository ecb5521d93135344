import type { PackData } from '../pack.js';

const DAY_S = 86_400;

/**
 * When several bounties of one requester, or of linked ones, are more than each of them. The numbers are our judgement: a home fits in
 * a circle of 60 m, a feed of a public place asks about a wider one; somebody who is followed does not move faster than a train.
 */
export const LINKAGE: PackData['linkage'] = {
  lookback_s: 14 * DAY_S,
  reach_m: 2_000,
  extent_m_max: 2_000,
  words: {
    rule: 'linked_words',
    hint: 'Read together with what you asked for nearby, this asks for something that is not allowed.',
  },
  price: {
    rule: 'linked_hazard_price',
    hint: 'Together with what you offer nearby at the same time, this pays more for a hazard than one bounty may.',
  },
  watch: {
    rule: 'linked_watch',
    hint: 'A spot no larger than a home, looked at on several days, is looked at by an operator first. Ask about a wider public area.',
    deadline_s: DAY_S,
    extent_m_max: 60,
    apart_m_max: 100,
    bounties_min: 4,
    days_min: 3,
  },
  following: {
    rule: 'linked_following',
    hint: 'Short looks that move along a way one after another are looked at by an operator first.',
    deadline_s: DAY_S,
    extent_m_max: 300,
    bounties_min: 4,
    span_s: 6 * 3_600,
    window_s_max: 2 * 3_600,
    step_m_min: 150,
    speed_m_per_s_max: 45,
  },
};
