import { z } from 'zod';
import { badParameter } from './api-error.js';
import type { RawParameters } from './form.js';

const METADATA_KEYS_MAX = 50;
const METADATA_KEY_CHARACTERS_MAX = 40;
const METADATA_VALUE_CHARACTERS_MAX = 500;

/** Names a rule may use: those the SDK's own type of the call has, so that a misspelt parameter does not compile. */
export type RulesFor<T> = { readonly [K in keyof T]?: z.ZodType };

/** Whole number; v1 sends it as digits. */
export const integer = z
  .union([z.int(), z.string().regex(/^-?\d{1,15}$/)])
  .transform(Number)
  .pipe(z.int());
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => value === true || value === 'true');
export const text = z.string().min(1).max(5_000);
/** Also the empty string, with which v1 unsets a field. */
export const clearable = z.string().max(5_000);
export const usd = z.literal('usd');
export const metadata = z.union([
  z.literal('').transform(() => ({}) as Record<string, string>),
  z
    .record(z.string().max(METADATA_KEY_CHARACTERS_MAX), z.string().max(METADATA_VALUE_CHARACTERS_MAX))
    .refine((record) => Object.keys(record).length <= METADATA_KEYS_MAX),
]);
export const expand = z.array(text).max(20);
const instant = integer;
export const range = z.union([
  instant,
  z.strictObject({ gt: instant.optional(), gte: instant.optional(), lt: instant.optional(), lte: instant.optional() }),
]);
export const paging = {
  limit: integer.pipe(z.int().min(1).max(100)).default(10),
  starting_after: text.optional(),
  ending_before: text.optional(),
  expand: expand.optional(),
};

/** The typed parameters, or Stripe's error about the first wrong one: unknown before missing before invalid. */
export function checked<T extends z.ZodType>(rules: T, raw: RawParameters): z.output<T> {
  const parsed = rules.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(leaves);
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown) {
    const param = nameOf([...unknown.path, unknown.keys[0] ?? '']);
    throw badParameter('parameter_unknown', `Received unknown parameter: ${param}`, param);
  }
  const missing = issues.find((issue) => issue.path.length > 0 && valueAt(raw, issue.path) === undefined);
  if (missing) {
    const param = nameOf(missing.path);
    throw badParameter('parameter_missing', `Missing required param: ${param}.`, param);
  }
  const invalid = issues[0];
  const param = nameOf(invalid?.path ?? []);
  throw badParameter(codeOf(valueAt(raw, invalid?.path ?? [])), `Invalid ${param}: ${invalid?.message}`, param);
}

/** A union's issues hide one level down; the branch with the fewest is the one that was meant. */
function leaves(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branches = issue.errors.filter((branch) => branch.every((inner) => inner.path.length > 0 || 'keys' in inner));
  const meant = branches.toSorted((a, b) => a.length - b.length)[0];
  if (!meant || meant.length === 0) return [issue];
  return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue).flatMap(leaves);
}

function nameOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return [first, ...rest.map((step) => `[${step}]`)].join('');
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], raw);
}

function codeOf(value: unknown): string {
  if (value === '') return 'parameter_invalid_empty';
  return typeof value === 'string' ? 'parameter_invalid_string' : 'parameter_invalid_object';
}
