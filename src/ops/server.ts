/** Owns the desk's HTTP server: health and metrics in both modes, Slack's deliveries in HTTP mode. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Log } from '../log.ts';

export interface ServerOptions {
  host: string;
  port: number;
  registry: Registry;
  log: Log;
  /** What keeps the desk from working, one line each; empty: ready. */
  problems: () => Promise<string[]>;
  /** Slack's deliveries; undefined in Socket Mode. */
  slack: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

export interface OpsServer {
  /** The port that was bound: the one asked for, or a free one for 0. */
  port: number;
  /** Takes no new connections; resolves when the open ones ended. */
  close(): Promise<void>;
}

/** How long an answer that is being written may take before its connection is cut. */
const CLOSE_MS = 500;

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}

export async function startServer(options: ServerOptions): Promise<OpsServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (options.slack && path === '/slack/events') {
      if (request.method !== 'POST') return send(response, 405, 'text/plain', 'POST only\n');
      return options.slack(request, response);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 404, 'text/plain', 'Not found\n');
    switch (path) {
      case '/healthz':
        return send(response, 200, 'text/plain', 'ok\n');
      case '/readyz': {
        const problems = await options.problems();
        const ready = problems.length === 0;
        return send(
          response,
          ready ? 200 : 503,
          'application/json',
          `${JSON.stringify({ ready, problems })}\n`,
        );
      }
      case '/metrics':
        return send(response, 200, options.registry.contentType, await options.registry.metrics());
      default:
        return send(response, 404, 'text/plain', 'Not found\n');
    }
  };
  const server: Server = createServer((request, response) => {
    // The rest of a body that was refused half way would stand before the connection's next request.
    response.once('finish', () => request.resume());
    answer(request, response).catch((error: unknown) => {
      options.log.error({ error }, 'the server failed to answer');
      if (response.headersSent) response.destroy();
      else send(response, 500, 'text/plain', 'Internal error\n');
    });
  });
  // Idle sockets and slow bodies do not keep Slack's three seconds waiting, but they cost memory.
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  server.keepAliveTimeout = 65_000;
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(options.port, options.host, () => listening.resolve());
  await listening.promise;
  server.on('error', (error) => options.log.error({ error }, 'the server reports an error'));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
      await closed.promise;
      clearTimeout(timer);
    },
  };
}
