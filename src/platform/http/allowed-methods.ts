import type { FastifyInstance } from 'fastify';

/** Knows which methods each path takes, so that a wrong method is told from a wrong path. Watches the routes as they are made. */
export class AllowedMethods {
  private readonly routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];

  watch(instance: FastifyInstance): void {
    instance.addHook('onRoute', ({ url, method }) => {
      if (url !== '*') this.routes.push({ path: pathPattern(url), methods: [method].flat() });
    });
  }

  /** Methods of a request target, sorted; none when no route has the path. The query is ignored. */
  of(target: string): string[] {
    const path = target.split('?')[0]!;
    const methods = this.routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

/** A Fastify path as a pattern: `:name` takes one segment, `*` takes the rest. */
function pathPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) =>
      segment.startsWith(':') ? '[^/]+' : segment === '*' ? '.*' : segment.replace(/[^A-Za-z0-9_-]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source}$`);
}
