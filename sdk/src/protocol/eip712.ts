import { z } from 'zod';
import type { Mode } from './mode.js';

/** EIP-712 domains of everything signed for any chain: no chainId, no contract. Test signatures never verify as live ones. */
export const EIP712_DOMAINS = {
  test: { name: 'Groundtruth Test', version: '1' },
  live: { name: 'Groundtruth', version: '1' },
} as const satisfies Record<Mode, { name: string; version: string }>;

export const hex32Schema = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((value) => value as `0x${string}`);
export const signatureSchema = z
  .string()
  .regex(/^0x[0-9a-f]{130}$/)
  .transform((value) => value as `0x${string}`);
