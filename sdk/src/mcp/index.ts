export { createMcpServer, INSTRUCTIONS } from './server.js';
export { serveStdio, type StdioOptions } from './stdio.js';
export { TOOLS } from './tools/index.js';
export { untrustedSchema, type Untrusted } from './untrusted/untrusted.js';
export type { Door } from './call.js';
export type { Tool, ToolHints } from './tool.js';
