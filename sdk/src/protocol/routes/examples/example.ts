import type { z } from 'zod';
import type { Route } from '../route.js';

/**
 * One request to a route and its answer, as they are in the OpenAPI document.
 *
 * Every route has at least one (`src/discovery/examples.spec.ts`), and they tell one story: `test/e2e/openapi-examples.e2e.ts` plays them
 * in the order of `test/e2e/openapi-examples/story.ts` against a whole market. To add one:
 *
 * 1. Write it beside its area's others, under the name of the route, with ids that other examples name (`agt_…0001` is the agent) or new ones.
 * 2. Put a `play('route', 'name')` where it belongs in the story, or say in `UNPLAYED` there why no market of a test can answer it.
 * 3. Run that test. What differs it prints: the answer as it should stand here, with the ids of the story put back. Then `npm run generate`.
 */
export interface Example<R extends Route = Route> {
  /** Whose key asks; `nobody` sends none. Each is a name of the story, made by an example of `create_agent` or `create_contributor`. */
  readonly by: 'nobody' | 'agent' | 'partner' | 'contributor' | 'neighbour' | 'operator';
  /** What stands for the `:names` of the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: R extends { readonly body: infer B extends z.ZodType } ? z.input<B> : never;
  /** As it is on the wire. Of an event stream, the data of one event. */
  readonly answer: AnswerOf<R>;
}

/** What a route answers, as it is on the wire. */
export type AnswerOf<R extends Route> = z.input<R['response']>;

/** An example of whatever route, for those who go through all of them. */
export interface AnyExample extends Omit<Example, 'body' | 'answer'> {
  readonly body?: unknown;
  readonly answer: unknown;
}

/** Examples of an area by route and by name; the first of a route is the plainest. */
export type ExamplesOf<A extends Readonly<Record<string, Route>>> = {
  readonly [N in keyof A]?: Readonly<Record<string, Example<A[N]>>>;
};
