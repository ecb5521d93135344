import type { z } from 'zod';
import type { captureSchema } from '../../capture.js';
import type { CAPTURES_ROUTES } from '../captures.js';
import type { ExamplesOf } from './example.js';
import { ASKED, criteriaOf } from './bounty.js';
import { SIGNED_LOG } from './signed-log.js';

const ID = 'cap_01a1fcbe88cf71b3a585e43a00000001';
const BOUNTY = 'bty_01a1fcbe88cf71b3a585e43a00000001';
const RESERVATION = 'rsv_01a1fcbe88cf71b3a585e43a00000001';
const DEVICE = 'dev_01a1fcbe88cf71b3a585e43a00000001';
const SEAL = '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730';
const NONCE = 'kq3v9XhT2bW7mYpL0sZcRd';
const AT = '2026-11-21T06:00:00.000Z';
/** The same in milliseconds, as what is hashed has it. */
const AT_MS = 1_795_240_800_000;
const MEDIA = {
  sha256: 'c098275724c7f4521a6771211c40f04d69b84ca53d2d32a80c0f4c2d40183e70',
  media_type: 'image/jpeg',
  bytes: 45,
} as const;
const SEALED = {
  manifest: {
    v: 1,
    bounty_id: BOUNTY,
    reservation_id: RESERVATION,
    challenge_nonce: NONCE,
    device_id: DEVICE,
    media: MEDIA,
    place: { lat: 32.7448, lng: 129.8737, accuracy_m: 8 },
    captured_at: '2026-11-21T06:00:00Z',
    finding: 'present',
  },
  signature: 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
} as const;

/** As its contributor sees it once it was handed in. */
const HANDED_IN = {
  id: ID,
  bounty_id: BOUNTY,
  state: 'submitted',
  deadline_at: null,
  on_silence: 'Nothing to do: the verifier decides.',
  available_actions: [],
  failed_stage: null,
  finding: null,
  created_at: AT,
  detail: {
    reservation_id: RESERVATION,
    contributor_id: 'ctr_01a1fcbe88cf71b3a585e43a00000001',
    seal: SEAL,
    sealed_at: AT,
    submitted_at: AT,
    proven_interval: { t0: AT, t1: AT },
    tier: null,
    failed_check: null,
    reason: null,
    paid: null,
  },
  derivative: null,
  upload: null,
} satisfies z.input<typeof captureSchema>;

const CHECKS = [
  'integrity', 'format', 'window', 'geofence', 'freshness', 'provenance', 'c2pa', 'challenge', 'duplicate', 'resemblance', 'objects', 'nsfw',
  'thumbnail', 'recapture', 'sun',
] as const; // prettier-ignore

export const CAPTURES_EXAMPLES = {
  create_seal: {
    plain: {
      by: 'contributor',
      body: { reservation_id: RESERVATION, seal: SEAL },
      answer: {
        id: 'seal_01a1fcbe88cf71b3a585e43a00000001',
        reservation_id: RESERVATION,
        seal: SEAL,
        received_at: AT,
      },
    },
  },
  create_capture: {
    photo: {
      by: 'contributor',
      body: {
        reservation_id: RESERVATION,
        sealed: SEALED,
      },
      answer: {
        ...HANDED_IN,
        state: 'uploading',
        deadline_at: '2026-11-21T06:15:00.000Z',
        on_silence: 'The upload expires; the reservation stays until it lapses.',
        available_actions: [{ action: 'submit', method: 'POST', path: `/v1/captures/${ID}/submit` }],
        detail: { ...HANDED_IN.detail, submitted_at: null, proven_interval: null },
        upload: {
          method: 'PUT',
          url: 'http://127.0.0.1:8787/storage/originals/cap_01a1fcbe88cf71b3a585e43a00000001?bytes=45&type=image%2Fjpeg&sha256=c098275724c7f4521a6771211c40f04d69b84ca53d2d32a80c0f4c2d40183e70&expires=1795241700000&signature=EyodcmpMu_ugL5eXbwxLpv5r2kYdF_vc9jNyB6NfZao',
          headers: { 'content-type': 'image/jpeg' },
          expires_at: '2026-11-21T06:15:00.000Z',
        },
      },
    },
  },
  submit_capture: {
    plain: {
      by: 'contributor',
      path: { id: ID },
      body: {},
      answer: HANDED_IN,
    },
  },
  get_capture: {
    contributor: {
      by: 'contributor',
      path: { id: ID },
      answer: { ...HANDED_IN, state: 'verifying' },
    },
    requester: {
      by: 'agent',
      path: { id: ID },
      answer: {
        ...HANDED_IN,
        state: 'settled',
        deadline_at: '2026-11-22T06:00:00.000Z',
        on_silence: 'The outcome stands.',
        available_actions: [{ action: 'disputes', method: 'POST', path: `/v1/captures/${ID}/disputes` }],
        finding: 'present',
        detail: null,
      },
    },
  },
  open_original: {
    plain: {
      by: 'operator',
      path: { id: ID },
      body: { reason: 'a dispute about the picture' },
      answer: {
        ...MEDIA,
        url: 'http://127.0.0.1:8787/storage/originals/cap_01a1fcbe88cf71b3a585e43a00000001?filename=cap_01a1fcbe88cf71b3a585e43a00000001-original&expires=1795241100000&signature=DTNMFzqOjIXvwMVtvQjdS0C8dZ3HodayYz4n7l24pSs',
        expires_at: '2026-11-21T06:05:00.000Z',
      },
    },
  },
  list_original_accesses: {
    plain: {
      by: 'contributor',
      path: { id: ID },
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [
          {
            viewer_id: 'opr_14a68462224a5742a7ff47bff4536757',
            role: 'operator',
            reason: 'a dispute about the picture',
            at: AT,
          },
        ],
      },
    },
  },
  get_verdict: {
    plain: {
      by: 'contributor',
      path: { id: ID },
      answer: {
        verdict: {
          c2pa: 'absent',
          mode: 'test',
          tier: 'signed',
          basis: 'checks',
          checks: CHECKS.map((check) => ({ check, status: 'pass', version: 1, evidence: {}, duration_ms: 0 })),
          signer: '0x7BDA2D77381b0e184dA7920C1547Ac0E5853fA62',
          finding: 'present',
          outcome: 'accepted',
          criteria: criteriaOf({}),
          declared: 'present',
          bounty_id: BOUNTY,
          signature:
            '0x83b394a0626d119578b24964357b466fcd2f6f1bb612161e396012f8a039ceeb55cfcd5846db62d998ee336af909ec57fa370bc507c8906606cfbd5f429331461b',
          capture_id: ID,
          decided_at: AT_MS,
          verdict_id: 'vrd_0d9ab6adfc9c592c8dcabe798403c322',
          checks_digest: '0x392ff0b94a8580154a97d089b1a4e8345180a3a663f7e831e6e951386a2e4d75',
          criteria_hash: '0xb3a8d4e9bbaa8a8a7c2f334e891dbe9ac88a66db2ef15efe69889b343c3d7a59',
          capture_commitment: '0xcb5b051994dfed6186678d1f3d24e6d2fc643b621dc9cee4b2f74ae5568076c2',
        },
        salt: 'eddfcdf84dd9010fb60afeade122f53c883363edefffad655a5f5ebce7995a30',
        proof: {
          log_origin: 'groundtruth.local/log/test',
          leaf_index: 0,
          tree_size: 2,
          hashes: ['4bacc82d496498e59dd0d976444f817612fafea5ad35e53e3159d29019c8de1c'],
          ...SIGNED_LOG,
        },
        inputs: {
          t0: AT_MS,
          t1: AT_MS,
          area: ASKED.area,
          kind: 'photo',
          mode: 'test',
          salt: '8a08b9c7ed85dc50dfcac2a4f8553d5dfe8fb62b21b18617b09c2585bc67b6b3',
          seal: SEAL,
          device: {
            id: DEVICE,
            public_key: {
              x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
              y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
              crv: 'P-256',
              kty: 'EC',
            },
            attested_at: null,
            certificate_from: AT_MS,
            certificate_until: 1795845600000,
          },
          sealed: SEALED,
          window: { opens_at: AT_MS, closes_at: 1795255200000 },
          attempt: 1,
          criteria: criteriaOf({}),
          declared: 'present',
          bounty_id: BOUNTY,
          challenge: { code: '7KF-PQX', nonce: NONCE, issued_at: AT_MS },
          capture_id: ID,
          references: [],
          submitted_at: AT_MS,
          late_upload_s: 0,
          reservation_id: RESERVATION,
        },
      },
    },
  },
} satisfies ExamplesOf<typeof CAPTURES_ROUTES>;
