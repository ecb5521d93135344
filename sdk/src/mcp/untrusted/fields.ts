import { TEXT_FIELDS as OF_HTTP, type Origin } from '../../protocol/untrusted/fields.js';

/** Texts that only tools answer, and who writes them. */
export const OF_TOOLS: Readonly<Record<string, Origin>> = {
  'balances[].account': 'ours',
  'balances[].fund': 'ours',
  'dry_run.policy.hint': 'ours',
  'dry_run.policy.pack_version': 'ours',
  'dry_run.policy.rule': 'ours',
  fault: 'ours',
  'keys.log': 'ours',
  'keys.observation': 'ours',
  'keys.verdict': 'ours',
  'log.origin': 'ours',
  'next[].tool': 'ours',
  'next[].why': 'ours',
  'once.idempotency_key': 'ours',
};

/** Every text that a tool can answer and more, and who writes it. Whatever is not named here is taken for untrusted. */
export const TEXT_FIELDS: Readonly<Record<string, Origin>> = { ...OF_HTTP, ...OF_TOOLS };
