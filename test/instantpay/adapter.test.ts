/** Owns what comes back over Node's own client: compressed answers, what breaks off, and what stays on a kept connection. */

import { getEventListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { AxiosHeaders } from 'axios';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAdapter, addressOf } from '../../src/instantpay/adapter.ts';
import { envelopeOf, LINK_ID, makeClient, rejection, serve } from './setup.ts';

const TRACKED = { status: 'ISSUED', amount: 10, linkActivity: [] };
const ANSWER = Buffer.from(JSON.stringify(envelopeOf(TRACKED)));
const MAX_BYTES = 10 * 1024 * 1024;

const PACKED = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const;

/** Answers every call with these bytes, as what is packed so. */
function servePacked(encoding: string, bytes: Buffer, status = 200) {
  return serve((_seen, _request, response) => {
    response.writeHead(status, { 'content-encoding': encoding, 'content-length': bytes.length }).end(bytes);
  });
}

describe.each(PACKED)('an answer in %s', (encoding, pack) => {
  test('is read, over one connection', async () => {
    const packed = pack(ANSWER);
    const ports = new Set<number | undefined>();
    const { url, seen } = await serve((_seen, request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': packed.length }).end(packed);
    });
    const { client } = makeClient(url);
    for (let call = 0; call < 3; call += 1)
      expect(await client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip, br');
    expect(ports.size).toBe(1);
  });

  test('is read when it comes byte by byte, in chunks', async () => {
    const packed = pack(ANSWER);
    const { url } = await serve((_seen, _request, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      Readable.from(Array.from(packed, (byte) => Buffer.from([byte]))).pipe(response);
    });
    expect(await makeClient(url).client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
  });

  test.each([
    ['not what it says', (packed: Buffer) => Buffer.from(`x${packed.toString('latin1')}`)],
    ['cut short', (packed: Buffer) => packed.subarray(0, packed.length - 12)],
    ['damaged', (packed: Buffer) => Buffer.concat([packed.subarray(0, 20), Buffer.alloc(40, 0xff)])],
  ])('that is %s is a failure, and of a cancellation not confirmed', async (_what, spoil) => {
    const { url, seen } = await servePacked(encoding, spoil(pack(ANSWER)));
    const { client } = makeClient(url);
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ kind: 'network', sent: true });
    const before = seen.length;
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'unknown' });
    expect(seen).toHaveLength(before + 1);
  });

  test('that breaks off is a failure', async () => {
    const packed = pack(ANSWER);
    const { url } = await serve((_seen, request, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': packed.length });
      response.write(packed.subarray(0, 20), () => request.socket.resetAndDestroy());
    });
    expect(await rejection(makeClient(url).client.track(LINK_ID))).toMatchObject({
      kind: 'network',
      sent: true,
    });
  });

  test('that stalls half way ends with its time', async () => {
    const packed = pack(ANSWER);
    const { url } = await serve((_seen, _request, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': packed.length });
      response.write(packed.subarray(0, 20));
    });
    const { client } = makeClient(url, { timeoutMs: 100 });
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ kind: 'timeout', sent: true });
  });

  test('counts as large as it is once it is unpacked', async () => {
    const large = Buffer.alloc(MAX_BYTES + 1, 0x20);
    ANSWER.copy(large);
    const packed = pack(large);
    expect(packed.length).toBeLessThan(MAX_BYTES / 100);
    const { url } = await servePacked(encoding, packed);
    expect(await rejection(makeClient(url).client.track(LINK_ID))).toMatchObject({
      kind: 'unreadable',
      reason: 'too_large',
    });
    const fits = await servePacked(encoding, pack(large.subarray(0, MAX_BYTES)));
    expect(await makeClient(fits.url).client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
  });
});

test('an empty answer keeps its HTTP status, whatever it says it is packed in', async () => {
  const { url } = await servePacked('gzip', Buffer.alloc(0), 401);
  expect(await rejection(makeClient(url).client.track(LINK_ID))).toMatchObject({
    kind: 'http',
    httpStatus: 401,
  });
});

/** One call by the adapter alone, over connections of this test. */
function makeCalls(url: string) {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent() };
  onTestFinished(() => agents.http.destroy());
  const call = (signal: AbortSignal) =>
    createAdapter(
      addressOf(url),
      agents,
      { sent: false, tooLate: () => false },
      { headers: {}, body: undefined, signal },
    )({ method: 'get', headers: new AxiosHeaders() });
  return { agents, call };
}

test.each(['identity', 'gzip'])(
  'a kept connection has no more listeners after 100 calls than after one, nor has the signal (%s)',
  async (encoding) => {
    const { url } = await servePacked(encoding, encoding === 'gzip' ? gzipSync(ANSWER) : ANSWER);
    const { agents, call } = makeCalls(url);
    const { signal } = new AbortController();
    const listeners = async () => {
      expect(await text((await call(signal)).data)).toBe(ANSWER.toString());
      await vi.waitFor(() => expect(Object.values(agents.http.freeSockets).flat()).toHaveLength(1));
      const [socket] = Object.values(agents.http.freeSockets).flat();
      const counts = socket?.eventNames().map((name) => [String(name), socket.listenerCount(name)]);
      return { socket, counts, onSignal: getEventListeners(signal, 'abort').length };
    };
    const first = await listeners();
    for (let done = 0; done < 98; done += 1) await listeners();
    const last = await listeners();
    expect(last.socket).toBe(first.socket);
    expect(last.counts).toEqual(first.counts);
    expect([first.onSignal, last.onSignal]).toEqual([0, 0]);
  },
);

test.each(['identity', 'gzip', 'br'])('its signal breaks off a body that is read (%s)', async (encoding) => {
  const { url, seen } = await serve((_seen, _request, response) => {
    response.writeHead(200, { 'content-encoding': encoding, 'content-length': 1_000 });
    response.write(gzipSync(ANSWER).subarray(0, 4));
  });
  const { agents, call } = makeCalls(url);
  const stop = new AbortController();
  const answer = await call(stop.signal);
  const read = rejection(text(answer.data));
  stop.abort();
  expect(await read).toBeInstanceOf(Error);
  await vi.waitFor(() => expect(Object.values(agents.http.sockets).flat()).toEqual([]));
  expect(Object.values(agents.http.freeSockets).flat()).toEqual([]);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  expect(seen).toHaveLength(1);
});

test('one that is broken off before it is read does not end the process', async () => {
  const { url } = await serve((_seen, _request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync('x').subarray(0, 5));
  });
  const agents = { http: new http.Agent(), https: new https.Agent() };
  const controller = new AbortController();
  const uncaught = vi.fn<(error: Error) => void>();
  process.prependListener('uncaughtException', uncaught);
  onTestFinished(() => void process.off('uncaughtException', uncaught));
  const outgoing = { headers: {}, body: undefined, signal: controller.signal };
  const adapter = createAdapter(addressOf(url), agents, { sent: false, tooLate: () => false }, outgoing);
  const { data } = await adapter({ headers: new AxiosHeaders() });
  const closed = new Promise((resolve) => data.once('close', resolve));
  controller.abort();
  await closed;
  await new Promise(setImmediate);
  expect(uncaught).not.toHaveBeenCalled();
});
