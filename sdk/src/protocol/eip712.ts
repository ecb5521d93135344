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
/** Of a key or of a contract wallet (EIP-1271), whose form is the wallet's own affair: at most 2,048 bytes. */
export const walletSignatureSchema = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2}){1,2048}$/, 'expected 0x and lower-case hex digits, at most 2048 bytes')
  .transform((value) => value as `0x${string}`);
export const signatureSchema = z
  .string()
  .regex(/^0x[0-9a-f]{130}$/)
  .transform((value) => value as `0x${string}`);
