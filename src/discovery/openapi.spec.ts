import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS, ROUTES, type Route } from '@groundtruth/sdk/protocol';
import { projectRoot } from '../platform/project-root.js';
import { openApiExamples } from './examples.js';
import { buildOpenApi } from './openapi.js';

interface Response {
  description: string;
  content: Record<string, { schema: unknown }>;
}
interface Operation {
  operationId: string;
  security: unknown[];
  parameters: { $ref?: string; name?: string; in?: string }[];
  requestBody?: unknown;
  responses: Record<string, Response & { $ref?: string }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties?: Record<string, unknown>; required?: string[] }>;
    responses: Record<string, Response>;
    examples: Record<string, unknown>;
  };
}

const document = buildOpenApi(ROUTES, openApiExamples()) as unknown as Document;
const text = JSON.stringify(document);
const operationOf = ({ method, path }: Route) =>
  document.paths[path.replace(/:([a-z_]+)/g, '{$1}')]![method.toLowerCase()]!;
const rows = Object.entries(ROUTES) as [string, Route][];

describe('the OpenAPI document', () => {
  it('is the committed one', () => {
    expect(`${JSON.stringify(document, null, 2)}\n`).toBe(
      readFileSync(join(projectRoot(), 'sdk', 'openapi.json'), 'utf8'),
    );
  });

  it('comes out the same every time', () => {
    expect(JSON.stringify(buildOpenApi(ROUTES, openApiExamples()))).toBe(text);
  });

  it.each(rows)('describes %s as the route table does', (name, route) => {
    const operation = operationOf(route);
    expect(operation.operationId).toBe(name);
    const maybe = route.keyless ? [{}] : [];
    expect(operation.security).toEqual(route.scope === null ? [] : [{ api_key: [] }, ...maybe]);
    expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
    expect(operation.parameters.some(({ $ref }) => $ref === '#/components/parameters/idempotency_key')).toBe(
      route.idempotent,
    );
    expect(Object.keys(operation.responses[route.status]!.content)).toEqual([route.content ?? 'application/json']);
    const inPath = operation.parameters
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => parameter.name);
    expect(inPath).toEqual([...route.path.matchAll(/:([a-z_]+)/g)].map(([, parameter]) => parameter));
    for (const code of route.errors) {
      const answered = operation.responses[PROBLEMS[code].status]!;
      const refusal = answered.$ref ? document.components.responses[answered.$ref.split('/').at(-1)!]! : answered;
      expect(refusal.description).toContain(`\`${code}\``);
      expect(Object.keys(refusal.content)).toEqual(['application/problem+json']);
    }
  });

  it('refers only to what is there, and to everything that is there', () => {
    for (const kind of ['schemas', 'responses', 'examples'] as const) {
      const references = text.matchAll(new RegExp(`"#/components/${kind}/([A-Za-z_.]+)"`, 'g'));
      const referred = new Set([...references].map(([, name]) => name!));
      expect([...referred].sort()).toEqual(Object.keys(document.components[kind]).sort());
    }
    expect(text).not.toContain('$defs');
  });

  it('has amounts and times as texts, and ids with their pattern', () => {
    const terms = JSON.stringify(document.components.schemas.CreateBountyRequest);
    const price = JSON.stringify(document.components.schemas.PriceScheduleRequest);
    expect(price).toContain('"amount":{"pattern":"^(0|[1-9][0-9]{0,9})(?:');
    expect(terms).toContain('"closes_at":{"format":"date-time","type":"string"}');
    expect(document.components.schemas.Bounty!.properties!.id).toEqual({
      type: 'string',
      pattern: '^bty_[0-9a-f]{32}$',
    });
  });

  it('lets a caller leave out what has a default, and promises that an answer has it', () => {
    expect(document.components.schemas.CriteriaRequest!.required).toEqual(['all']);
    expect(document.components.schemas.Criteria!.required).toContain('max_age_s');
  });

  it('marks what strangers write in answers, and nothing of ours', () => {
    const { Bounty, EscrowEntry, Dispute, CreateDisputeRequest } = document.components.schemas;
    const marked = (schema: typeof Bounty) =>
      Object.entries(schema!.properties!).flatMap(([name, member]) =>
        JSON.stringify(member).includes('"x-untrusted":true') ? [name] : [],
      );
    expect([marked(Bounty), marked(EscrowEntry), marked(Dispute), marked(CreateDisputeRequest)]).toEqual([
      ['terms'],
      ['reason'],
      ['text', 'decision_reason'],
      [],
    ]);
  });

  it('lets answers grow, and says that a request with unknown fields is refused', () => {
    expect(document.components.schemas.Bounty).not.toHaveProperty('additionalProperties');
    expect(document.components.schemas.CreateBountyRequest).toHaveProperty('additionalProperties', false);
  });
});
