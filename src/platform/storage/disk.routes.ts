import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/problem.js';
import { byteRangeOf } from './byte-range.js';
import type { DiskFiles } from './disk-files.js';
import { STORAGE_PATH, type DiskLinks } from './disk-links.js';
import { HEADER_BYTES } from './disk-object.js';
import { receiveDeposit } from './disk-deposit.js';
import { receiveUpload, refuseByHeaders } from './disk-upload.js';
import { attachment } from './storage-key.js';

/** A caller who is refused while still sending gets to read why if it ends within this; then it is cut off. */
const LINGER_BYTES_MAX = 1024 * 1024;

type StorageRequest = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>;

/** The routes behind the links of the disk adapter. Bodies of any type stream through, so they live in their own scope. */
export function diskRoutes(files: DiskFiles, links: DiskLinks): FastifyPluginCallback {
  return (scope: FastifyInstance, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, parsed) => parsed(null, body));
    scope.put(`${STORAGE_PATH}*`, (request: StorageRequest, reply) => upload(files, links, request, reply));
    scope.get(`${STORAGE_PATH}*`, { exposeHeadRoute: false }, (request: StorageRequest, reply) =>
      download(files, links, request, reply),
    );
    done();
  };
}

async function upload(files: DiskFiles, links: DiskLinks, request: StorageRequest, reply: FastifyReply) {
  try {
    if (links.isDeposit(request.query)) {
      const deposit = links.readDeposit(request.params['*'], request.query);
      await receiveDeposit(files, deposit, request.raw, mediaTypeOf(request));
      return reply.send();
    }
    const terms = links.readUpload(request.params['*'], request.query);
    refuseByHeaders(terms, { media_type: mediaTypeOf(request), bytes: contentLengthOf(request) });
    await receiveUpload(files, terms, request.raw);
    return reply.header('etag', `"${terms.sha256}"`).send();
  } catch (error) {
    linger(request.raw);
    throw isGone(request.raw)
      ? new DomainError('upload_incomplete', 'the upload ended early', {}, { cause: error })
      : error;
  }
}

async function download(files: DiskFiles, links: DiskLinks, request: StorageRequest, reply: FastifyReply) {
  const { key, filename } = links.readDownload(request.params['*'], request.query);
  const found = await files.open(key);
  if (!found) throw new DomainError('not_found', 'nothing is stored there');
  const { object, file } = found;
  void reply.headers({
    'content-type': object.media_type,
    'content-disposition': attachment(filename),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
    etag: `"${object.sha256}"`,
  });
  const range = byteRangeOf(request.headers.range, object.bytes);
  if (range === 'unsatisfiable' || object.bytes === 0) {
    await file.close();
    if (range === 'unsatisfiable') void reply.code(416).header('content-range', `bytes */${object.bytes}`);
    return reply.send();
  }
  const { first, last } = range === 'whole' ? { first: 0, last: object.bytes - 1 } : range;
  if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${first}-${last}/${object.bytes}`);
  void reply.header('content-length', last - first + 1);
  return reply.send(file.createReadStream({ start: HEADER_BYTES + first, end: HEADER_BYTES + last }));
}

function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').trim().toLowerCase();
}

function contentLengthOf(request: FastifyRequest): number | null {
  const length = request.headers['content-length'];
  return length === undefined ? null : Number(length);
}

/** Reads on for a little, throwing away what comes: an answer on a socket that is closed with bytes unread is lost on the way. */
function linger(body: IncomingMessage): void {
  let left = LINGER_BYTES_MAX;
  body.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) body.destroy();
  });
}

/** Whether the caller went away before the body was whole. */
function isGone(body: IncomingMessage): boolean {
  return body.destroyed && !body.complete;
}
