import type { LOG_ROUTES } from '../log.js';
import type { ExamplesOf } from './example.js';
import { SIGNED_LOG } from './signed-log.js';

export const LOG_EXAMPLES = {
  get_keys: {
    plain: {
      by: 'nobody',
      answer: {
        data: [
          {
            mode: 'test',
            verdict: '0x7BDA2D77381b0e184dA7920C1547Ac0E5853fA62',
            observation: '0x97B6dF59870A0946394584094dd8F566feaBC410',
            log: {
              origin: 'groundtruth.local/log/test',
              verifier_key: 'groundtruth.local/log/test+b45aeba6+Aa/SGECmsR4eEZptsOflDhhyIIrrBZ7RftZBm2XrFAzC',
              root_signer: '0x26c73403DDd67A075D6370A91C9E03E0caf3567A',
            },
          },
          {
            mode: 'live',
            verdict: '0x0b0272180882b5442653FC8d3Ebe79cDFaB25f1B',
            observation: '0xb1e6EaBA2980AF54910f9ADdA077AD64227D9260',
            log: {
              origin: 'groundtruth.local/log/live',
              verifier_key: 'groundtruth.local/log/live+6cc183aa+AXVfnC39N5uya0dBMK0uzhsXa8IOwmD6EUhbdjEwjNho',
              root_signer: '0x67DB2d22c1Adefc31EfFcBFd8898e8602e2724D8',
            },
          },
        ],
      },
    },
  },
  log_checkpoint: {
    plain: {
      by: 'nobody',
      query: { mode: 'test' },
      answer:
        'groundtruth.local/log/test\n2\nLB7RUmRD/8U1XLiDw5/ktKBaPa/oWFN3fSuDSj1ePXg=\nsigned_at 1795240800000\n\n— groundtruth.local/log/test tFrrpnCzBruzmYC9OlHD5kPBLo933SJ7Uz0tinzxRN8WQMLQ6BYGGvfW/lhvPxgErK/PNEPZXIFy3yJbSvCMNkMxWwg=\n',
    },
  },
  log_checkpoints: {
    plain: {
      by: 'nobody',
      query: { mode: 'test', limit: 1 },
      answer: {
        data: [
          {
            size: 1,
            checkpoint:
              'groundtruth.local/log/test\n1\nPzs1mrB3oU/eZfCdpYyC9lOwi68ld7Ruc5yIfhaqSCc=\nsigned_at 1795240800000\n\n— groundtruth.local/log/test tFrrpujsSoopPpLHNKmH6sz8xMxKCufzidSRjCPbzskuRtPNXySr73Rc8AMEHM37DUjlXslKSCCdTB21zgCr0u816Q0=\n',
            log_root: {
              mode: 'test',
              origin_hash: '0x7e4e00f7a97810e5196e35e1991c86737687e33440cbfb071b145bb33b476fd9',
              size: 1,
              root: '0x4407269169bcd9dad1b29645338f19e3ab508e98b2ffdf6f8164189892d5f032',
              signature:
                '0x97aa398cfa58e526c8e781595877e555b7325eb50707463b1e238384ef95d51a219f8edad2c62a42c98a2afa5378c9d316c3e3546d91066299f6fbfe66979fa01b',
            },
          },
        ],
        has_more: true,
      },
    },
  },
  log_proof: {
    plain: {
      by: 'nobody',
      query: { mode: 'test', from: 1, to: 2 },
      answer: {
        log_origin: 'groundtruth.local/log/test',
        from: 1,
        to: 2,
        hashes: ['4bacc82d496498e59dd0d976444f817612fafea5ad35e53e3159d29019c8de1c'],
        ...SIGNED_LOG,
      },
    },
  },
} satisfies ExamplesOf<typeof LOG_ROUTES>;
