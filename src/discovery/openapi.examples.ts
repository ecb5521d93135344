import type { OpenApiExamples } from './examples.js';
import type { JsonSchema } from './json-schema.js';

type OfOperation = OpenApiExamples['operations'][string];

/** Examples of a body, by name; nothing where there is none. */
export function bodyExamples(examples: OfOperation): JsonSchema {
  return named(Object.entries(examples).map(([name, { body }]) => [name, body]));
}

/** Examples of the answer, by the names of the requests they answer. */
export function answerExamples(examples: OfOperation): JsonSchema {
  return named(Object.entries(examples).map(([name, { answer }]) => [name, answer]));
}

/** The first example of a parameter; nothing where no example gives it. */
export function parameterExample(examples: OfOperation, place: 'path' | 'query', name: string): JsonSchema {
  const given = Object.values(examples).map((example) => example[place]?.[name]);
  const example = given.find((value) => value !== undefined);
  return example === undefined ? {} : { example };
}

function named(values: readonly (readonly [string, unknown])[]): JsonSchema {
  const given = values.filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : { examples: Object.fromEntries(given.map(([name, value]) => [name, { value }])) };
}
