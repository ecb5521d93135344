import { list, optionalText, whole } from '../fields.js';
import { MINUTE_S, DAY_S } from './units.js';

/** Whose word about a device’s key is believed. */
export const attestation = {
  APP_ATTEST_APP_IDS: list('App IDs such as AB12CD34EF.org.example.app', /^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/).describe(
    'Apps of Apple devices whose App Attest attestations are believed; none by default.',
  ),
  ANDROID_PACKAGES: list('package names such as org.example.app', /^[A-Za-z0-9_.]+$/).describe(
    'Android apps whose key attestations are believed; none by default.',
  ),
  ANDROID_SIGNING_DIGESTS: list('SHA-256 in lower-case hex', /^[0-9a-f]{64}$/).describe(
    'Certificates that the Android apps are signed with.',
  ),
  ANDROID_STATUS_FILE: optionalText().describe(
    'Google’s list of revoked Android attestation keys (https://android.googleapis.com/attestation/status), fetched by you at least every 7 days.',
  ),
  ANDROID_ROOTS_FILE: optionalText().describe(
    'PEM file of roots of Android attestation believed besides the built-in ones of Google.',
  ),
  ATTESTATION_CHALLENGE_TTL_S: whole(10 * MINUTE_S, { min: 1, max: DAY_S }).describe(
    'Time a device has to answer an attestation challenge, in seconds.',
  ),
};
