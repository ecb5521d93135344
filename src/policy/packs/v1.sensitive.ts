import type { PackData } from '../pack.js';

const REFUSED = 'Nothing is photographed at this kind of place. Choose an area further away.';
const HELD = 'There are people to be protected at this place; an operator looks at it before it is published.';

/** What happens near each kind of sensitive place. Where they are stands in the file of places (docs/policy.md). */
export const SENSITIVE: PackData['sensitive'] = {
  deadline_s: 86_400,
  categories: [
    { category: 'military', action: 'refuse', buffer_m: 300, hint: REFUSED },
    { category: 'border_crossing', action: 'refuse', buffer_m: 500, hint: REFUSED },
    { category: 'nuclear', action: 'refuse', buffer_m: 1_000, hint: REFUSED },
    { category: 'power', action: 'refuse', buffer_m: 200, hint: REFUSED },
    { category: 'prison', action: 'refuse', buffer_m: 200, hint: REFUSED },
    { category: 'shelter', action: 'refuse', buffer_m: 100, hint: REFUSED },
    { category: 'school', action: 'hold', buffer_m: 50, hint: HELD },
    { category: 'playground', action: 'hold', buffer_m: 30, hint: HELD },
    { category: 'clinic', action: 'hold', buffer_m: 50, hint: HELD },
    { category: 'worship', action: 'hold', buffer_m: 30, hint: HELD },
    { category: 'embassy', action: 'hold', buffer_m: 100, hint: HELD },
  ],
};
