import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RouteConfig } from '@nestjs/platform-fastify';
import { DomainError } from '../../kernel/problem.js';
import { mayBeUnstorable, unstorableIn } from './storable-text.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler gets the body as the bytes that were sent, for signatures over them. */
    readonly raw_body?: boolean;
  }
}

/** Marks a handler whose `request.body` is the Buffer that was sent: a webhook checks its signature before anything reads the JSON. */
export const RawBody = (): MethodDecorator => RouteConfig({ raw_body: true });

/**
 * Takes `application/json` in UTF-8 and nothing else. An empty body is `undefined`. Keys that would reach a prototype are refused, and so are
 * texts that could not be given back as they came.
 * The body limit of the instance holds.
 */
export function acceptJsonOnly(instance: FastifyInstance): void {
  const parseJson = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      if (request.routeOptions.config.raw_body) return done(null, body);
      if (body.length === 0) return done(null, undefined);
      const text = utf8(body);
      if (text === null) return done(new DomainError('invalid_request', 'the body is not UTF-8'), undefined);
      parseJson(request, text, (error, value) => {
        if (error) done(new DomainError('invalid_request', 'the body is not JSON', {}, { cause: error }), undefined);
        else done(mayBeUnstorable(text) ? unstorableIn(value) : null, value);
      });
    },
  );
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null; // TypeError is the only way it says that the bytes are no UTF-8.
  }
}
