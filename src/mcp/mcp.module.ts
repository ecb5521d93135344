import { Module } from '@nestjs/common';
import { McpController } from './mcp.controller.js';
import { McpDoor } from './mcp.door.js';

/** The tools of the exchange over Streamable HTTP, at `/mcp`. */
@Module({ controllers: [McpController], providers: [McpDoor] })
export class McpModule {}
