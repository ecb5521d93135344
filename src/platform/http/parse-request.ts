import type { z } from 'zod';
import { DomainError } from '../../kernel/problem.js';

/** As many faults as a caller can use; one strange body must not make a long answer. */
const FAULTS_MAX = 10;
const NAME_LENGTH_MAX = 100;

interface Fault {
  readonly param: string;
  readonly detail: string;
}

/**
 * A part of a request, parsed by its schema. Unknown fields are refused by strict schemas.
 * @throws {DomainError} `invalid_request` with the dotted path of the first fault in `param` and up to ten faults in `errors`.
 */
export function parseRequest<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue)).slice(0, FAULTS_MAX);
  const { param, detail } = faults[0]!;
  throw new DomainError('invalid_request', param === '' ? detail : `${param}: ${detail}`, {
    ...(param !== '' && { param }),
    hint: hintOf(result.error.issues[0]!, param, value),
    ...(faults.length > 1 && { errors: faults }),
  });
}

function faultsOf(issue: z.core.$ZodIssue, under: readonly PropertyKey[] = []): Fault[] {
  const path = [...under, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ param: dotted([...path, key]), detail: 'unknown field' }));
  }
  const branch = issue.code === 'invalid_union' ? closestBranch(issue.errors) : null;
  if (branch) return branch.flatMap((inner) => faultsOf(inner, path));
  return [{ param: dotted(path), detail: issue.message }];
}

/** The alternative the caller most likely meant: the one whose first fault lies deepest, then the one with fewest faults. */
function closestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | null {
  const depth = (issues: z.core.$ZodIssue[]) => Math.max(...issues.map((issue) => issue.path.length));
  const ranked = branches
    .filter((issues) => issues.length > 0)
    .sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  const [best] = ranked;
  return best && depth(best) > 0 ? best : null;
}

function hintOf(issue: z.core.$ZodIssue, param: string, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return 'Take the field out; fields that are not in the schema are refused.';
  if (param !== '' && valueAt(value, issue.path) === undefined) return 'The field is required.';
  return 'Fix the field and send the request anew.';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((key) => String(key).slice(0, NAME_LENGTH_MAX)).join('.');
}
