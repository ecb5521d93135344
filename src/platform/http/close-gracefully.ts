import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenStreams } from './open-streams.js';
import type { Readiness } from './readiness.js';

/** How often connections that became idle are closed while the last requests finish. */
const IDLE_SWEEP_MS = 50;

interface Parts {
  readonly readiness: Readiness;
  readonly streams: OpenStreams;
  readonly grace_ms: number;
}

/** Ends an api so that nobody loses an answer that was on its way; modules end only when no request is in flight. */
export async function closeGracefully(
  app: NestFastifyApplication,
  { readiness, streams, grace_ms }: Parts,
): Promise<void> {
  readiness.stop();
  streams.stop();
  await stopListening(app.getHttpServer() as unknown as Server, grace_ms);
  await app.close();
}

async function stopListening(server: Server, grace_ms: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), grace_ms);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
