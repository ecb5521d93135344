import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../kernel/problem.js';

/** Levels that a fault names: a body may be nested deeper than anybody reads. */
const NAMED_LEVELS_MAX = 10;
const PARAM_LENGTH_MAX = 200;
/** By an escape alone can a body in UTF-8 say what is not storable. Finds more, never less. */
const ESCAPED = /\\u(?:0000|d[89a-f])/i;

/** Whether a text can be kept and given back as it came: Postgres keeps no NUL, and half of a surrogate pair is no Unicode. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Whether a text of JSON may say one that is not storable; its parsed value tells. */
export const mayBeUnstorable = (json: string): boolean => ESCAPED.test(json);

/** The refusal (`invalid_request`, dotted path in `param`) of the texts and names of members that could not be given back as they came; null when all can. */
export function unstorableIn(value: unknown): DomainError | null {
  const left: Place[] = [{ value, path: [] }];
  for (let place = left.pop(); place; place = left.pop()) {
    const { value, path } = place;
    if (typeof value === 'string' && !isStorable(value)) return refusal(path);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      if (!isStorable(name)) return refusal(path);
      left.push({ value: member, path: path.length < NAMED_LEVELS_MAX ? [...path, name] : path });
    }
  }
  return null;
}

interface Place {
  readonly value: unknown;
  readonly path: readonly string[];
}

function refusal(path: readonly string[]): DomainError {
  const param = path.join('.').slice(0, PARAM_LENGTH_MAX);
  const what = 'a text with a NUL or half of a surrogate pair could not be given back as it is';
  return new DomainError('invalid_request', what, { ...(param !== '' && { param }) });
}

/** The same for paths and query strings, before any handler sees them. */
export function holdUrlsStorable(instance: FastifyInstance): void {
  instance.addHook('preValidation', (request, _reply, done) => {
    done(unstorableIn({ path: request.params, query: request.query }) ?? undefined);
  });
}
