/** Owns the deadline of a cancel call: nothing leaves after it, neither at first nor while connecting nor in a retry. */

import { expect, test } from 'vitest';
import { deadPort, envelopeOf, LINK_ID, makeClient, serveJson, serveSocket } from './setup.ts';
import { NOT_REACHED_IN_TIME } from '../../src/instantpay/errors.ts';

const BEFORE = 1_000;
const MISSED = { kind: 'not_sent', message: NOT_REACHED_IN_TIME };
const ok = () => serveJson(() => envelopeOf(null, { statuscode: 'TXN', status: 'Done' }));

test('leaves while there is time', async () => {
  const { url, seen } = await ok();
  const { client } = makeClient(url, { now: () => BEFORE - 1 });
  expect(await client.cancel(LINK_ID, BEFORE)).toMatchObject({ kind: 'done' });
  expect(seen).toHaveLength(1);
});

test('opens no connection when it is too late', async () => {
  let connections = 0;
  const { port } = await serveSocket(() => (connections += 1));
  const { client, attempts } = makeClient(`http://127.0.0.1:${port}`, { now: () => BEFORE });
  expect(await client.cancel(LINK_ID, BEFORE)).toMatchObject(MISSED);
  expect(connections).toBe(0);
  expect(attempts()).toEqual(['timeout']);
});

test('sends nothing when it becomes too late while it connects, as in a frozen process', async () => {
  const { url, seen } = await ok();
  let now = 0;
  const { client, attempts } = makeClient(url, { now: () => now });
  const answer = client.cancel(LINK_ID, BEFORE);
  now = BEFORE;
  expect(await answer).toMatchObject(MISSED);
  // Another call has been answered since, so what had been sent would have arrived.
  now = 0;
  expect(await client.cancel(LINK_ID, BEFORE)).toMatchObject({ kind: 'done' });
  expect(seen).toHaveLength(1);
  expect(attempts()).toEqual(['timeout', 'ok']);
});

test('makes no further attempt from then on', async () => {
  const port = await deadPort();
  let now = 0;
  const { client, attempts } = makeClient(`http://127.0.0.1:${port}`, {
    now: () => now,
    sleep: async () => {
      now += BEFORE / 2;
    },
  });
  expect(await client.cancel(LINK_ID, BEFORE)).toMatchObject(MISSED);
  expect(attempts()).toEqual(['network', 'network', 'timeout']);
});

test('an answer that comes later still counts', async () => {
  let now = 0;
  const { url } = await serveJson(() => {
    now = 2 * BEFORE;
    return envelopeOf(null, { statuscode: 'TXN', status: 'Done' });
  });
  const { client } = makeClient(url, { now: () => now });
  expect(await client.cancel(LINK_ID, BEFORE)).toMatchObject({ kind: 'done' });
});
