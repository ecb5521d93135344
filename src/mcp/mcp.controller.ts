import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { McpDoor } from './mcp.door.js';

/** One message of the Model Context Protocol a request. Without sessions there is nothing to `GET` or to `DELETE`: both are answered 405. */
@Controller()
export class McpController {
  constructor(private readonly door: McpDoor) {}

  @Post('mcp')
  async exchange(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.door.answer(request, reply);
  }
}
