import { z } from 'zod';
import { ROUTES } from '../routes/index.js';
import { TEXT_FIELDS } from './fields.js';
import { textFieldsOf } from './texts.js';

const found = Object.values(ROUTES).flatMap(({ response }) => textFieldsOf(response));

describe('the table of texts', () => {
  it('says of every text that a route can answer who writes it, and names no other', () => {
    expect([...new Set(found.map(({ name }) => name))].sort()).toEqual(Object.keys(TEXT_FIELDS).sort());
  });

  it('never says two things of one schema, which the OpenAPI document would then mark for both', () => {
    const marks = new Map<unknown, Set<boolean>>();
    for (const { schema, untrusted } of found) marks.set(schema, (marks.get(schema) ?? new Set()).add(untrusted));
    const both = found.filter(({ schema }) => marks.get(schema)!.size > 1).map(({ name }) => name);
    expect([...new Set(both)]).toEqual([]);
  });

  it('takes a text that nobody has named for untrusted', () => {
    expect(
      textFieldsOf(z.object({ note: z.string(), at: z.enum(['here']), id: z.string().regex(/^[0-9]+$/) })),
    ).toEqual([expect.objectContaining({ name: 'note', untrusted: true })]);
  });
});
