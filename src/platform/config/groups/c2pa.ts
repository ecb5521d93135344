import { list } from '../fields.js';

/** Whose C2PA signatures count as a third party’s. */
export const c2pa = {
  C2PA_TRUST_FILES: list('paths of PEM files').describe(
    'Roots of C2PA signers and time stampers that count as third parties, such as the official trust lists; none by default. Unset: criteria that ask for third-party C2PA are refused at quote.',
  ),
};
