import type { CheckName } from '@groundtruth/sdk/protocol';
import { challenge } from './checks/challenge.js';
import type { Check } from './checks/check.js';
import { duplicate } from './checks/duplicate.js';
import { format } from './checks/format.js';
import { freshness } from './checks/freshness.js';
import { geofence } from './checks/geofence.js';
import { integrity } from './checks/integrity.js';
import { objects } from './checks/objects.js';
import { provenance } from './checks/provenance.js';
import { text } from './checks/text.js';
import { window } from './checks/window.js';

export interface PlannedCheck {
  readonly check: CheckName;
  /** Rises with every change that could change a judgement. */
  readonly version: number;
  readonly judge: Check;
}

/** Every check, in the order of its results. A new check is a new file in `checks/`, a name in the protocol and one line here. */
export const PLAN: readonly PlannedCheck[] = [
  { check: 'integrity', version: 1, judge: integrity },
  { check: 'format', version: 1, judge: format },
  { check: 'window', version: 1, judge: window },
  { check: 'geofence', version: 1, judge: geofence },
  { check: 'freshness', version: 1, judge: freshness },
  { check: 'provenance', version: 1, judge: provenance },
  { check: 'challenge', version: 1, judge: challenge },
  { check: 'duplicate', version: 1, judge: duplicate },
  { check: 'objects', version: 1, judge: objects },
  { check: 'text', version: 1, judge: text },
];
