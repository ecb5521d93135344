import { z } from 'zod';
import {
  canonicalJson,
  quoteSchema,
  sha256,
  toHex,
  utf8,
  amountOutSchema,
  CURRENCIES,
  type Quote,
} from '../protocol/index.js';
import type { CallOptions } from '../http/index.js';
import type { ToolContext } from './tool.js';

/** What every tool that moves money takes beside its own arguments. */
export const moneyShape = {
  idempotency_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 visible ASCII characters')
    .optional()
    .describe(
      'Names the intent: the same key again is the same request, done once. Left out, it follows from the tool and its arguments, so that a repeated call is never a second payment; give a fresh one to do the same thing again.',
    ),
  dry_run: z.boolean().default(false).describe('True: say what it would hold or charge, and move nothing.'),
};
type MoneyIn = { readonly idempotency_key?: string | undefined; readonly dry_run?: boolean | undefined };

/** What a dry run answers. Amounts are texts with six decimals; null is what the tool has nothing to say of. */
export const dryRunSchema = z.object({
  currency: z.enum(CURRENCIES),
  would_hold: amountOutSchema.nullable(),
  would_charge: amountOutSchema.nullable(),
  would_return: amountOutSchema.nullable(),
  available: amountOutSchema.nullable(),
  covered: z.boolean().nullable(),
  policy: quoteSchema.shape.policy.nullable(),
});
type DryRun = z.input<typeof dryRunSchema>;

/** Under which key the request was made, and whether it was an earlier one: then nothing was done anew. */
export const onceSchema = z.object({ idempotency_key: z.string(), replayed: z.boolean() });

/** Null for a dry run. */
export const movedShape = { dry_run: dryRunSchema.nullable(), once: onceSchema.nullable() };

export const dryRun = (known: Partial<DryRun> & Pick<DryRun, 'currency'>): DryRun => ({
  would_hold: null,
  would_charge: null,
  would_return: null,
  available: null,
  covered: null,
  policy: null,
  ...known,
});

/** What a quote says of holding `amount`, of the whole hold when left out. */
export const dryRunOf = ({ currency, hold, available, covered, policy }: Quote, amount = hold): DryRun =>
  dryRun({ currency, would_hold: amount, available, covered, policy });

/**
 * The key of a call: the one given, or one that follows from the tool and its arguments. The exchange keeps keys for 30 days, and so long the
 * same call is the same intent, however often a model repeats it.
 */
export function keyOf(
  tool: string,
  { idempotency_key, dry_run: _, ...args }: MoneyIn & Record<string, unknown>,
): string {
  return idempotency_key ?? `mcp-${toHex(sha256(utf8(canonicalJson({ tool, arguments: args }))))}`;
}

/** The options of the request that moves money, and how to tell afterwards whether it was an earlier one. */
export function onceBy(context: ToolContext, key: string) {
  const options: CallOptions = { idempotencyKey: key, signal: context.signal };
  return { options, told: () => ({ idempotency_key: key, replayed: context.wasReplayed() }) };
}

/** What is added to the sentence of a call that was an earlier one. */
export const again = ({ replayed }: { readonly replayed: boolean }): string =>
  replayed
    ? ' This is the stored answer of an earlier call with this idempotency_key: nothing was done anew. To do it again on purpose, send a fresh idempotency_key.'
    : '';
