import { z } from 'zod';
import { IMAGE_MEDIA_TYPES, MEDIA_BYTES_MAX, sha256HexSchema, uploadSchema } from './capture.js';
import { idSchema } from './ids.js';
import { timeOutSchema } from './time.js';

/** A picture that captures are compared with (`similar_to`), announced by what its bytes must be. */
export const createReferenceSchema = z.strictObject({
  sha256: sha256HexSchema,
  media_type: z.enum(IMAGE_MEDIA_TYPES),
  bytes: z.int().min(1).max(MEDIA_BYTES_MAX),
});

export const referenceSchema = z.object({
  id: idSchema('reference'),
  ...createReferenceSchema.shape,
  created_at: timeOutSchema,
  /** A signed link for exactly these bytes; null once it has expired. Criteria may name the reference when they have arrived. */
  upload: uploadSchema.nullable(),
});
export type Reference = z.infer<typeof referenceSchema>;
