import type { Mode } from '@groundtruth/sdk/protocol';

/** Addresses of the verdict keys, one per mode. The api knows only these; the keys are the verifier's. */
export type VerdictSigners = Readonly<Record<Mode, `0x${string}`>>;
export const VERDICT_SIGNERS = Symbol('verdict signers');
