import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS, type ProblemCode } from '@groundtruth/sdk/protocol';
// Not from the package: who uses the SDK is spared them.
import { EXAMPLES } from '../../sdk/src/protocol/routes/examples/index.js';
import type { AnyExample } from '../../sdk/src/protocol/routes/examples/example.js';
import { projectRoot } from '../platform/project-root.js';

/** What the OpenAPI document shows beside its schemas. */
export interface OpenApiExamples {
  /** By operation, then by name. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, AnyExample>>>>;
  /** A problem document of each code. */
  readonly problems: Readonly<Record<ProblemCode, Readonly<Record<string, unknown>>>>;
}

/** Those beside the route table, and the problems that the pages of errors show. */
export function openApiExamples(): OpenApiExamples {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  const problems = Object.fromEntries(codes.map((code) => [code, problemOf(code)]));
  return { operations: EXAMPLES, problems: problems as OpenApiExamples['problems'] };
}

function problemOf(code: ProblemCode): Record<string, unknown> {
  const page = readFileSync(join(projectRoot(), 'docs', 'errors', `${code}.md`), 'utf8');
  const [, text] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/errors/${code}.md shows no problem document`);
  return JSON.parse(text) as Record<string, unknown>;
}
