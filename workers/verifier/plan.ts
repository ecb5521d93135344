import type { CheckName } from '@groundtruth/sdk/protocol';
import { c2pa } from './checks/c2pa.js';
import { challenge } from './checks/challenge.js';
import type { Check } from './checks/check.js';
import { duplicate } from './checks/duplicate.js';
import { format } from './checks/format.js';
import { freshness } from './checks/freshness.js';
import { geofence } from './checks/geofence.js';
import { integrity } from './checks/integrity.js';
import { nsfw } from './checks/nsfw.js';
import { objects } from './checks/objects.js';
import { overFrames } from './checks/over-frames.js';
import { openVocabulary } from './checks/open-vocabulary.js';
import { provenance } from './checks/provenance.js';
import { readingNeighbours } from './checks/reading-neighbours.js';
import { readingRange } from './checks/reading-range.js';
import { readingSequence } from './checks/reading-sequence.js';
import { recapture } from './checks/recapture.js';
import { resemblance } from './checks/resemblance.js';
import { similarity } from './checks/similarity.js';
import { sun } from './checks/sun.js';
import { text } from './checks/text.js';
import { thumbnail } from './checks/thumbnail.js';
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
  { check: 'provenance', version: 2, judge: provenance },
  { check: 'c2pa', version: 1, judge: c2pa },
  { check: 'challenge', version: 1, judge: challenge },
  { check: 'duplicate', version: 1, judge: duplicate },
  { check: 'resemblance', version: 1, judge: resemblance },
  { check: 'objects', version: 1, judge: overFrames('objects', objects) },
  { check: 'text', version: 1, judge: overFrames('text', text) },
  { check: 'similarity', version: 1, judge: similarity },
  { check: 'open_vocabulary', version: 1, judge: openVocabulary },
  { check: 'nsfw', version: 1, judge: nsfw },
  { check: 'reading_range', version: 1, judge: readingRange },
  { check: 'reading_sequence', version: 1, judge: readingSequence },
  { check: 'reading_neighbours', version: 1, judge: readingNeighbours },
  { check: 'thumbnail', version: 1, judge: thumbnail },
  { check: 'recapture', version: 1, judge: recapture },
  { check: 'sun', version: 1, judge: sun },
];
