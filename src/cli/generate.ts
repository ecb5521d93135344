import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '@groundtruth/sdk/protocol';
import { buildOpenApi, openApiExamples } from '../discovery/index.js';
import { renderConfigurationDoc } from '../platform/config/index.js';
import { projectRoot } from '../platform/project-root.js';
import { renderLifecycles } from './lifecycles.js';

/** Files that follow from code, by path. `npm run check` fails when one is stale. */
const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': renderConfigurationDoc,
  'docs/lifecycles.md': renderLifecycles,
  'sdk/openapi.json': () => `${JSON.stringify(buildOpenApi(ROUTES, openApiExamples()), null, 2)}\n`,
};

/** `npm run generate` writes them; with `--check` it only says which are stale, and fails. */
function generate(checking: boolean): void {
  for (const [path, render] of Object.entries(GENERATED)) {
    const file = join(projectRoot(), path);
    const text = render();
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (!checking) writeFileSync(file, text);
    else process.exitCode = 1;
    process.stdout.write(`${path} ${checking ? 'is stale: npm run generate' : 'written'}\n`);
  }
}

generate(process.argv.includes('--check'));
