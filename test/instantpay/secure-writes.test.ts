/**
 * Owns R9 on the wire that production uses: whether anything was sent decides whether a write may go out again, so each way a
 * connection can end is met over plain TCP and over TLS, on new and on kept-alive sockets.
 */

import { describe, expect, test } from 'vitest';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import { createTransport } from '../../src/instantpay/transport.ts';
import { answerWith, type Behaviour, type Peer, type Scheme, serveRaw } from './secure.ts';
import { envelopeOf, LINK_ID, makeClient, rejection } from './setup.ts';

const SCHEMES: readonly Scheme[] = ['http', 'https'];
const WHOLE = answerWith(envelopeOf(null));
const HALF = WHOLE.slice(0, WHOLE.length - 40);

/** What may have been sent: one request at most, and the outcome is unknown. */
const AFTER_OPENING: [string, Behaviour, number][] = [
  ['closed before anything was read', { onOpen: (peer) => peer.socket.destroy() }, 0],
  ['silence, nothing read', { onOpen: (peer) => peer.socket.pause() }, 0],
  ['reset after the request', { onRequest: (peer) => peer.reset() }, 1],
  ['closed after the request', { onRequest: (peer) => peer.socket.end() }, 1],
  ['silence after the request', {}, 1],
  ['half a status line', { onRequest: (peer) => peer.socket.end('HTTP/1.1 20') }, 1],
  ['half an answer, then a reset', { onRequest: (peer) => peer.socket.write(HALF, () => peer.reset()) }, 1],
  ['half an answer, then closed', { onRequest: (peer) => peer.socket.end(HALF) }, 1],
  ['half an answer, then silence', { onRequest: (peer) => void peer.socket.write(HALF) }, 1],
];

describe.each(SCHEMES)('a write over %s', (scheme) => {
  test('is done by a whole answer, sent once', async () => {
    const server = await serveRaw(scheme, { onRequest: (peer) => void peer.socket.write(WHOLE) });
    const { client } = makeClient(server.url, server.trust);
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'done' });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toContain(`{"linkId":"${LINK_ID}"}`);
  });

  test.each(AFTER_OPENING)('%s: unknown, and never sent again', async (_, behaviour, arrived) => {
    const server = await serveRaw(scheme, behaviour);
    const { client, slept, attempts } = makeClient(server.url, { ...server.trust, timeoutMs: 250 });
    for (const operation of ['cancel', 'notify'] as const) {
      expect(await client[operation](LINK_ID)).toMatchObject({ kind: 'unknown' });
    }
    // One attempt each.
    expect(attempts()).toHaveLength(2);
    expect(server.connections).toBe(2);
    expect(server.requests).toHaveLength(2 * arrived);
    expect(slept).toEqual([]);
  });

  test('takes no kept-alive socket, whose end nobody would have noticed', async () => {
    const server = await serveRaw(scheme, {
      onRequest: (peer, count) =>
        count === 1
          ? void peer.socket.write(answerWith(envelopeOf({ status: 'ISSUED', amount: 1 })))
          : peer.reset(),
    });
    const { client } = makeClient(server.url, server.trust);
    expect(await client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'unknown' });
    expect(server.connections).toBe(2);
    expect(server.requests).toHaveLength(2);
  });
});

test('a reset right after the handshake: unknown, since the request may have gone out with it', async () => {
  const server = await serveRaw('https', { onOpen: (peer) => peer.reset() });
  const { client, attempts } = makeClient(server.url, server.trust);
  expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'unknown' });
  expect(attempts()).toHaveLength(1);
  expect(server.connections).toBe(1);
});

describe('before the connection is open nothing was sent, and it is tried again', () => {
  test.each([
    ['a reset in the handshake', (peer) => peer.reset()],
    ['an end in the handshake', (peer) => peer.socket.destroy()],
    ['silence in the handshake', (peer) => peer.socket.pause()],
  ] satisfies [string, NonNullable<Behaviour['onConnection']>][])('%s', async (_, onConnection) => {
    const server = await serveRaw('https', { onConnection });
    const { client, attempts } = makeClient(server.url, { ...server.trust, timeoutMs: 150 });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'not_sent' });
    expect(server.requests).toEqual([]);
    expect(attempts().length).toBeGreaterThan(1);
  });

  test('a certificate that nobody vouches for: the credentials are not sent', async () => {
    const server = await serveRaw('https', { onRequest: (peer) => void peer.socket.write(WHOLE) });
    const { client, slept } = makeClient(server.url);
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'not_sent' });
    expect(server.requests).toEqual([]);
    expect(slept).toHaveLength(2);
  });

  test('goes through once when the handshake succeeds at last', async () => {
    let tries = 0;
    const server = await serveRaw('https', {
      onConnection: (peer) => {
        tries += 1;
        if (tries < 3) peer.reset();
      },
      onRequest: (peer) => void peer.socket.write(WHOLE),
    });
    const { client } = makeClient(server.url, server.trust);
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'done' });
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(SCHEMES)('the transport over %s knows whether anything was sent', (scheme) => {
  const request = {
    operation: 'cancel',
    method: 'POST',
    path: '/x',
    body: '{}',
    freshConnection: false,
    deadlineMs: 250,
  } as const;
  const credentials = { clientId: 'id', clientSecret: 'secret', authCode: '1', endpointIp: '203.0.113.7' };

  test.each([
    ['reset', (peer) => peer.reset(), 'network'],
    ['silence', () => undefined, 'timeout'],
    ['half an answer', (peer) => peer.socket.end(HALF), 'network'],
  ] satisfies [string, (peer: Peer) => void, string][])(
    'on a kept-alive socket that ends in: %s',
    async (_, end, kind) => {
      const server = await serveRaw(scheme, {
        onRequest: (peer, count) => (count === 1 ? void peer.socket.write(WHOLE) : end(peer)),
      });
      const transport = createTransport(server.url, { ...credentials, ...server.trust }, () => 0);
      try {
        expect(await transport.send(request)).toMatchObject({ httpStatus: 200 });
        const error = await rejection(transport.send(request));
        expect(error).toBeInstanceOf(InstantPayError);
        expect(error).toMatchObject({ sent: true, kind });
        expect(server.connections).toBe(1);
      } finally {
        transport.close();
      }
    },
  );
});
