import { z } from 'zod';
import { manifestSchema } from './capture.js';
import { idSchema } from './ids.js';

/** What a C2PA manifest can amount to: none that counts, one of our own devices, one of a signer on the operator's trust lists. */
export const C2PA_PROVENANCES = ['absent', 'platform', 'third_party'] as const;

/** Label of our own assertion: the reverse of the domain that the log's origin also has. */
export const CAPTURE_ASSERTION_LABEL = 'local.groundtruth.capture';

const SENSORS_MAX = 16;
const SAMPLES_MAX = 256;
const sensorValue = z.union([z.number(), z.string().max(200), z.boolean(), z.array(z.number()).max(SAMPLES_MAX)]);

/** What a device states inside the file itself: which reservation the picture was taken for, where and when by its own word. */
export const captureAssertionSchema = z.strictObject({
  bounty_id: idSchema('bounty'),
  reservation_id: idSchema('reservation'),
  nonce: manifestSchema.shape.challenge_nonce,
  lat: manifestSchema.shape.place.shape.lat,
  lng: manifestSchema.shape.place.shape.lng,
  accuracy_m: manifestSchema.shape.place.shape.accuracy_m,
  captured_at: manifestSchema.shape.captured_at,
  /** Readings at the moment of capture, by name with the unit in it (`pressure_hpa`, `acceleration_m_s2`). Recorded, not judged. */
  sensors: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), sensorValue)
    .refine((sensors) => Object.keys(sensors).length <= SENSORS_MAX, `expected at most ${SENSORS_MAX} sensors`)
    .optional(),
});
export type CaptureAssertion = z.infer<typeof captureAssertionSchema>;

/** The UUID in the head of every manifest store (C2PA 2.1 §11.1.4.2): bytes without it carry no manifest. */
export const MANIFEST_STORE_UUID: Uint8Array = Uint8Array.from([
  0x63, 0x32, 0x70, 0x61, 0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71,
]);
