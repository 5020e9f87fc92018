/** Owns the health check of the image: which address it asks, and what it says when nobody is healthy there. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';

const servers = new Set<Server>();
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** Listens where Payout Desk would with this HOST; returns the port. */
async function listenAt(host: string, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, host);
  servers.add(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return String(address.port);
}

const healthy: RequestListener = ({ url }, response) => {
  response.writeHead(url === '/healthz' ? 200 : 404).end();
};

async function check(env: Record<string, string>) {
  const child = spawn(process.execPath, [resolve('bin/healthcheck.cjs')], { env });
  const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, said };
}

test.each([
  ['0.0.0.0', '0.0.0.0'],
  ['127.0.0.1', ' 127.0.0.1 '],
  ['localhost', 'localhost'],
  ['0.0.0.0', ''],
])('listening at %j, it asks with HOST=%j', async (listening, host) => {
  const port = await listenAt(listening, healthy);
  expect(await check({ HOST: host, PORT: port })).toEqual({ code: 0, said: '' });
});

test('it asks the one address of the settings, and no other', async () => {
  const port = await listenAt('127.0.0.2', healthy);
  expect(await check({ HOST: '127.0.0.2', PORT: port })).toEqual({ code: 0, said: '' });
  expect(await check({ HOST: '127.0.0.1', PORT: port })).toEqual({
    code: 1,
    said: 'not healthy: ECONNREFUSED\n',
  });
});

test('another answer is not healthy', async () => {
  const port = await listenAt('127.0.0.1', (_, response) => void response.writeHead(503).end());
  expect(await check({ PORT: port })).toEqual({ code: 1, said: 'not healthy: HTTP 503\n' });
});
