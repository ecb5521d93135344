import { Controller, Get, Header, Param } from '@nestjs/common';
import { ROUTES } from '@groundtruth/sdk/protocol';
import { found } from '../kernel/problem.js';
import type { JsonSchema } from './json-schema.js';
import { buildOpenApi } from './openapi.js';
import { errorPage, llmsText } from './pages.js';

/** It changes only with a release; a caller that asks often may keep it for a while. */
const FOR_A_WHILE = 'public, max-age=300';

/** How a program that knows nothing but our address learns the rest. No key is needed. */
@Controller()
export class DiscoveryController {
  private openApi: JsonSchema | null = null;

  @Get('openapi.json')
  @Header('cache-control', FOR_A_WHILE)
  document(): JsonSchema {
    this.openApi ??= buildOpenApi(ROUTES);
    return this.openApi;
  }

  @Get('llms.txt')
  @Header('cache-control', FOR_A_WHILE)
  @Header('content-type', 'text/plain; charset=utf-8')
  llms(): string {
    return llmsText();
  }

  /** `type` of every problem document. */
  @Get('docs/errors/:page')
  @Header('cache-control', FOR_A_WHILE)
  @Header('content-type', 'text/markdown; charset=utf-8')
  problem(@Param('page') page: string): string {
    return found(errorPage(page), page);
  }
}
