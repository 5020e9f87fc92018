/** Owns the HTTP servers: health, readiness and metrics in both modes, Slack's deliveries in HTTP mode. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { atMostOnceAMinute } from '../log-rate.ts';
import type { Log } from '../log.ts';

export interface ServerOptions {
  host: string;
  port: number;
  /** Metrics and readiness on a port of their own, away from the one that faces Slack; undefined: on `port`. */
  metricsPort: number | undefined;
  registry: Registry;
  log: Log;
  /** Returns what keeps Payout Desk from working, one line each; empty: ready. */
  problems: () => Promise<string[]>;
  /** Slack's deliveries; undefined in Socket Mode. */
  slack: ((request: IncomingMessage, response: ServerResponse) => Promise<void> | void) | undefined;
  /** How long a client may take to send the headers; default 10 s. */
  headersTimeoutMs?: number;
  /** The same for the whole of a request; default 15 s. */
  requestTimeoutMs?: number;
  /** Open sockets of one port; one more is dropped. Default 2,000. */
  maxConnections?: number;
}

export interface OpsServer {
  /** The port that was bound: the one asked for, or a free one for 0. */
  port: number;
  /** The port of metrics and readiness; the same as `port` unless they have their own. */
  metricsPort: number;
  /** Takes no new connections; resolves when the open ones ended. */
  close(): Promise<void>;
}

/** At a close, answers under way have this long before their connections are cut. */
const CLOSE_MS = 500;

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Rejects when a port cannot be bound; then none stays bound. */
export async function startServer(options: ServerOptions): Promise<OpsServer> {
  const { slack, registry } = options;
  const ofSlack: Answer = (request, response) => {
    if (request.method !== 'POST') return send(response, 405, 'text/plain', 'POST only\n');
    return slack?.(request, response);
  };
  const health: Answer = (_, response) => send(response, 200, 'text/plain', 'ok\n');
  const readiness: Answer = async (_, response) => {
    const problems = await options.problems();
    const ready = problems.length === 0;
    const body = `${JSON.stringify({ ready, problems })}\n`;
    send(response, ready ? 200 : 503, 'application/json', body);
  };
  const metrics: Answer = async (_, response) =>
    send(response, 200, registry.contentType, await registry.metrics());

  const facingSlack = new Map([
    ['/healthz', health],
    ...(slack ? [['/slack/events', ofSlack] as const] : []),
  ]);
  const internal = new Map([
    ['/healthz', health],
    ['/readyz', readiness],
    ['/metrics', metrics],
  ]);
  if (options.metricsPort === undefined) {
    const only = await listen(options, options.port, new Map([...facingSlack, ...internal]));
    return { ...only, metricsPort: only.port };
  }
  const outer = await listen(options, options.port, facingSlack);
  try {
    const inner = await listen(options, options.metricsPort, internal);
    return {
      port: outer.port,
      metricsPort: inner.port,
      close: async () => void (await Promise.all([outer.close(), inner.close()])),
    };
  } catch (error) {
    await outer.close();
    throw error;
  }
}

async function listen(
  { host, log, headersTimeoutMs = 10_000, requestTimeoutMs = 15_000, maxConnections = 2_000 }: ServerOptions,
  port: number,
  routes: ReadonlyMap<string, Answer>,
): Promise<Omit<OpsServer, 'metricsPort'>> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = routes.get(path);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!route || !(reads || path === '/slack/events'))
      return send(response, 404, 'text/plain', 'Not found\n');
    return route(request, response);
  };
  // Node's default is to check the timeouts every 30 s only.
  const limits = {
    connectionsCheckingInterval: 1_000,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 65_000,
  };
  const server: Server = createServer(limits, (request, response) => {
    // The unread rest of a refused body would precede the connection's next request.
    response.once('finish', () => request.resume());
    answer(request, response).catch((error: unknown) => {
      log.error({ error }, 'http answer failed');
      if (response.headersSent) response.destroy();
      else send(response, 500, 'text/plain', 'Internal error\n');
    });
  });
  // Idle sockets and slow bodies cost memory and file handles.
  server.maxConnections = maxConnections;
  const logDropped = atMostOnceAMinute(Date.now, (count) => log.warn({ count, port }, 'connections dropped'));
  server.on('drop', logDropped);
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, host, () => listening.resolve());
  await listening.promise;
  server.on('error', (error) => log.error({ error }, 'http server error'));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
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
