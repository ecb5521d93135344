import type { z } from 'zod';
import type { World } from '../state/world.js';

/** One request as an endpoint sees it. */
export interface Call<P> {
  readonly world: World;
  readonly parameters: P;
  /** The ids in the path, in order. */
  readonly ids: readonly string[];
  /** `platform`, or the account named in `Stripe-Account`. */
  readonly owner: string;
  /** The path without its query, for the `url` of lists. */
  readonly path: string;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** `:id` stands for one id. */
  readonly path: string;
  readonly rules: z.ZodType;
  readonly serve: (call: Call<never>) => unknown;
}

/** An endpoint whose handler gets parameters of the type its rules describe. */
export function endpoint<R extends z.ZodType>(
  method: Endpoint['method'],
  path: string,
  rules: R,
  serve: (call: Call<z.output<R>>) => unknown,
): Endpoint {
  return { method, path, rules, serve: serve as Endpoint['serve'] };
}

/** The id in the path. */
export function idOf(call: Call<unknown>): string {
  return call.ids[0] ?? '';
}
