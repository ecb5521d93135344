import type { LOG_ROUTES } from '../log.js';
import type { AnswerOf } from './example.js';

/** The log of the examples once both leaves are in it, as whoever proves one of them shows it. */
export const SIGNED_LOG = {
  checkpoint:
    'groundtruth.local/log/test\n2\nLB7RUmRD/8U1XLiDw5/ktKBaPa/oWFN3fSuDSj1ePXg=\nsigned_at 1795240800000\n\n— groundtruth.local/log/test tFrrpnCzBruzmYC9OlHD5kPBLo933SJ7Uz0tinzxRN8WQMLQ6BYGGvfW/lhvPxgErK/PNEPZXIFy3yJbSvCMNkMxWwg=\n',
  log_root: {
    mode: 'test',
    origin_hash: '0x7e4e00f7a97810e5196e35e1991c86737687e33440cbfb071b145bb33b476fd9',
    size: 2,
    root: '0xa7c83156be6aeb013cb97fe256f249edcfb54ea52e07c58958aaebbf017ef22d',
    signature:
      '0xa62dd672c0f44a881e50b2a93f652c58dd225786ab617e584b276eec91e146fd6b3a29c256974b13ad6fcb5faee2fc5feef559681808f0d7cb9c636ab77dada41b',
  },
} satisfies Pick<AnswerOf<(typeof LOG_ROUTES)['log_proof']>, 'checkpoint' | 'log_root'>;
