import { getAddress, isAddress } from 'viem';
import { z } from 'zod';
import { formatAmount, parseAmount, parseWireTime } from '@groundtruth/sdk/protocol';

/**
 * The kinds of environment variable. Each reads text, names what it accepts in its error, and carries that sentence
 * (`accepts`) and whether its value is a secret into the generated page.
 */

/** A whole number in decimal digits, inside an inclusive range. */
export function whole(fallback: number, range: { readonly min: number; readonly max: number }) {
  return numeral(range)
    .default(fallback)
    .meta({ accepts: wholeRange(range) });
}

/** As `whole`, without a default. */
export function optionalWhole(range: { readonly min: number; readonly max: number }) {
  return numeral(range)
    .optional()
    .meta({ accepts: wholeRange(range) });
}

/** An amount in units of the currency, parsed to micros: `20.000000` is 20000000n. */
export function amount(fallback: string) {
  const accepts = 'an amount such as 5.000000: no sign, at most six decimals';
  return z
    .string()
    .transform((text, context) => parseAmount(text) ?? refuse(context, accepts))
    .default(parseAmount(fallback)!)
    .meta({ accepts, shown_default: formatAmount(parseAmount(fallback)!) });
}

export function text(fallback: string) {
  return z.string().default(fallback).meta({ accepts: 'text' });
}

export function optionalText() {
  return z.string().optional().meta({ accepts: 'text' });
}

/** A point in time, kept as it was written. */
export function optionalTime() {
  const accepts = 'a time with a zone such as 2027-01-31T00:00:00Z';
  return z
    .string()
    .refine((value) => parseWireTime(value) !== null, `expected ${accepts}`)
    .optional()
    .meta({ accepts });
}

/** A value that no message, log or page may show. */
export function secret() {
  return z.string().optional().meta({ accepts: 'text, kept secret', secret: true });
}

/** A URL with one of the schemes; `secret` when it may carry a password. */
export function optionalUrl(schemes: readonly string[], options: { readonly secret?: boolean } = {}) {
  const accepts = `a URL with scheme ${schemes.join(' or ')}`;
  return z
    .string()
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      `expected ${accepts}`,
    )
    .optional()
    .meta({ accepts, secret: options.secret ?? false });
}

/** An origin: scheme, host and port without a path. A closing slash is taken away. */
export function optionalOrigin() {
  const accepts = 'an http or https origin such as https://example.org, without a path';
  return z
    .string()
    .transform((value, context) => originOf(value) ?? refuse(context, accepts))
    .optional()
    .meta({ accepts });
}

/** An account or contract of an EVM chain, given back with its checksum. One whose own checksum is wrong is refused: it was mistyped. */
export function optionalAddress() {
  const accepts = 'an address: 0x and 40 hex digits, in lower case or with its checksum';
  return z
    .string()
    .transform((value, context) => (isAddress(value) ? getAddress(value) : refuse(context, accepts)))
    .optional()
    .meta({ accepts });
}

/** Entries between commas, spaces around them ignored; empty text is no entry. Each must match the pattern when there is one. Default: none. */
export function list(each: string, pattern = /^/, fallback: readonly string[] = []) {
  return z
    .string()
    .transform((value, context) => {
      const entries = value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
      if (!entries.every((entry) => pattern.test(entry))) return refuse(context, `${each}, separated by commas`);
      return Object.freeze(entries);
    })
    .default(Object.freeze([...fallback]))
    .meta({ accepts: `${each}, separated by commas`, shown_default: fallback.join(', ') });
}

export function oneOf<const T extends string>(values: readonly T[], fallback: NoInfer<T>) {
  const accepts = `one of ${values.join(', ')}`;
  return z
    .enum(values as readonly [T, ...T[]], { error: `expected ${accepts}` })
    .default(fallback as never)
    .meta({ accepts });
}

function numeral({ min, max }: { readonly min: number; readonly max: number }) {
  return z.string().transform((value, context) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : refuse(context, wholeRange({ min, max }));
  });
}

const wholeRange = ({ min, max }: { readonly min: number; readonly max: number }) =>
  `a whole number from ${min} to ${max}`;

function originOf(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  return bare && ['http:', 'https:'].includes(url.protocol) ? url.origin : null;
}

function refuse(context: z.RefinementCtx, accepts: string): never {
  context.addIssue(`expected ${accepts}`);
  return z.NEVER;
}
