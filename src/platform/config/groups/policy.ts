import { optionalText } from '../fields.js';

/** What safety rules know of the world. */
export const policy = {
  POLICY_SANCTIONS_FILE: optionalText().describe(
    'Sanctions list, a JSON file that you renew at least every 24 hours; it is read again when it changes (docs/policy.md). Unset, or older: live money is held.',
  ),
  POLICY_PLACES_FILE: optionalText().describe(
    'GeoJSON of sensitive places, read at start (docs/policy.md). Unset: a few well-known ones.',
  ),
};
