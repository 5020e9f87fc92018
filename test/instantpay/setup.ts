/** Owns the servers and clients of these tests: real sockets on loopback, no waiting between attempts. */

import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { DEMO_CREDENTIALS, type InstantPayOptions, startInstantPay } from '../../fakes/instantpay/server.ts';
import { type ClientEvent, type ClientOptions, createInstantPayClient } from '../../src/instantpay/client.ts';

export const LINK_ID = '657aa9841b8d3897ff0a84fb';

/** A client that never really sleeps; `slept` holds the waits it asked for, `events` and `paces` what it told. */
export function makeClient(baseUrl: string, options: Partial<ClientOptions> = {}) {
  const slept: number[] = [];
  const events: ClientEvent[] = [];
  /** How many pages at once a walk may have under way, each time that changed. */
  const paces: number[] = [];
  const client = createInstantPayClient({
    baseUrl,
    ...DEMO_CREDENTIALS,
    timeoutMs: 2000,
    random: () => 0,
    sleep: async (durationMs) => {
      slept.push(durationMs);
    },
    onEvent: (event) => (event.type === 'pace' ? paces.push(event.to) : events.push(event)),
    ...options,
  });
  onTestFinished(() => client.close());
  const attempts = () => events.filter((event) => event.type === 'attempt').map((event) => event.kind);
  return { client, slept, events, paces, attempts };
}

/** The local InstantPay, without links unless a seed is given. */
export async function makeInstantPay(options: InstantPayOptions = { seed: 0 }) {
  const instantPay = await startInstantPay(options);
  onTestFinished(() => instantPay.close());
  return instantPay;
}

export interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server of a test's own; `seen` holds what reached it. */
export async function serve(handler: (seen: Seen, ...rest: Parameters<RequestListener>) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const { method, url, headers } = request;
      const entry = { method, url, headers, body: bytes.toString('utf8') };
      seen.push(entry);
      handler(entry, request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${portOf(server.address())}`, seen, server };
}

/** Answers every call with this JSON. */
export function serveJson(answer: (seen: Seen) => unknown, httpStatus = 200) {
  return serve((seen, _request, response) => {
    response.writeHead(httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(answer(seen)));
  });
}

/** Below HTTP: `connections` counts what came in. */
export async function serveSocket(onConnection: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createSocketServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: portOf(server.address()), sockets };
}

/** A port of this machine where nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server.address());
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export const UUID = 'h0009ad832f4-f43d-40c0-81d3-c04979ab81df-e51WjQG73oSk';

export function envelopeOf(data: unknown, rest: Record<string, unknown> = {}) {
  return {
    statuscode: 'TXN',
    actcode: null,
    status: 'Transaction Successful',
    data,
    timestamp: '2023-12-14 11:29:45',
    ipay_uuid: UUID,
    orderid: null,
    environment: 'PRODUCTION',
    internalCode: null,
    ...rest,
  };
}

/** The value a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
