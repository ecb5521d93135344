import { z } from 'zod';
import { areaSchema } from './area.js';
import { attestationSchema } from './attestation.js';
import { MODES } from './mode.js';
import { idSchema } from './ids.js';
import { amountOutSchema, amountSchema } from './money.js';
import { timeOutSchema } from './time.js';

export const ROLES = ['agent', 'contributor', 'operator'] as const;
export type Role = (typeof ROLES)[number];
/** What a key may do. `admin` is the operator's alone. */
export const SCOPES = ['read', 'spend', 'capture', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export const spendCapsSchema = z.strictObject({
  /** Most a single bounty may hold, price and fee together. */
  per_bounty: amountSchema.optional(),
  /** Most that may be committed within any 24 hours. */
  rolling_24h: amountSchema.optional(),
});

export const createAgentSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  mode: z.enum(MODES).default('test'),
  spend_caps: spendCapsSchema.default({}),
});
export const agentSchema = z.object({
  id: idSchema('agent'),
  mode: z.enum(MODES),
  name: z.string(),
  api_key: z.string().nullable(),
  created_at: timeOutSchema,
});

export const createContributorSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  mode: z.enum(MODES).default('test'),
  /** The contributor states to be 18 or older. Required to reserve and capture. */
  adult: z.boolean(),
});
export const contributorSchema = z.object({
  id: idSchema('contributor'),
  mode: z.enum(MODES),
  name: z.string(),
  api_key: z.string().nullable(),
  created_at: timeOutSchema,
});

/** An EC public key on P-256 as JWK. */
export const publicKeySchema = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type DevicePublicKey = z.infer<typeof publicKeySchema>;

export const createDeviceSchema = z.strictObject({
  public_key: publicKeySchema,
  /** ES256 over the UTF-8 bytes of `groundtruth-device:<contributor id>`, base64url: proves possession of the private key. */
  proof: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
  label: z.string().trim().max(80).default(''),
  /** The platform's word that the key is bound to hardware in an unmodified app. Without it the device vouches at tier `signed`. */
  attestation: attestationSchema.optional(),
});
export const deviceSchema = z.object({
  id: idSchema('device'),
  contributor_id: idSchema('contributor'),
  label: z.string(),
  /** X.509, PEM, leaf first: short-lived, renewed by enrolling the same key again. */
  certificate_pem: z.string(),
  certificate_expires_at: timeOutSchema,
  /** Since when the key counts as bound to hardware in an unmodified app; null when nothing has proved it. */
  attested_at: timeOutSchema.nullable(),
  created_at: timeOutSchema,
});
export type Device = z.infer<typeof deviceSchema>;

/** The text whose signature proves possession of a device key. */
export const deviceProofText = (contributorId: string): string => `groundtruth-device:${contributorId}`;

export const meSchema = z.object({
  id: z.string(),
  role: z.enum(ROLES),
  mode: z.enum(MODES),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
});

export const sandboxCreditSchema = z.strictObject({ agent_id: idSchema('agent'), amount: amountSchema });
export const balanceSchema = z.object({
  mode: z.enum(MODES),
  balances: z.array(
    z.object({
      account: z.string(),
      fund: z.string(),
      currency: z.enum(['USD', 'USDC']),
      available: amountOutSchema,
      held: amountOutSchema,
    }),
  ),
});
export const transferSchema = z.object({
  id: idSchema('transfer'),
  direction: z.enum(['in', 'out']),
  kind: z.string(),
  currency: z.enum(['USD', 'USDC']),
  amount: amountOutSchema,
  reason: z.string(),
  correlation: z.string().nullable(),
  created_at: timeOutSchema,
});
export const suspendAreaSchema = z.strictObject({ area: areaSchema, reason: z.string().trim().min(3).max(200) });
