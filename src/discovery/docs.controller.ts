import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { found } from '../kernel/problem.js';
import { sendPage } from './page.js';
import { readPages } from './pages.js';

/** The documentation, one Markdown page at the path of its file. */
@Controller()
export class DocsController {
  private readonly pages = readPages();

  /** `type` of every problem document is among them. */
  @Get([
    'llms.txt', 'llms-full.txt', 'README.md', 'AGENTS.md', 'CHANGELOG.md',
    'docs', 'docs/:page', 'docs/:folder/:page',
  ]) // prettier-ignore
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const path = request.url.split('?')[0]!.slice(1);
    sendPage(found(this.pages.get(path), path), request, reply);
  }
}
