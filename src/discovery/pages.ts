import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS, type ProblemCode } from '@groundtruth/sdk/protocol';
import { projectRoot } from '../platform/project-root.js';

/** The start page for programs: at most 5 KB, so that it fits any context. */
export function llmsText(): string {
  return readFileSync(join(projectRoot(), 'llms.txt'), 'utf8');
}

/** The page of a problem code, `<code>.md`; null for any other name, which never reaches the disk. */
export function errorPage(name: string): string | null {
  const code = Object.keys(PROBLEMS).find((known) => name === `${known}.md`) as ProblemCode | undefined;
  return code ? readFileSync(join(projectRoot(), 'docs', 'errors', `${code}.md`), 'utf8') : null;
}
