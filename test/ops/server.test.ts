/** Owns the operator's HTTP server on its own: what it serves, what it refuses, and how it closes. */

import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { type OpsServer, type ServerOptions, startServer } from '../../src/ops/server.ts';

let server: OpsServer | undefined;
let lines: string[];
afterEach(() => close());

async function close(): Promise<void> {
  const running = server;
  server = undefined;
  await running?.close();
}

async function start(options: Partial<ServerOptions> = {}): Promise<string> {
  lines = [];
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    metricsPort: undefined,
    registry: createMetrics(() => 3).registry,
    log: createLog('trace', [], { write: (line) => void lines.push(line) }),
    problems: async () => [],
    slack: undefined,
    ...options,
  });
  return `http://127.0.0.1:${server.port}`;
}

test('health, readiness, metrics; nothing else', async () => {
  const url = await start();
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  const ready = await fetch(`${url}/readyz?from=probe`);
  expect(ready.status).toBe(200);
  expect(ready.headers.get('cache-control')).toBe('no-store');
  const metrics = await fetch(`${url}/metrics`);
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  const text = await metrics.text();
  expect(text).toContain('payout_desk_in_flight 3');
  expect(text).toContain('process_cpu_seconds_total');
  for (const path of ['/', '/metrics/', '/../etc/passwd', '/slack/events', '/%00'])
    expect((await fetch(url + path)).status).toBe(404);
  expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(`${url}/healthz`, { method: 'POST', body: 'x' })).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'DELETE' })).status).toBe(404);
});

test('with a port of their own, metrics and readiness are not on the one that faces Slack', async () => {
  const url = await start({ metricsPort: 0, slack: (_, response) => void response.writeHead(200).end() });
  const own = `http://127.0.0.1:${server?.metricsPort}`;
  expect(own).not.toBe(url);
  const status = async (address: string, method = 'GET'): Promise<number> =>
    (await fetch(address, { method })).status;
  for (const base of [url, own]) expect(await status(`${base}/healthz`)).toBe(200);
  for (const path of ['/readyz', '/metrics']) {
    expect(await status(own + path)).toBe(200);
    expect(await status(url + path)).toBe(404);
  }
  expect(await status(`${url}/slack/events`, 'POST')).toBe(200);
  expect(await status(`${own}/slack/events`, 'POST')).toBe(404);
  await close();
  for (const base of [url, own]) await expect(fetch(`${base}/healthz`)).rejects.toThrow();
});

test('a metrics port that is taken leaves no other port bound', async () => {
  await start();
  const taken = server;
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const address = free.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  free.close();
  await once(free, 'close');
  await expect(start({ port, metricsPort: taken?.port })).rejects.toThrow('EADDRINUSE');
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});

test('what keeps Payout Desk from working is said, with 503', async () => {
  const url = await start({ problems: async () => ['no connection to Slack', 'the store does not answer'] });
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({
    ready: false,
    problems: ['no connection to Slack', 'the store does not answer'],
  });
});

test('a question that fails is answered with 500 and logged, without its words', async () => {
  const url = await start({ problems: () => Promise.reject(new Error('secret words')) });
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(500);
  expect(await ready.text()).toBe('Internal error\n');
  expect(lines.join()).toContain('http answer failed');
});

test('Slack’s deliveries go to their handler, by POST alone', async () => {
  const seen: string[] = [];
  const url = await start({
    slack: (request, response) => {
      seen.push(request.method ?? '');
      response.writeHead(200).end();
    },
  });
  expect((await fetch(`${url}/slack/events`, { method: 'POST', body: 'x' })).status).toBe(200);
  expect((await fetch(`${url}/slack/events`)).status).toBe(405);
  expect(seen).toEqual(['POST']);
});

test('a close waits for an answer that is under way, and cuts what hangs', async () => {
  const begun = Promise.withResolvers<() => void>();
  const url = await start({
    problems: () => new Promise((resolve) => begun.resolve(() => resolve([]))),
  });
  const ready = fetch(`${url}/readyz`);
  const answer = await begun.promise;
  const closed = close();
  answer();
  expect((await ready).status).toBe(200);
  await closed;

  const hanging = await start();
  const socket = connect(Number(new URL(hanging).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /healthz HTTP/1.1\r\n');
  const cut = Promise.withResolvers<void>();
  socket.on('error', () => {});
  socket.on('close', () => cut.resolve());
  socket.resume();
  await close();
  await cut.promise;
});

test('a port that is taken and an address that is not ours are refused', async () => {
  const url = await start();
  const { port } = new URL(url);
  const first = server;
  await expect(start({ port: Number(port) })).rejects.toThrow('EADDRINUSE');
  await expect(start({ host: '203.0.113.1' })).rejects.toThrow('EADDRNOTAVAIL');
  server = first;
});

/** Resolves with a socket that has sent the beginning of something. */
async function halfOpen(port: number, beginning: string): Promise<{ closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  // `once` of node:events would reject on a reset, which is as good an end here.
  const { promise: closed, resolve } = Promise.withResolvers<unknown>();
  socket.on('close', resolve);
  await once(socket, 'connect');
  socket.write(beginning);
  socket.resume();
  return { closed };
}

test('hundreds of half-sent requests keep nobody waiting, and are cut when their time is over', async () => {
  const url = await start({ headersTimeoutMs: 500, requestTimeoutMs: 600 });
  const port = Number(new URL(url).port);
  const beginnings = [
    'POST /slack/ev',
    'GET /healthz HTTP/1.1\r\nHost: desk\r\n',
    'POST /healthz HTTP/1.1\r\nHost: desk\r\nContent-Length: 900\r\n\r\npay',
  ];
  const sockets = await Promise.all(
    Array.from({ length: 210 }, (_, index) => halfOpen(port, beginnings[index % 3] ?? '')),
  );
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await Promise.all(sockets.map(({ closed }) => closed));
});

test('one socket too many is dropped, and a flood of them writes one line', async () => {
  const url = await start({ maxConnections: 5 });
  const port = Number(new URL(url).port);
  const kept = await Promise.all(
    Array.from({ length: 5 }, () => halfOpen(port, 'GET /healthz HTTP/1.1\r\n')),
  );
  const dropped = await Promise.all(Array.from({ length: 20 }, () => halfOpen(port, '')));
  await Promise.all(dropped.map(({ closed }) => closed));
  expect(lines.filter((line) => line.includes('connections dropped'))).toHaveLength(1);
  await close();
  await Promise.all(kept.map(({ closed }) => closed));
});
