/** Owns sending one operation's requests: answers of the list are read one a turn of the event loop, all others at once. */

import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listener } from '../../src/instantpay/events.ts';
import { readOptions } from '../../src/instantpay/options.ts';
import { listRequest, trackRequest } from '../../src/instantpay/requests.ts';
import { createSend } from '../../src/instantpay/send.ts';

const TOGETHER = 5;

/** More turns than the answers need. */
const MORE_TURNS = 50;

/** Over a transport that always answers the same; `onAttempt` is told of each answer that was read. */
function sender(httpStatus: number, onAttempt: () => void) {
  return createSend(
    readOptions({
      baseUrl: 'http://127.0.0.1:1',
      clientId: 'id',
      clientSecret: 'secret',
      authCode: '1',
      endpointIp: '127.0.0.1',
    }),
    {
      send: async () => ({
        httpStatus,
        text: '{"statuscode":"TXN","status":"ok","data":{}}',
        retryAfterMs: undefined,
        elapsedMs: 1,
      }),
      close() {},
    },
    listener(({ type }) => {
      if (type === 'attempt') onAttempt();
    }),
    { run: (work) => work({ release: () => {}, take: async () => {} }), attempt: () => () => {} },
  );
}

/** In which turn of the event loop each of some answers that come together was read. */
async function turnsOf(operation: 'list' | 'track'): Promise<number[]> {
  let turn = 0;
  const turns: number[] = [];
  const send = sender(200, () => turns.push(turn));
  const request = operation === 'list' ? listRequest({}, 1, 100) : trackRequest('0'.repeat(24));
  const answers = Promise.all(Array.from({ length: TOGETHER }, () => send('read', request)));
  for (turn = 0; turn < MORE_TURNS; turn += 1) await setImmediate();
  await answers;
  return turns;
}

test('pages that come together are each read in a turn of their own', async () => {
  const turns = await turnsOf('list');
  expect(turns).toHaveLength(TOGETHER);
  expect(new Set(turns).size).toBe(TOGETHER);
});

test('any other answer is read at once', async () => {
  expect(await turnsOf('track')).toEqual(Array(TOGETHER).fill(0));
});

test.each([
  [199, ['taken', 'read']],
  [200, ['taken', 'released', 'read']],
  [299, ['taken', 'released', 'read']],
  [300, ['taken', 'read']],
  [503, ['taken', 'read']],
])(
  'an answer with HTTP status %d: %j; the next page may leave while a whole one is read',
  async (status, wanted) => {
    const happened: string[] = [];
    const send = sender(status, () => happened.push('read'));
    const place = {
      take: async () => void happened.push('taken'),
      release: () => void happened.push('released'),
    };
    await send('once', { ...listRequest({}, 1, 100), place }).catch(() => undefined);
    expect(happened).toEqual(wanted);
  },
);
