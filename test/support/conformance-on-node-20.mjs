// The conformance suite imports `globSync` of `fs`, which Node has from 22 on, for a command of its own that we never run. Loaded with `--import`.
import { register } from 'node:module';

const HOOKS = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith('/@modelcontextprotocol/conformance/dist/index.js')) return loaded;
  return { ...loaded, source: loaded.source.toString().replace(/globSync as \\w+,/, '') };
}`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
