import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A text that is served as it is. It changes only with a release, or with the configuration. */
export interface Page {
  readonly text: string;
  readonly type: string;
  /** Of RFC 9110, strong: the same text has the same tag. */
  readonly etag: string;
}

/** It changes only with a release; a caller that asks often may keep it for a while. */
export const FOR_A_WHILE = 'public, max-age=300';

export function pageOf(text: string, type: string): Page {
  return { text, type, etag: `"${createHash('sha256').update(`${type}\n${text}`).digest('base64url').slice(0, 22)}"` };
}

export const markdown = (text: string): Page => pageOf(text, 'text/markdown; charset=utf-8');
export const json = (value: unknown): Page => pageOf(JSON.stringify(value), 'application/json; charset=utf-8');

/** Answers the page, or 304 to who has it already. */
export function sendPage({ text, type, etag }: Page, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ etag, 'cache-control': FOR_A_WHILE });
  if (hasIt(request.headers['if-none-match'], etag)) void reply.code(304).send();
  else void reply.code(200).header('content-type', type).send(text);
}

/** Compared weakly, as RFC 9110 §13.1.2 says: a cache may have weakened the tag. */
function hasIt(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
