/** Test and live never mix: ledgers, keys, logs and signing domains are apart. */
export const MODES = ['test', 'live'] as const;
export type Mode = (typeof MODES)[number];
