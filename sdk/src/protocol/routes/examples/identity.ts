import type { IDENTITY_ROUTES } from '../identity.js';
import type { ExamplesOf } from './example.js';

export const IDENTITY_EXAMPLES = {
  create_agent: {
    agent: {
      by: 'nobody',
      body: { name: 'harbour desk', mode: 'test', spend_caps: { per_bounty: '20.000000', rolling_24h: '90.000000' } },
      answer: {
        id: 'agt_01a1fcbe88cf71b3a585e43a00000001',
        mode: 'test',
        name: 'harbour desk',
        api_key: 'gt_test_the-key-of-the-agent-shown-once',
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
    partner: {
      by: 'nobody',
      body: { name: 'harbour watch' },
      answer: {
        id: 'agt_01a1fcbe88cf71b3a585e43a00000002',
        mode: 'test',
        name: 'harbour watch',
        api_key: 'gt_test_the-key-of-the-partner-shown-once',
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
  },
  create_contributor: {
    contributor: {
      by: 'nobody',
      body: { name: 'Aiko', mode: 'test', adult: true },
      answer: {
        id: 'ctr_01a1fcbe88cf71b3a585e43a00000001',
        mode: 'test',
        name: 'Aiko',
        api_key: 'gt_test_the-key-of-the-contributor-shown-once',
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
    neighbour: {
      by: 'nobody',
      body: { name: 'Ren', adult: true },
      answer: {
        id: 'ctr_01a1fcbe88cf71b3a585e43a00000002',
        mode: 'test',
        name: 'Ren',
        api_key: 'gt_test_the-key-of-the-neighbour-shown-once',
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
  },
  create_device: {
    software_key: {
      by: 'contributor',
      body: {
        public_key: {
          kty: 'EC',
          crv: 'P-256',
          x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
          y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        },
        proof: 'e4ZrhZdbFQ7630Tq51E6RQiJaae9bFNGJszIhtusEwzvO21rzH76Wer6yRn2Zb34VjIm3cVRl0iQctbf4uBY3w',
        label: 'phone',
      },
      answer: {
        id: 'dev_01a1fcbe88cf71b3a585e43a00000001',
        contributor_id: 'ctr_01a1fcbe88cf71b3a585e43a00000001',
        label: 'phone',
        certificate_pem:
          '-----BEGIN CERTIFICATE-----\nMIIB3DCCAYOgAwIBAgIQFklMbgLOPHAg/nViJsou5zAKBggqhkjOPQQDAjAlMSMw\nIQYDVQQDExpHcm91bmR0cnV0aCBkZXZpY2VzICh0ZXN0KTAeFw0yNjExMjEwNjAw\nMDBaFw0yNjExMjgwNjAwMDBaMEUxLTArBgNVBAMMJGRldl8zNTQzMWNiZDBjYjI1\nZGFhYTAzMTVmZTU0MDcxMjlhNDEUMBIGA1UEChMLR3JvdW5kdHJ1dGgwWTATBgcq\nhkjOPQIBBggqhkjOPQMBBwNCAASw65Cza5fndjG02lSyJngw0SA7EqaFuErtssRe\nFZsQkmizyxe6bFBrM6IC3lO93YhVwRRvpmrPunFBy9yxmHlmo3UwczAMBgNVHRMB\nAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDBDAfBgNV\nHSMEGDAWgBQMpW5H9U1njp+zDNqWLDAlIPxtzTAdBgNVHQ4EFgQU3Gr4EfNmkmX3\nTcLgcAim8YpgB1UwCgYIKoZIzj0EAwIDRwAwRAIgSq2RGQS3zcPc4Zj4EJD6QdgZ\naY5QpDCZmU0Q5cui788CIFDkDzln6n0Rbt28JeO3Gfe98p+Z2nrCF2+giP5m+KO5\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nMIIBbzCCARSgAwIBAgIQCw/UFE7Tv/qyC38+klxkWjAKBggqhkjOPQQDAjAlMSMw\nIQYDVQQDExpHcm91bmR0cnV0aCBkZXZpY2VzICh0ZXN0KTAeFw0yNjExMjEwNjAw\nMDBaFw0zNjExMjgwNjAwMDBaMCUxIzAhBgNVBAMTGkdyb3VuZHRydXRoIGRldmlj\nZXMgKHRlc3QpMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgKkschiyN86pB9AN\nkn3jJRi1gZmejFr6+lx4pwLis+dSVH4McqIwDjxsyRx+sdJqeYeOgaGMguTAtsQ8\nz7HPNaMmMCQwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAgQwCgYI\nKoZIzj0EAwIDSQAwRgIhANB379r2BVlsfBSjRhJSuVkWrFxB7TmpBUB+crFroTCl\nAiEA5Jcq2uawqCfeVQq7di7x7XNHTiXnCbOWJaV8UuLH4UU=\n-----END CERTIFICATE-----',
        certificate_expires_at: '2026-11-28T06:00:00.000Z',
        attested_at: null,
        created_at: '2026-11-21T06:00:00.000Z',
      },
    },
  },
  create_device_challenge: {
    plain: {
      by: 'contributor',
      answer: { challenge: 'Xmy3zIKF5foiJvyxhjjTsi83SdKjm141o6R0FOrHZos', expires_at: '2026-11-21T06:10:00.000Z' },
    },
  },
  me: {
    plain: {
      by: 'agent',
      answer: {
        id: 'agt_01a1fcbe88cf71b3a585e43a00000001',
        role: 'agent',
        mode: 'test',
        name: 'harbour desk',
        scopes: ['read', 'spend'],
      },
    },
  },
} satisfies ExamplesOf<typeof IDENTITY_ROUTES>;
