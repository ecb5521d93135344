import { z } from 'zod';
import { TEXT_FIELDS } from './fields.js';
import { CLOSER, RESOURCES } from './resources.js';
import { rewrite } from './rewrite.js';

/** A text, or a value of any form, that answers of a schema can hold. */
export interface TextField {
  /** As `TEXT_FIELDS` names it. */
  readonly name: string;
  readonly untrusted: boolean;
  readonly schema: z.ZodType;
}

/** Every text that an answer of this schema can hold. @throws {TypeError} for a kind of schema that is not known. */
export function textFieldsOf(answer: z.ZodType): TextField[] {
  const found: TextField[] = [];
  rewrite(answer, '', {
    names: RESOURCES,
    closer: CLOSER,
    leaf: (path, _, schema) => {
      const name = path.replace(/^\./, '');
      found.push({ name, schema, untrusted: TEXT_FIELDS[name] !== 'ours' });
      return z.unknown();
    },
  });
  return found;
}

/**
 * The schemas by which an answer says where text of strangers stands: of the texts themselves, and of what holds them where that is all it
 * says (the terms of a bounty, which come back as they were posted).
 */
export function untrustedSchemasOf(answers: readonly z.ZodType[]): ReadonlySet<unknown> {
  const texts = answers.flatMap(textFieldsOf).filter(({ untrusted }) => untrusted);
  const holders = [...CLOSER].filter(([, closer]) => textFieldsOf(closer).some(({ untrusted }) => untrusted));
  return new Set<unknown>([...texts.map(({ schema }) => schema), ...holders.map(([schema]) => schema)]);
}
