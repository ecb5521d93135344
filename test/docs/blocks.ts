import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** An example as it stands in a document or in a docstring. */
export interface Block {
  /** Relative to the repository. */
  readonly file: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
  /** `ts` for a docstring's example, `command` for one in the running text; else the first word after the fence. Empty: there is none. */
  readonly language: string;
  /** What follows the language on the line of the fence: for JSON the name of its schema. */
  readonly info: string;
  readonly text: string;
}

/** Not ours, made by a build, or another program's words. */
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.groundtruth', 'coverage', 'cache', 'out']);
const FENCE = /^( *)(`{3,}|~{3,}) *([^\s`]*)[ ]*([^`\n]*)\n([\s\S]*?)^\1\2 *$/gm;
/** A command in running text: what `npm run` and its like are told to do there must be possible too. */
const COMMAND = /`((?:npm (?:start|test|run)|npx jest|node )[^`]*)`/g;

/** Every example of the repository: fenced blocks and commands of all Markdown files, `@example`s of all docstrings but those of tests. */
export function allBlocks(): Block[] {
  return filesIn('.').flatMap((file) => {
    if (file.endsWith('.md')) return inMarkdown(file, readFileSync(file, 'utf8'));
    return /\.(ts|mjs)$/.test(file) && !/^test\/|\.(spec|fixture)\.ts$/.test(file)
      ? inDocstrings(file, readFileSync(file, 'utf8'))
      : [];
  });
}

export const where = ({ file, line }: Block): string => `${file}:${line}`;

export function inMarkdown(file: string, text: string): Block[] {
  const fenced = [...text.matchAll(FENCE)].map(({ index, 3: language, 4: info, 5: body }) => ({
    file,
    line: lineAt(text, index) + 1,
    language: language!,
    info: info!.trim(),
    text: body!,
  }));
  const prose = text.replace(FENCE, (block) => block.replace(/[^\n]/g, ' '));
  const commands = [...prose.matchAll(COMMAND)].map(({ index, 1: command }) => ({
    file,
    line: lineAt(text, index),
    language: 'command',
    info: '',
    text: command!.replace(/\s*\n\s*/g, ' '),
  }));
  return [...fenced, ...commands];
}

/** `@example`s by TypeScript's own reading of comments, so that a text that only looks like one is none. */
export function inDocstrings(file: string, text: string): Block[] {
  if (!text.includes('@example')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, Block>();
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text !== 'example') continue;
      const raw = text.slice(tag.tagName.end, tag.end);
      const lines = raw.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
      const body = lines.join('\n').replace(/\s*\*?\/?\s*$/, '\n');
      found.set(tag.pos, { file, line: lineAt(text, tag.pos), language: 'ts', info: '', text: body });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()];
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;
