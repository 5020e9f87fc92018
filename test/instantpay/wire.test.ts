/** Owns what leaves this machine with a call, and what does not. */

import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { createInstantPayClient } from '../../src/instantpay/client.ts';
import {
  listRequest,
  trackRequest,
  transactionRequest,
  writeRequest,
} from '../../src/instantpay/requests.ts';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import { envelopeOf, LINK_ID, makeClient, rejection, serve, serveJson } from './setup.ts';

const QUERY = { externalRef: 'REF', date: '2026-11-20', aeps: false };
const TRACKED = { status: 'ISSUED', amount: 10, linkActivity: [] };

describe('every call', () => {
  test('carries the four headers and the content type, with the configured endpoint IP (R5)', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(TRACKED));
    const { client } = makeClient(url, {
      clientId: 'CID',
      clientSecret: 'CSECRET',
      endpointIp: '198.51.100.7',
    });
    await client.track(LINK_ID);
    await client.page({}, 1);
    await client.notify(LINK_ID);
    await client.cancel(LINK_ID);
    await client.transaction({ externalRef: 'R-1', date: '2026-11-20', aeps: false });

    expect(seen).toHaveLength(5);
    for (const { headers } of seen) {
      expect(headers).toMatchObject({
        'x-ipay-auth-code': '1',
        'x-ipay-client-id': 'CID',
        'x-ipay-client-secret': 'CSECRET',
        'x-ipay-endpoint-ip': '198.51.100.7',
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'payout-desk',
      });
    }
    expect(seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      `GET /payments/payout/link/track/${LINK_ID}`,
      'GET /payments/payout/link/list',
      'POST /payments/payout/link/notify',
      'POST /payments/payout/link/cancel',
      'POST /reports/txnStatus',
    ]);
  });

  test('waits for no other that hangs, as many as a walk may have under way', async () => {
    const held: ServerResponse[] = [];
    const { url } = await serve(({ url: path }, _request, response) => {
      if (path?.includes('/track/')) response.end(JSON.stringify(envelopeOf(TRACKED)));
      else held.push(response);
    });
    const { client } = makeClient(url, { timeoutMs: 60_000 });
    const hanging = Array.from({ length: 64 }, () => client.page({}, 1));
    await vi.waitFor(() => expect(held).toHaveLength(64));
    await expect(client.track(LINK_ID)).resolves.toMatchObject({ status: 'ISSUED' });
    for (const response of held) response.end(JSON.stringify(envelopeOf(null)));
    await Promise.allSettled(hanging);
  });

  test('sends list as a GET with a JSON body of explicit length, counted in bytes, and pages as strings (R4)', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(null));
    const { client } = makeClient(url);
    await client.page(
      { statuses: ['ISSUED', 'EXPIRED'], contact: ' Zoë ₹ ', linkId: LINK_ID.toUpperCase() },
      3,
      25,
    );

    const [call] = seen;
    expect(JSON.parse(call?.body ?? '')).toEqual({
      filters: { status: ['ISSUED', 'EXPIRED'], contact: 'Zoë ₹', linkId: LINK_ID },
      pagination: { pageNumber: '3', recordsPerPage: '25' },
    });
    expect(call?.headers['content-length']).toBe(String(Buffer.byteLength(call?.body ?? '')));
    expect(call?.headers['transfer-encoding']).toBeUndefined();
  });

  test('asks for ten records unless told, and leaves empty filters out', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(null));
    const { client } = makeClient(url);
    await client.page({ statuses: [], url: 'https://instant.pe/AB12CD' }, 1);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      filters: {},
      pagination: { pageNumber: '1', recordsPerPage: '10' },
    });
  });

  test('tracks by path alone, without a body', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(TRACKED));
    await makeClient(url).client.track(` ${LINK_ID.toUpperCase()} `);
    expect(seen[0]).toMatchObject({ url: `/payments/payout/link/track/${LINK_ID}`, body: '' });
  });

  test('asks for an AePS transaction with source ORDER, and for no other', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(null));
    const { client } = makeClient(url);
    await client.transaction({ externalRef: ' REF ', date: '2026-11-20', aeps: true });
    await client.transaction({ externalRef: 'REF', date: '2026-11-20', aeps: false });
    expect(seen.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { transactionDate: '2026-11-20', externalRef: 'REF', source: 'ORDER' },
      { transactionDate: '2026-11-20', externalRef: 'REF' },
    ]);
  });

  test('keeps the path of the base address', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(TRACKED));
    await makeClient(`${url}/proxy/`).client.track(LINK_ID);
    expect(seen[0]?.url).toBe(`/proxy/payments/payout/link/track/${LINK_ID}`);
  });
});

test('each operation has its name, for metrics and logs, and the method that is published', () => {
  const named = [
    trackRequest(LINK_ID),
    listRequest({}, 1, 10),
    writeRequest('notify', LINK_ID),
    writeRequest('cancel', LINK_ID),
    transactionRequest(QUERY),
  ].map(({ operation, method }) => [operation, method]);
  expect(named).toEqual([
    ['track', 'GET'],
    ['list', 'GET'],
    ['notify', 'POST'],
    ['cancel', 'POST'],
    ['transaction', 'POST'],
  ]);
});

describe('the credentials go nowhere else', () => {
  test('follows no redirect', async () => {
    const elsewhere = await serveJson(() => envelopeOf(TRACKED));
    const { url } = await serve((_seen, _request, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    const { client } = makeClient(url);
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ kind: 'http', httpStatus: 307 });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'unknown' });
    expect(elsewhere.seen).toEqual([]);
  });

  test('uses no proxy of the environment', async () => {
    const proxy = await serveJson(() => envelopeOf(TRACKED));
    const { url, seen } = await serveJson(() => envelopeOf(TRACKED));
    const before = { ...process.env };
    Object.assign(process.env, { http_proxy: proxy.url, HTTP_PROXY: proxy.url, no_proxy: '', NO_PROXY: '' });
    try {
      await makeClient(url).client.track(LINK_ID);
    } finally {
      process.env = before;
    }
    expect(proxy.seen).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['http to another machine', { baseUrl: 'http://api.instantpay.in' }],
    ['no address', { baseUrl: 'api.instantpay.in' }],
    ['credentials in the address', { baseUrl: 'https://user:pass@api.instantpay.in' }],
    ['a user in the address', { baseUrl: 'https://user@api.instantpay.in' }],
    ['another scheme', { baseUrl: 'ftp://127.0.0.1' }],
    ['a line break in the secret', { clientSecret: 'top\nsecret-canary' }],
    ['no client id', { clientId: '' }],
    ['no endpoint IP', { endpointIp: ' ' }],
    ['no time at all', { timeoutMs: 0 }],
    ['half a page', { recordsPerPage: 0.5 }],
  ])('refuses at once: %s', (_what, wrong) => {
    const given = { baseUrl: 'https://api.instantpay.in', clientId: 'a', clientSecret: 'b', endpointIp: 'c' };
    const create = () => createInstantPayClient({ ...given, ...wrong });
    expect(create).toThrow(TypeError);
    expect(create).not.toThrow(/canary|pass/);
  });

  test('takes https anywhere and http on this machine', () => {
    const rest = { clientId: 'a', clientSecret: 'b', endpointIp: 'c' };
    for (const baseUrl of [
      'https://api.instantpay.in',
      'http://localhost:1',
      'http://[::1]:1',
      'http://127.0.0.2',
    ]) {
      expect(() => createInstantPayClient({ ...rest, baseUrl }).close()).not.toThrow();
    }
  });
});

describe('what is refused before any call', () => {
  test('is everything but 24 hex digits as a link id (R18)', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(TRACKED));
    const { client, events } = makeClient(url);
    for (const linkId of [
      '',
      'abc',
      `${LINK_ID}0`,
      '../../../reports/x?a=b#c',
      `${LINK_ID.slice(1)}g`,
      `${LINK_ID}/..`,
    ]) {
      expect(await rejection(client.track(linkId))).toMatchObject({ kind: 'invalid', sent: false });
      expect(await rejection(client.page({ linkId }, 1))).toMatchObject({ kind: 'invalid' });
      expect(await client.cancel(linkId)).toMatchObject({ kind: 'refused' });
      expect(await client.notify(linkId)).toMatchObject({ kind: 'refused' });
    }
    expect(seen).toEqual([]);
    expect(events).toEqual([]);
  });

  test('is a reference that is none, and a date that is none (R14)', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(null));
    const { client } = makeClient(url);
    for (const [externalRef, date] of [
      ['NA', '2026-11-20'],
      [' na ', '2026-11-20'],
      ['', '2026-11-20'],
      ['REF', '20-11-2026'],
      ['REF', '2026-11-20T10:00'],
      ['REF', '12026-11-20'],
    ] as const) {
      expect(await client.transaction({ externalRef, date, aeps: false })).toMatchObject({
        query: 'not_sent',
        outcome: 'unknown',
      });
    }
    expect(seen).toEqual([]);
  });

  test.each([
    ['transaction', /externalRef/, () => transactionRequest({ ...QUERY, externalRef: 'NA' })],
    ['transaction', /2026-11-20/, () => transactionRequest({ ...QUERY, date: '20/11' })],
    ['cancel', /24 hex digits/, () => writeRequest('cancel', 'abc')],
  ] as const)('is refused as a %s, with what is expected: %s', (operation, message, build) => {
    expect(build).toThrow(InstantPayError);
    expect(build).toThrow(expect.objectContaining({ kind: 'invalid', operation }));
    expect(build).toThrow(message);
  });

  test.each([{ contact: '   ' }, { url: 'https://instant.pe/' }, { url: 'no link' }])(
    'is a filter that would be no filter: %j',
    async (filter) => {
      const { url, seen } = await serveJson(() => envelopeOf(null));
      const { client } = makeClient(url);
      expect(await rejection(client.page(filter, 1))).toMatchObject({ kind: 'invalid' });
      expect(await rejection(client.links(filter).next())).toMatchObject({ kind: 'invalid' });
      expect(seen).toEqual([]);
    },
  );

  test('is a page before the first', async () => {
    const { client } = makeClient('http://127.0.0.1:1');
    expect(await rejection(client.page({}, 0))).toMatchObject({ kind: 'invalid' });
  });
});

describe('connections', () => {
  test('are kept alive between reads, new for each write, and gone after close', async () => {
    const ports: (number | undefined)[] = [];
    let open = 0;
    const { url, server } = await serve((_seen, request, response) => {
      ports.push(request.socket.remotePort);
      response.end(JSON.stringify(envelopeOf(TRACKED)));
    });
    server.on('connection', (socket) => {
      open += 1;
      socket.on('close', () => (open -= 1));
    });
    const { client } = makeClient(url);
    await client.track(LINK_ID);
    await client.track(LINK_ID);
    await client.cancel(LINK_ID);
    await client.cancel(LINK_ID);
    expect(ports[0]).toBe(ports[1]);
    expect(new Set(ports).size).toBe(3);

    expect(open).toBeGreaterThan(0);
    client.close();
    await vi.waitFor(() => expect(open).toBe(0));
  });
});
