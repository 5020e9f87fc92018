/** Owns posting to a response_url over kept-alive connections: what comes back, and what never does. */

import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { inspect, promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { postJson } from '../../../src/slack/api/post-json.ts';
import { createResponder } from '../../../src/slack/api/response-url.ts';
import { deadPort, rejection, serve, serveSocket } from '../../instantpay/setup.ts';

const WITHIN_MS = 5_000;
const SECRET_PATH = '/commands/T0/secret-canary';

/** What a server sees of its connections; `ports` has the client's port of each request. */
async function watched(handler: Parameters<typeof serve>[0]) {
  const sockets: Socket[] = [];
  const ports: (number | undefined)[] = [];
  const { server, ...rest } = await serve((seen, request, response) => {
    ports.push(request.socket.remotePort);
    handler(seen, request, response);
  });
  // No hint to the client, and no end from this side.
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => sockets.push(socket));
  return { ...rest, sockets, ports };
}

test('posts JSON, counted in bytes, and says what came back', async () => {
  const { url, seen } = await serve((_seen, _request, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end('slow down');
  });
  expect(await postJson(url + SECRET_PATH, { text: '₹12' }, WITHIN_MS)).toEqual({
    status: 429,
    retryAfter: '30',
  });
  const text = JSON.stringify({ text: '₹12' });
  expect(seen).toMatchObject([
    {
      method: 'POST',
      url: SECRET_PATH,
      body: text,
      headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) },
    },
  ]);
});

test('one connection carries one post after another, once what came back is read', async () => {
  const { url, ports } = await watched((_seen, _request, response) => {
    response.end('x'.repeat(100_000));
  });
  // A post takes the connection of the one before as soon as its answer is read to its end.
  await vi.waitFor(async () => {
    await postJson(url, {}, WITHIN_MS);
    expect(ports.at(-1)).toBe(ports.at(-2));
  });
});

test('an answer that does not end counts as it came, and its connection is closed in time', async () => {
  const { url, sockets } = await watched((_seen, _request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('x');
  });
  expect(await postJson(url, {}, 50)).toMatchObject({ status: 200 });
  await vi.waitFor(() => expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]));
});

test('no answer in time is none, and its connection is closed', async () => {
  const { url, sockets } = await watched(() => {});
  expect(await postJson(url, {}, 50)).toBeUndefined();
  await vi.waitFor(() => expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]));
});

test('an answer that breaks off counts as it came, and the next post is sent', async () => {
  const { url, seen } = await watched((_seen, request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('x', () => request.socket.resetAndDestroy());
  });
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 200 });
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 200 });
  expect(seen).toHaveLength(2);
});

test('follows no redirect', async () => {
  const elsewhere = await serve((_seen, _request, response) => void response.end());
  const { url } = await serve((_seen, _request, response) => {
    response.writeHead(307, { location: elsewhere.url }).end();
  });
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 307 });
  expect(elsewhere.seen).toEqual([]);
});

test('a kept connection that the other side closed is not used again', async () => {
  const { url, ports, sockets } = await watched((_seen, _request, response) => void response.end());
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 200 });
  const [kept] = sockets;
  kept?.end();
  await vi.waitFor(() => expect(kept?.destroyed).toBe(true));
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 200 });
  expect(new Set(ports).size).toBe(2);
});

test('a kept connection that dies under a post gives no answer, and nothing is posted twice', async () => {
  const { url, seen, sockets } = await watched((_seen, request, response) => {
    if (seen.length === 2) request.socket.resetAndDestroy();
    else response.end();
  });
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 200 });
  expect(await postJson(url, {}, WITHIN_MS)).toBeUndefined();
  expect(seen).toHaveLength(2);
  expect(sockets).toHaveLength(1);
  expect(await postJson(url, {}, WITHIN_MS)).toMatchObject({ status: 200 });
});

test('an unused connection is closed from this side', async () => {
  const { url, sockets } = await watched((_seen, _request, response) => void response.end());
  await postJson(url, {}, WITHIN_MS);
  expect(sockets[0]?.destroyed).toBe(false);
  await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true), { timeout: 20_000, interval: 100 });
}, 30_000);

test.each(['', 'no address', 'ftp://127.0.0.1/x', 'file:///etc/passwd'])(
  'there is no answer of %j',
  async (address) => {
    expect(await postJson(address, {}, WITHIN_MS)).toBeUndefined();
  },
);

test('no failure holds the address', async () => {
  const silent = await serveSocket((socket) => socket.destroy());
  const refusing = await serve((_seen, _request, response) => {
    response.writeHead(404).end(`no ${SECRET_PATH}`);
  });
  const limiting = await serve((_seen, _request, response) => void response.writeHead(429).end());
  const respond = createResponder(() => 0);
  for (const [base, code] of [
    [`http://127.0.0.1:${await deadPort()}`, 'response_url_unreachable'],
    [`http://127.0.0.1:${silent.port}`, 'response_url_unreachable'],
    [refusing.url, 'response_url_404'],
    [limiting.url, 'ratelimited'],
  ] as const) {
    const failure = await rejection(respond(base + SECRET_PATH, { text: 'x' }));
    expect(failure).toMatchObject({ code });
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toMatch(/canary|127\.0\.0\.1/);
  }
});

test.each([
  ['1', 'through the proxy'],
  ['', 'directly'],
])('with NODE_USE_ENV_PROXY=%j it posts %s', async (use, _way) => {
  const proxy = await serve((_seen, _request, response) => void response.writeHead(204).end());
  const target = await serve((_seen, _request, response) => void response.end());
  // The agents are made when the module is loaded: in a process of its own.
  const module = new URL('../../../src/slack/api/post-json.ts', import.meta.url).href;
  const script = `const { postJson } = await import(${JSON.stringify(module)});
    await postJson(${JSON.stringify(target.url + SECRET_PATH)}, {}, ${WITHIN_MS});`;
  const proxies = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, ...proxies, NODE_USE_ENV_PROXY: use },
  });
  expect({ proxy: proxy.seen.length, target: target.seen.length }).toEqual(
    use === '1' ? { proxy: 1, target: 0 } : { proxy: 0, target: 1 },
  );
});
