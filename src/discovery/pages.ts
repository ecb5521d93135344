import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../platform/project-root.js';
import { contentsOf, readDocs } from './docs.js';
import { fullText } from './full-text.js';
import { markdown, pageOf, type Page } from './page.js';

const PLAIN = 'text/plain; charset=utf-8';

/** Every text that is served as it is, by its path without the first slash. Made once: other names never reach the disk. */
export function readPages(root: string = projectRoot()): ReadonlyMap<string, Page> {
  const start = readFileSync(join(root, 'llms.txt'), 'utf8');
  const docs = readDocs(root);
  const pages = new Map([...docs].map(([path, { text }]) => [path, markdown(text)]));
  for (const [folder, contents] of contentsOf(docs)) {
    const page = markdown(contents);
    pages.set(folder, page).set(`${folder}/index.md`, page);
  }
  return pages.set('llms.txt', pageOf(start, PLAIN)).set('llms-full.txt', pageOf(fullText(start, docs), PLAIN));
}
