import { z } from 'zod';
import * as protocol from '@groundtruth/sdk/protocol';
import { PROBLEMS, type ProblemCode, type Route } from '@groundtruth/sdk/protocol';
import { SchemaNames, toWireSchema, type Direction, type JsonSchema } from './json-schema.js';

const VERSION = '1';
/** What any route may answer, whatever its row in the table says. */
const ALWAYS: readonly ProblemCode[] = ['invalid_request', 'rate_limited', 'internal', 'dependency_unavailable'];
const WITH_KEY: readonly ProblemCode[] = ['unauthenticated', 'forbidden'];
const WITH_IDEMPOTENCY: readonly ProblemCode[] = ['idempotency_key_required', 'idempotency_key_reused'];

/**
 * The OpenAPI 3.1 document of a route table. Made from the schemas that the server parses with, so that it cannot say anything else.
 * Deterministic: the same table gives the same text.
 */
export function buildOpenApi(routes: Readonly<Record<string, Route>>): JsonSchema {
  const components = new Components();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replace(/:([a-z_]+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(name, route, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Groundtruth',
      version: VERSION,
      summary: 'An exchange where software agents buy fresh, checkable facts about the physical world.',
      description: 'Start with /llms.txt. Every problem code has a page at /docs/errors/<code>.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        api_key: {
          type: 'http',
          scheme: 'bearer',
          description: '`gt_test_…` or `gt_live_…`, shown once at registration.',
        },
      },
      parameters: { idempotency_key: IDEMPOTENCY_KEY },
      schemas: { Problem: PROBLEM, ...components.sorted() },
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'One key for one intent, the same in every attempt. Same key and body: the first answer, with `Idempotency-Replayed: true`. Same key, other body: 409.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
} as const;

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457. Branch on `code` and `retry`; further members are facts of the code.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    retry: { type: 'string', enum: ['never', 'same_key', 'after_funding', 'after_delay', 'new_request'] },
    request_id: { type: 'string' },
    param: { type: 'string', description: 'Dotted path of the field at fault.' },
    hint: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'retry', 'request_id'],
} as const;

function operation(name: string, route: Route, components: Components): JsonSchema {
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.path.split('/')[2]],
    security: securityOf(route),
    ...(route.scope !== null && { 'x-scope': route.scope }),
    parameters: parameters(route, components),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: components.of(route.body, 'request') } },
      },
    }),
    responses: { [route.status]: success(route, components), ...refusals(route) },
  };
}

function parameters(route: Route, components: Components): JsonSchema[] {
  const inPath = [...route.path.matchAll(/:([a-z_]+)/g)].map(([, name]) => ({
    name, in: 'path', required: true, schema: { type: 'string' },
  })); // prettier-ignore
  const inQuery = route.query ? queryParameters(components.inline(route.query, 'request')) : [];
  const resume = route.content === 'text/event-stream' ? [LAST_EVENT_ID] : [];
  const key = route.idempotent ? [{ $ref: '#/components/parameters/idempotency_key' }] : [];
  return [...inPath, ...inQuery, ...resume, ...key];
}

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'Id of the last event received; the stream goes on after it. Left out: from the beginning.',
  schema: { type: 'string' },
} as const;

function queryParameters(schema: JsonSchema): JsonSchema[] {
  const required = (schema.required ?? []) as string[];
  return Object.entries(schema.properties as Record<string, JsonSchema>).map(([name, member]) => ({
    name, in: 'query', required: required.includes(name), schema: member,
  })); // prettier-ignore
}

function success(route: Route, components: Components): JsonSchema {
  const replayed = {
    description: '`true` when this is the stored first answer.',
    schema: { type: 'string', enum: ['true'] },
  };
  return {
    description: route.summary,
    ...(route.idempotent && { headers: { 'Idempotency-Replayed': replayed } }),
    content: { [route.content ?? 'application/json']: { schema: components.of(route.response, 'answer') } },
  };
}

/** An empty requirement beside the key: it may be left out. */
const securityOf = ({ scope, keyless }: Route) => (scope === null ? [] : [{ api_key: [] }, ...(keyless ? [{}] : [])]);

/** By status, since OpenAPI knows no finer key; the description names the codes in the order in which they are checked. */
function refusals(route: Route): Record<string, JsonSchema> {
  const codes = new Set([
    ...(route.scope === null ? [] : WITH_KEY),
    ...(route.idempotent ? WITH_IDEMPOTENCY : []),
    ...route.errors,
    ...ALWAYS,
  ]);
  const byStatus: Record<string, ProblemCode[]> = {};
  for (const code of codes) (byStatus[PROBLEMS[code].status] ??= []).push(code);
  return Object.fromEntries(Object.entries(byStatus).map(([status, ofStatus]) => [status, refusal(ofStatus)]));
}

function refusal(codes: readonly ProblemCode[]): JsonSchema {
  const headers = codes.includes('rate_limited')
    ? { headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } }
    : {};
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
    ...headers,
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

/** Collects the named schemas that the paths refer to. */
class Components {
  private readonly schemas: Record<string, JsonSchema> = {};
  private readonly names = { request: namesOf('Request'), answer: namesOf('') };

  of(schema: z.ZodType, direction: Direction): JsonSchema {
    const wire = toWireSchema(schema, direction, this.names[direction]);
    Object.assign(this.schemas, wire.components);
    return wire.schema;
  }

  /** The schema itself, also when it has a name. */
  inline(schema: z.ZodType, direction: Direction): JsonSchema {
    return toWireSchema(schema, direction, new SchemaNames(new Map())).schema;
  }

  sorted(): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(this.schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Object schemas by the name they are exported under: `bountySchema` is `Bounty`. */
function namesOf(suffix: string): SchemaNames {
  const named = Object.entries(protocol).flatMap(([name, value]) => {
    const isObject = value instanceof z.ZodObject || value instanceof z.ZodUnion;
    return isObject && name.endsWith('Schema')
      ? [[value as unknown, `${title(name.slice(0, -6))}${suffix}`] as const]
      : [];
  });
  return new SchemaNames(new Map(named));
}

const title = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
