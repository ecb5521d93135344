import { list, oneOf, optionalText, optionalUrl, whole } from '../fields.js';
import { MINUTE_S, HOUR_S } from './units.js';

/** Workers, their models, and what is looked at again and again. */
export const work = {
  LOG_WITNESSES: list(
    'a URL, a space and the witness’s key (name+id+key)',
    /^https?:\/\/\S+ [^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/,
  ).describe('Witnesses that are asked to cosign each checkpoint of the logs. None by default.'),
  VERIFIERS: whole(1, { min: 0, max: 64 }).describe(
    'Verification workers the start command runs next to the api; 0 when they run elsewhere.',
  ),
  VERIFIER_CONCURRENCY: whole(1, { min: 1, max: 64 }).describe('Captures one verification worker has in hand at once.'),
  FFMPEG_PATH: optionalText().describe(
    'Program that decodes films. Unset: ffmpeg as the system has it installed; without one, kind video is refused at quote.',
  ),
  VERIFICATION_TIMEOUT_S: whole(2 * MINUTE_S, { min: 1, max: HOUR_S }).describe(
    'Time one capture may take to verify before it is tried again, in seconds.',
  ),
  SECOND_DETECTOR: oneOf(['none', 'yolox-nano'], 'none').describe(
    'A second object detector that must agree with the packaged one; `npm run models:fetch` downloads it.',
  ),
  SECOND_DETECTOR_URL: optionalUrl(['https', 'http']).describe(
    'Where `npm run models:fetch` downloads the second detector from. Unset: its publisher. Its sha256 is pinned either way.',
  ),
  OPEN_VOCABULARY_CARD: optionalText().describe(
    'Model card (JSON file) of the model that answers criteria in free words. Unset: such bounties are refused at quote.',
  ),
  SWEEP_INTERVAL_MS: whole(1_000, { min: 10, max: HOUR_S * 1_000 }).describe(
    'Time between two looks for deadlines that have passed, in milliseconds.',
  ),
};
