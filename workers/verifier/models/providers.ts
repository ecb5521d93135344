/** Execution providers of the runtime in the order tried. On the CPU: one thread a session, photos one by one. */
export const PROVIDER_ORDER = ['cuda', 'webgpu', 'cpu'] as const;
export type Provider = (typeof PROVIDER_ORDER)[number];
