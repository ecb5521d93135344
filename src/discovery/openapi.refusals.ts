import { PROBLEMS, type ProblemCode, type Route } from '@groundtruth/sdk/protocol';
import type { OpenApiExamples } from './examples.js';
import type { JsonSchema } from './json-schema.js';

/** What any route may answer, whatever its row in the table says. */
const ALWAYS: readonly ProblemCode[] = ['invalid_request', 'rate_limited', 'internal', 'dependency_unavailable'];
const WITH_KEY: readonly ProblemCode[] = ['unauthenticated', 'forbidden'];
const WITH_IDEMPOTENCY: readonly ProblemCode[] = ['idempotency_key_required', 'idempotency_key_reused'];

/** The refusals of a route table. What more than one operation refuses with stands once, among the components. */
export class Refusals {
  /** By name, of those that are shared. */
  private readonly shared: ReadonlyMap<string, readonly ProblemCode[]>;

  constructor(
    private readonly routes: readonly Route[],
    private readonly problems: OpenApiExamples['problems'],
  ) {
    const seen = new Map<string, readonly ProblemCode[]>();
    const again = new Map<string, readonly ProblemCode[]>();
    for (const codes of routes.flatMap((route) => Object.values(byStatus(route)))) {
      const name = nameOf(codes);
      (seen.has(name) ? again : seen).set(name, codes);
    }
    this.shared = again;
  }

  /** By status, since OpenAPI knows no finer key; the description names the codes in the order in which they are checked. */
  of(route: Route): Record<string, JsonSchema> {
    const entries = Object.entries(byStatus(route)).map(([status, codes]) => {
      const name = nameOf(codes);
      return [status, this.shared.has(name) ? { $ref: `#/components/responses/${name}` } : refusal(codes)] as const;
    });
    return Object.fromEntries(entries);
  }

  responses(): Record<string, JsonSchema> {
    return sorted([...this.shared].map(([name, codes]) => [name, refusal(codes)]));
  }

  /** A problem document of each code that is refused with anywhere. */
  examples(): Record<string, JsonSchema> {
    const codes = new Set(this.routes.flatMap((route) => Object.values(byStatus(route)).flat()));
    return sorted([...codes].map((code) => [code, { value: this.problems[code] }]));
  }
}

function byStatus(route: Route): Record<string, ProblemCode[]> {
  const codes = new Set([
    ...(route.scope === null ? [] : WITH_KEY),
    ...(route.idempotent ? WITH_IDEMPOTENCY : []),
    ...route.errors,
    ...ALWAYS,
  ]);
  const ofStatus: Record<string, ProblemCode[]> = {};
  for (const code of codes) (ofStatus[PROBLEMS[code].status] ??= []).push(code);
  return ofStatus;
}

const nameOf = (codes: readonly ProblemCode[]): string => codes.join('.');

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
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

const sorted = (entries: readonly (readonly [string, JsonSchema])[]): Record<string, JsonSchema> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
