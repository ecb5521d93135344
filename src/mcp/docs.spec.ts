import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOOLS } from '@groundtruth/sdk/mcp';
import { projectRoot } from '../platform/project-root.js';

const page = readFileSync(join(projectRoot(), 'docs', 'mcp.md'), 'utf8');
const cells = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\| (yes|no) +\|/gm)].map(([, name, effect, dry]) => [
  name,
  effect,
  dry,
]);

const effectOf = ({ readOnlyHint, destructiveHint }: (typeof TOOLS)[number]['hints']): string =>
  readOnlyHint ? 'reads' : destructiveHint ? 'takes' : 'adds';

describe('the page of the tools', () => {
  it('has a row for each, in their order, with what it does and whether it has a dry run', () => {
    expect(cells).toEqual(
      TOOLS.map(({ name, hints, input }) => [name, effectOf(hints), 'dry_run' in input.shape ? 'yes' : 'no']),
    );
  });
});
