import { z } from 'zod';
import { CLOSER, RESOURCES } from '../../protocol/untrusted/resources.js';
import { rewrite, type Leaf } from '../../protocol/untrusted/rewrite.js';
import { TEXT_FIELDS } from './fields.js';
import { untrusted, untrustedDeep, untrustedSchema } from './untrusted.js';

/** How the answers of one tool are marked, and what they look like then. */
export interface Marking {
  /** The answer with every text of strangers inside `{ "untrusted": … }`. @throws {z.ZodError} for an answer of another form. */
  mark(answer: unknown): Record<string, unknown>;
  /** The form of a marked answer. */
  readonly marked: z.ZodType;
  /** Every text and every value of any form it can have, as named in `TEXT_FIELDS`. */
  readonly texts: readonly string[];
}

/** Prepares the marking of answers of this schema. */
export function markingOf(output: z.ZodType): Marking {
  const texts = new Set<string>();
  const build = (leaf: Leaf): z.ZodType =>
    rewrite(output, '', {
      names: RESOURCES,
      closer: CLOSER,
      leaf: (path, form, schema) => {
        const name = path.replace(/^\./, '');
        texts.add(name);
        return leaf(name, form, schema);
      },
    });
  const reader = build((name, form) => {
    const ours = TEXT_FIELDS[name] === 'ours';
    if (form === 'any') return ours ? z.unknown() : z.unknown().transform(untrustedDeep);
    return ours ? z.string() : z.string().transform(untrusted);
  });
  const marked = build((name, form) => {
    if (form === 'any') return z.unknown();
    return TEXT_FIELDS[name] === 'ours' ? z.string() : untrustedSchema;
  });
  return { mark: (answer) => reader.parse(answer) as Record<string, unknown>, marked, texts: [...texts].sort() };
}
