/** Owns how the Web API is reached: beside Node's own fetch, which is what the library expects, and what never happens. */

import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createClients } from '../../../src/slack/api/client.ts';
import { webFetch } from '../../../src/slack/api/web-fetch.ts';
import { deadPort, serve, serveSocket } from '../../instantpay/setup.ts';

type Handler = Parameters<typeof serve>[0];
type Fetch = typeof webFetch;

/** What the library reads of an answer; or that there is none, which it tries again, or no whole one, which it does not. */
async function told(via: Fetch, url: string, signal?: AbortSignal) {
  let answer: Awaited<ReturnType<Fetch>>;
  try {
    answer = await via(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: 'Bearer xoxb-test' },
      body: 'text=%E2%82%B912&blocks=[]',
      redirect: 'error',
      ...(signal && { signal }),
    });
  } catch {
    return 'no answer';
  }
  const { ok, status, statusText, headers } = answer;
  const read = ['retry-after', 'Content-Type', 'x-oauth-scopes', 'x-none'].map((name) => headers.get(name));
  const warned = new Map(headers.entries()).get('x-warned');
  const text = await answer.text().catch(() => 'broken off');
  return { ok, status, statusText, url: answer.url, read, warned, text };
}

const json = { 'content-type': 'application/json; charset=utf-8', 'x-oauth-scopes': 'chat:write,commands' };
const ANSWERS: Record<string, Handler> = {
  'an answer': (_seen, _request, response) => void response.writeHead(200, json).end('{"ok":true,"a":"₹"}'),
  'an answer in pieces': (_seen, _request, response) => {
    response.writeHead(200, json);
    const bytes = Buffer.from('{"ok":true,"a":"₹"}');
    // In the middle of a character.
    response.write(bytes.subarray(0, 17), () => response.end(bytes.subarray(17)));
  },
  'a rate limit': (_seen, _request, response) => void response.writeHead(429, { 'retry-after': '30' }).end(),
  'a header that comes twice': (_seen, _request, response) =>
    void response.writeHead(200, { 'x-warned': ['one', 'two'] }).end('{}'),
  'a server error': (_seen, _request, response) => void response.writeHead(503).end('<h1>Sorry</h1>'),
  'no content': (_seen, _request, response) => void response.writeHead(204).end(),
  'a redirect': (_seen, _request, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
  'an answer that breaks off': (_seen, request, response) =>
    void response
      .writeHead(200, { 'content-length': '10' })
      .write('{', () => request.socket.resetAndDestroy()),
  'a connection that ends': (_seen, request) => void request.socket.destroy(),
};

test.each(Object.entries(ANSWERS))('tells of %s what fetch tells', async (_, answer) => {
  const { url, seen } = await serve(answer);
  const ours = await told(webFetch, `${url}/api/chat.postMessage`);
  expect(ours).toEqual(await told(fetch, `${url}/api/chat.postMessage`));
  const [sent, expected] = seen;
  expect(seen).toHaveLength(2);
  expect(sent).toMatchObject({ method: 'POST', url: expected?.url, body: expected?.body });
  for (const name of ['authorization', 'content-type', 'content-length'])
    expect(sent?.headers[name]).toBe(expected?.headers[name]);
});

test('gives the content in the other forms that the library may ask for', async () => {
  const { url } = await serve((_seen, _request, response) => void response.end('{"ok":true,"a":"₹"}'));
  const answer = await webFetch(url, { method: 'POST', body: '' });
  expect(await answer.json()).toEqual({ ok: true, a: '₹' });
  expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe('{"ok":true,"a":"₹"}');
});

test.each<[string, Handler, unknown]>([
  ['before the answer', () => {}, 'no answer'],
  [
    'within the answer',
    (_seen, _request, response) => void response.writeHead(200).write('{'),
    expect.objectContaining({ status: 200, text: 'broken off' }),
  ],
])('the signal ends it %s, and its connection is closed', async (_, answer, outcome) => {
  const sockets: Socket[] = [];
  const { url, server } = await serve(answer);
  server.on('connection', (socket) => sockets.push(socket));
  expect(await told(webFetch, url, AbortSignal.timeout(50))).toEqual(outcome);
  await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test('one connection carries one call after another', async () => {
  const ports = new Set<number | undefined>();
  const { url } = await serve((_seen, request, response) => {
    ports.add(request.socket.remotePort);
    response.end('{}');
  });
  for (let call = 0; call < 5; call += 1) await told(webFetch, url);
  expect(ports.size).toBe(1);
});

test('a call on a kept connection that dies is not made twice', async () => {
  const { url, seen } = await serve((all, request, response) => {
    if (seen.length === 2) request.socket.resetAndDestroy();
    else response.end(`{"calls":${seen.length},"asked":"${all.method}"}`);
  });
  expect(await told(webFetch, url)).toMatchObject({ status: 200 });
  expect(await told(webFetch, url)).toBe('no answer');
  expect(seen).toHaveLength(2);
  expect(await told(webFetch, url)).toMatchObject({ status: 200 });
});

test.each<[string, Handler]>([
  ['breaks off', ANSWERS['an answer that breaks off'] ?? (() => {})],
  [
    'is a rate limit that does not end',
    (_seen, _request, response) => {
      response.writeHead(429, { 'retry-after': '30' }).write('{');
    },
  ],
])('a call whose answer %s was made, and the library does not repeat it', async (_, answer) => {
  const { url, seen } = await serve(answer);
  const { web } = createClients('xoxb-test', `${url}/api/`);
  await expect(web.chat.postMessage({ channel: 'C1', text: 'x' })).rejects.toThrow();
  expect(seen).toHaveLength(1);
  expect(seen[0]?.headers['accept-encoding']).toBe('identity');
});

test('a connection that becomes another one is no answer', async () => {
  const { port } = await serveSocket((socket) =>
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'),
    ),
  );
  expect(await told(webFetch, `http://127.0.0.1:${port}`)).toBe('no answer');
});

test('without a server, and without an answer, there is none', async () => {
  const silent = await serveSocket((socket) => socket.destroy());
  expect(await told(webFetch, `http://127.0.0.1:${await deadPort()}`)).toBe('no answer');
  expect(await told(webFetch, `http://127.0.0.1:${silent.port}`)).toBe('no answer');
});

test('sends nothing but text, and nothing but by HTTP', async () => {
  const { url, seen } = await serve((_seen, _request, response) => void response.end());
  await expect(webFetch(url, { method: 'POST', body: new FormData() })).rejects.toThrow('text alone');
  await expect(webFetch('file:///etc/passwd', { method: 'POST', body: '' })).rejects.toThrow(
    'not one of http',
  );
  expect(seen).toEqual([]);
});

/** In a process of its own, since the agents are made when the module is loaded. */
async function run(script: string, env: Record<string, string>): Promise<string> {
  const module = new URL('../../../src/slack/api/client.ts', import.meta.url).href;
  const text = `const { createClients } = await import(${JSON.stringify(module)});\n${script}`;
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', text], {
    env: { ...process.env, ...env },
  });
  return (await child).stdout.trim();
}

test.each([
  ['NODE_USE_ENV_PROXY', { NODE_USE_ENV_PROXY: '1' }, 1],
  ['the flag of Node', { NODE_USE_ENV_PROXY: '', NODE_OPTIONS: '--use-env-proxy' }, 1],
  ['neither', { NODE_USE_ENV_PROXY: '', NODE_OPTIONS: '' }, 0],
])('a proxy of the environment is used as fetch does, with %s', async (_, use, throughProxy) => {
  const proxy = await serve((_seen, _request, response) => void response.end('{"ok":true}'));
  const target = await serve((_seen, _request, response) => void response.end('{"ok":true}'));
  const proxies = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' };
  const url = JSON.stringify(`${target.url}/api/`);
  await run(`await createClients('xoxb-test', ${url}).once.auth.test();`, { ...proxies, ...use });
  expect({ proxy: proxy.seen.length, target: target.seen.length }).toEqual({
    proxy: throughProxy,
    target: 1 - throughProxy,
  });
});

test('a call ends in its time while a proxy keeps silent', async () => {
  const proxy = await serveSocket(() => {});
  const url = `http://127.0.0.1:${proxy.port}`;
  // Without an end of its own it would take fifteen seconds.
  const script = `const late = setTimeout(() => { console.log('late'); process.exit(); }, 10_000);
    await createClients('xoxb-test', 'https://slack.invalid/api/').fast.auth.test().catch(() => console.log('ended'));
    process.exit();`;
  const proxies = { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '', no_proxy: '' };
  expect(await run(script, { ...proxies, NODE_USE_ENV_PROXY: '1' })).toContain('ended');
  expect(proxy.sockets).toHaveLength(1);
});
