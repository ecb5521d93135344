import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { projectRoot } from '../platform/project-root.js';

/** Pages beside `docs/` that its pages link to. */
const BESIDE = ['README.md', 'AGENTS.md', 'CHANGELOG.md'];

/** One Markdown file of the project. */
export interface Doc {
  /** From the root of the project and of this api alike: `docs/prices.md`. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

/** Every page of the documentation, by its path, in alphabetical order. Read from the disk once: nothing that is asked for ever reaches it. */
export function readDocs(root: string = projectRoot()): ReadonlyMap<string, Doc> {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md'));
  const docs = [...BESIDE, ...inDocs.sort()].map((path) => docOf(path, readFileSync(join(root, path), 'utf8')));
  return new Map(docs.map((doc) => [doc.path, doc]));
}

/** Tables of contents by path, one a folder: `docs`, `docs/errors`. Their links are from the root, for each is at several addresses. */
export function contentsOf(docs: ReadonlyMap<string, Doc>): ReadonlyMap<string, string> {
  const pages = [...docs.values()].filter(({ path }) => path.startsWith('docs/'));
  const folders = [...new Set(pages.map(({ path }) => folderOf(path)))].sort();
  return new Map(folders.map((folder) => [folder, contents(folder, pages, folders)]));
}

function contents(folder: string, pages: readonly Doc[], folders: readonly string[]): string {
  const within = (name: string) => pages.filter(({ path }) => folderOf(path) === name);
  const lines = within(folder).map(
    ({ path, title, text }) => `- [${title}](/${path}), ${Buffer.byteLength(text)} bytes`,
  );
  const deeper = folders
    .filter((name) => folderOf(name) === folder)
    .map((name) => `- [${name}](/${name}/index.md), ${within(name).length} pages`);
  return [`# ${folder}`, '', ...lines, ...deeper, ''].join('\n');
}

/** Its targets from the root, so that the text can stand somewhere else. */
export function withLinksFromRoot({ path, text }: Doc): string {
  return text.replaceAll(
    /\]\((?![a-z]+:|[#/])([^)\s]+)\)/g,
    (_, target: string) => `](/${posix.join(folderOf(path), target)})`,
  );
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function docOf(path: string, text: string): Doc {
  const heading = /^# (.+)$/m.exec(text)?.[1] ?? path;
  return { path, title: heading.replaceAll(/[`[\]]/g, '').trim(), text };
}
