import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import { PROBLEMS, ROUTES, type ProblemCode, type Route, type RouteName } from '@groundtruth/sdk/protocol';
import { openApiExamples } from './examples.js';
import { buildOpenApi } from './openapi.js';

/** That of OpenAPI 3.1. */
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const { operations, problems } = openApiExamples();
const ROWS = Object.entries(ROUTES) as [RouteName, Route][];
const CASES = Object.entries(operations).flatMap(([route, named]) =>
  Object.entries(named).map(([name, example]) => ({
    title: `${route}.${name}`,
    route: ROUTES[route as RouteName] as Route,
    example,
  })),
);

describe('the examples', () => {
  it('are of every operation, and of nothing else: sdk/src/protocol/routes/examples/example.ts says how to add one', () => {
    expect(ROWS.map(([name]) => name).filter((name) => Object.keys(operations[name] ?? {}).length === 0)).toEqual([]);
    expect(Object.keys(operations).filter((name) => !(name in ROUTES))).toEqual([]);
  });

  it.each(CASES)('$title is a request and an answer that their schemas take', ({ route, example }) => {
    const { by, path = {}, query, body, answer } = example;
    expect(Object.keys(path)).toEqual([...route.path.matchAll(/:([a-z_]+)/g)].map(([, name]) => name));
    if (route.scope !== null && !route.keyless) expect(by).not.toBe('nobody');
    expect(body !== undefined).toBe(route.body !== undefined);
    if (route.body) route.body.parse(body);
    if (query) route.query!.parse(query);
    route.response.parse(answer);
  });

  it.each(CASES)('$title answers nothing that its schema does not name', ({ route, example }) => {
    expect(unnamed(example.answer, route.response.parse(example.answer))).toEqual([]);
  });

  it.each(Object.keys(PROBLEMS) as ProblemCode[])('of the problem %s agree with the catalogue', (code) => {
    const { status, title, retry } = PROBLEMS[code];
    expect(problems[code]).toMatchObject({ code, status, title, retry });
  });
});

describe('the OpenAPI document', () => {
  const document = buildOpenApi(ROUTES, openApiExamples());

  it('shows them, and each is what the schema beside it says', () => {
    const validator = new AjvJsonSchemaValidator();
    const { components } = document;
    let seen = 0;
    for (const [path, place] of mediaTypes(document)) {
      const { schema, examples } = at(document, place) as {
        schema?: object;
        examples: Record<string, { value?: unknown; $ref?: string }>;
      };
      expect([path, schema !== undefined]).toEqual([path, true]);
      const validate = validator.getValidator({ $schema: DRAFT, components, ...schema } as never);
      for (const { value, $ref } of Object.values(examples)) {
        const shown = $ref ? (at(document, $ref.slice(2).split('/')) as { value: unknown }).value : value;
        expect([path, validate(shown)]).toEqual([path, expect.objectContaining({ valid: true })]);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(CASES.length);
  });
});

/** Paths of what is in the answer and was not in the schema. */
function unnamed(answer: unknown, parsed: unknown, path = ''): string[] {
  if (typeof answer !== 'object' || answer === null || typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(answer).flatMap(([name, member]) =>
    name in parsed
      ? unnamed(member, (parsed as Record<string, unknown>)[name], `${path}/${name}`)
      : [`${path}/${name}`],
  );
}

/** Every place of the document that has examples beside a schema. */
function mediaTypes(value: unknown, place: string[] = []): (readonly [string, string[]])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (place.length > 2 && place.at(-2) === 'content' && 'examples' in value) return [[place.join(' '), place]];
  return Object.entries(value).flatMap(([name, member]) => mediaTypes(member, [...place, name]));
}

const at = (document: unknown, place: readonly string[]): unknown =>
  place.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], document);
