import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** `drop`: the connection ends without an answer. A function answers by itself, as far as it likes. */
export type Step =
  | 'drop'
  | { status: number; json?: unknown; text?: string; headers?: Record<string, string> }
  | ((request: SeenRequest, response: ServerResponse) => void);

/** For specs: a real server that answers request by request what its script says; the last step is repeated. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  private constructor(
    private readonly server: Server,
    private steps: Step[],
  ) {}

  static async start(...steps: Step[]): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server, steps);
    server.on('request', (request, response) => void scripted.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  script(...steps: Step[]): void {
    this.steps = steps;
    this.seen.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = { method: request.method!, url: request.url!, headers: request.headers, body: Buffer.concat(chunks) };
    this.seen.push(seen);
    const step = this.steps.length > 1 ? this.steps.shift()! : this.steps[0]!;
    if (step === 'drop') return void request.socket.destroy();
    if (typeof step === 'function') return step(seen, response);
    const type =
      step.json === undefined ? 'text/plain' : step.status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(step.status, { 'content-type': type, ...step.headers });
    response.end(step.json === undefined ? (step.text ?? '') : JSON.stringify(step.json));
  }
}
