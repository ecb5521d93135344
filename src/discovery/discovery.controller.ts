import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ROUTES } from '@groundtruth/sdk/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PublicAddress } from '../platform/http/index.js';
import { doorsJson, doorsText, LINKS } from './doors.js';
import { openApiExamples } from './examples.js';
import { buildOpenApi } from './openapi.js';
import { FOR_A_WHILE, json, markdown, sendPage, type Page } from './page.js';
import { ICON, ROBOTS } from './small-files.js';

/** How a program that knows nothing but our address learns the rest. No key is needed. */
@Controller()
export class DiscoveryController {
  private openApi: Page | null = null;

  constructor(private readonly address: PublicAddress) {}

  /** Markdown, unless JSON is what is asked for. */
  @Get()
  doors(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const wantsJson = (request.headers.accept ?? '').includes('application/json');
    void reply.headers({ link: LINKS, vary: 'accept' });
    sendPage(wantsJson ? json(doorsJson(this.address.origin)) : markdown(doorsText()), request, reply);
  }

  @Get('openapi.json')
  document(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.openApi ??= json(buildOpenApi(ROUTES, openApiExamples()));
    sendPage(this.openApi, request, reply);
  }

  @Get('robots.txt')
  @Header('cache-control', FOR_A_WHILE)
  @Header('content-type', 'text/plain; charset=utf-8')
  robots(): string {
    return ROBOTS;
  }

  @Get('icon.svg')
  @Header('cache-control', FOR_A_WHILE)
  @Header('content-type', 'image/svg+xml')
  icon(): string {
    return ICON;
  }
}
