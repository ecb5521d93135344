import {
  createParamDecorator,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  SetMetadata,
  applyDecorators,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ROUTES, type Route, type RouteName } from '@groundtruth/sdk/protocol';
import { assert } from '../../kernel/assert.js';
import { parseRequest } from './parse-request.js';

const ROUTE = Symbol('route of the wire contract');
const METHODS = { GET: Get, POST: Post, PATCH: Patch, DELETE: Delete } as const;

type Parsed<N extends RouteName, K extends 'body' | 'query'> =
  (typeof ROUTES)[N] extends Record<K, infer S extends z.ZodType> ? z.output<S> : never;
export type BodyOf<N extends RouteName> = Parsed<N, 'body'>;
export type QueryOf<N extends RouteName> = Parsed<N, 'query'>;
export type ResponseOf<N extends RouteName> = z.output<(typeof ROUTES)[N]['response']>;

/** Binds a handler to one row of the route table: method, path, status, scope and schemas all come from there. */
export function Serves(name: RouteName): MethodDecorator {
  const route: Route = ROUTES[name];
  return applyDecorators(METHODS[route.method](route.path), HttpCode(route.status), SetMetadata(ROUTE, name));
}

/** The row a handler serves; null for handlers outside the contract (health, storage). */
export function routeOf(context: ExecutionContext): Route | null {
  const name = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteName | undefined;
  return name ? ROUTES[name] : null;
}

/** The request body, parsed by the route's schema. Refuses with `invalid_request` and the path of the fault. */
export const Body = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { route, request } = of(context);
  assert(route.body, `${route.path} has no body schema`);
  return parseRequest(route.body, request.body ?? {});
});

/** The query string, parsed by the route's schema. */
export const Query = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { route, request } = of(context);
  assert(route.query, `${route.path} has no query schema`);
  return parseRequest(route.query, request.query ?? {});
});

function of(context: ExecutionContext): { route: Route; request: FastifyRequest } {
  const route = routeOf(context);
  assert(route, 'a parameter of the wire contract needs @Serves on its handler');
  return { route, request: context.switchToHttp().getRequest<FastifyRequest>() };
}
