import { z } from 'zod';
import { MEDIA_TYPES, sha256HexSchema } from './capture.js';
import { timeOutSchema } from './time.js';

/** Why somebody looks at an original; its contributor reads it. */
export const openOriginalSchema = z.strictObject({ reason: z.string().trim().min(3).max(500) });

/** A link to the sealed bytes, and what they hash to. */
export const originalLinkSchema = z.object({
  url: z.string(),
  expires_at: timeOutSchema,
  sha256: sha256HexSchema,
  media_type: z.enum(MEDIA_TYPES),
  bytes: z.int().min(1),
});
export type OriginalLink = z.infer<typeof originalLinkSchema>;

/** One look at an original. */
export const originalAccessSchema = z.object({
  viewer_id: z.string(),
  role: z.enum(['contributor', 'operator']),
  reason: z.string(),
  at: timeOutSchema,
});
export type OriginalAccess = z.infer<typeof originalAccessSchema>;
