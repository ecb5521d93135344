import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type AuthInfo, type McpRequestContext } from '@modelcontextprotocol/server';
import { createMcpServer } from '@groundtruth/sdk/mcp';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/problem.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { inProcessFetch, OpenStreams, PublicAddress } from '../platform/http/index.js';
import { Log } from '../platform/telemetry/index.js';
import { mayAsk } from './origin.rules.js';

const BEARER = /^Bearer (\S+)$/i;

/**
 * Answers messages of the Model Context Protocol. Each has a server of its own, so there are no sessions; and each tool is a request to this very api
 * with the key and in the name of its caller, so there is no second way to money.
 */
@Injectable()
export class McpDoor implements OnModuleDestroy {
  private readonly handler = createMcpHandler((context) => this.serverFor(context), {
    // Nothing ever changes in our lists: who subscribes would only hold a connection.
    maxSubscriptions: 0,
    onerror: (error) => this.log.debug({ err: error }, 'a message of the tools was refused'),
  });
  private readonly exchange = toNodeHandler(this.handler);

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly streams: OpenStreams,
    private readonly address: PublicAddress,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Takes the reply over. @throws {DomainError} `forbidden` for the page of a stranger. */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!mayAsk(request.headers.origin, this.address.origin, this.config.CORS_ORIGINS))
      throw new DomainError('forbidden', 'pages of this origin may not use the tools', {
        hint: 'Call from a program, or have the operator add the origin to CORS_ORIGINS.',
      });
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.setHeader('cache-control', 'no-store');
    await this.exchange(Object.assign(request.raw, { auth: callerOf(request) }), reply.raw, request.body);
  }

  async onModuleDestroy(): Promise<void> {
    await this.handler.close();
  }

  private serverFor({ authInfo }: McpRequestContext) {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    return createMcpServer({
      baseUrl: this.address.origin,
      apiKey: authInfo?.token || undefined,
      fetch: inProcessFetch(instance, () => this.address.origin, authInfo?.clientId),
      signal: this.streams.stopping,
      onFault: (error) => this.log.error({ err: error }, 'a tool failed'),
    });
  }
}

/** Carried to the server of the request, checked by the api when a tool asks it: the key, if there is one, and the caller's address. */
function callerOf({ headers, ip }: FastifyRequest): AuthInfo {
  return { token: BEARER.exec(headers.authorization ?? '')?.[1] ?? '', clientId: ip, scopes: [] };
}
