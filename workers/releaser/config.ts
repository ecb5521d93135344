import { z } from 'zod';
import { addressSchema, type Mode } from '@groundtruth/sdk/protocol';
import { contractsAtSchema } from './facts.js';

const postgresUrl = z.string().regex(/^postgres(?:ql)?:\/\//, 'expected a postgres URL');
const path = z.string().min(1);
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

const chainOf = (mode: Mode) =>
  z
    .string()
    .transform(readJson)
    .pipe(contractsAtSchema.refine((chain) => chain.mode === mode, `expected the contracts of mode ${mode}`))
    .optional();

/** The releaser's whole environment. It knows nothing of the api's: what it is not given it cannot lose. */
const releaserConfigSchema = z.object({
  RELEASER_DATABASE_URL: postgresUrl.describe('The database as role `releaser`.'),
  RELEASE_KEY_FILE_TEST: path.describe(
    'File with the secp256k1 key of test releases: 64 hex digits, with or without 0x.',
  ),
  RELEASE_KEY_FILE_LIVE: path.describe('The same for live releases; another key.'),
  RELEASE_CHAIN_TEST: chainOf('test').describe(
    'The only contracts that test releases are signed for, as JSON: `mode`, `chain_id`, `escrow`, `distributor`. Unset: none.',
  ),
  RELEASE_CHAIN_LIVE: chainOf('live').describe('The same for live releases.'),
  VERDICT_SIGNER_TEST: addressSchema
    .optional()
    .describe('Whose verdict must have accepted a test capture before it is paid. Unset: the tables are believed.'),
  VERDICT_SIGNER_LIVE: addressSchema.optional().describe('The same for live captures.'),
  RELEASE_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(500)
    .describe('Pause between two looks for what waits to be signed, in milliseconds.'),
  ENDS_WITH_STDIN: z
    .enum(['0', '1'])
    .default('0')
    .transform((text) => text === '1')
    .describe('1: stop when standard input closes, so that a releaser does not outlive a killed parent.'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('Least important line that is logged.'),
});
export type ReleaserConfig = z.output<typeof releaserConfigSchema>;

/** Empty variables count as unset. @throws {Error} one message naming every variable that is wrong, never its value. */
export function readReleaserConfig(env: Readonly<Record<string, string | undefined>>): ReleaserConfig {
  const parsed = releaserConfigSchema.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  );
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: [name], message }) => `  ${String(name)}: ${message}`);
  throw new Error(`The releaser's environment is wrong:\n${faults.join('\n')}`);
}

function readJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON' });
    return z.NEVER;
  }
}
