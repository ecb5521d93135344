import { z } from 'zod';
import type { DomainError } from '../../kernel/problem.js';
import { parseRequest } from './parse-request.js';

const schema = z.strictObject({
  name: z.string(),
  limit: z.number().int().max(100).optional(),
  all: z
    .array(
      z.union([
        z.strictObject({ object: z.strictObject({ label: z.string() }) }),
        z.strictObject({ text: z.string() }),
      ]),
    )
    .optional(),
  price: z
    .discriminatedUnion('schedule', [z.strictObject({ schedule: z.literal('fixed'), amount: z.string() })])
    .optional(),
});

function refusal(value: unknown): DomainError {
  try {
    parseRequest(schema, value);
  } catch (error) {
    return error as DomainError;
  }
  throw new Error('was not refused');
}

describe('a request', () => {
  it('is handed on as its schema parsed it', () => {
    expect(parseRequest(z.strictObject({ limit: z.string().transform(Number) }), { limit: '5' })).toEqual({ limit: 5 });
  });

  it.each([
    ['a missing field', {}, 'name', 'The field is required.'],
    ['a field of another type', { name: 1 }, 'name', 'Fix the field and send the request anew.'],
    [
      'a field nobody knows',
      { name: 'a', nmae: 1 },
      'nmae',
      'Take the field out; fields that are not in the schema are refused.',
    ],
    ['a number just above its range', { name: 'a', limit: 101 }, 'limit', 'Fix the field and send the request anew.'],
    [
      'a field deep inside an alternative',
      { name: 'a', all: [{ text: 'x' }, { object: { label: 5 } }] },
      'all.1.object.label',
      'Fix the field and send the request anew.',
    ],
    [
      'an alternative nobody knows',
      { name: 'a', price: { schedule: 'dutch' } },
      'price.schedule',
      'Fix the field and send the request anew.',
    ],
  ])('is refused for %s, which is named', (_what, value, param, hint) => {
    const error = refusal(value);
    expect([error.code, error.facts.param, error.facts.hint]).toEqual(['invalid_request', param, hint]);
    expect(error.detail.startsWith(`${param}: `)).toBe(true);
  });

  it.each([undefined, null, 'text', 5, []])('is refused when it is %p and no object', (value) => {
    expect([refusal(value).code, refusal(value).facts.param]).toEqual(['invalid_request', undefined]);
  });

  it('takes a number just inside its range', () => {
    expect(parseRequest(schema, { name: 'a', limit: 100 })).toEqual({ name: 'a', limit: 100 });
  });

  it('lists several faults at once, but not without end', () => {
    expect(refusal({ limit: 'x' }).facts.errors).toEqual([
      { param: 'name', detail: expect.any(String) },
      { param: 'limit', detail: expect.any(String) },
    ]);
    const strange = { name: 'a', ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`x${index}`, 1])) };
    expect(refusal(strange).facts.errors).toHaveLength(10);
  });

  it('does not repeat an endless name', () => {
    expect((refusal({ name: 'a', ['x'.repeat(5000)]: 1 }).facts.param as string).length).toBe(100);
  });
});
