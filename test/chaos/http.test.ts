/** Owns HTTP that somebody abuses: a body over the limit is refused, and idle sockets keep nobody's command waiting. */

import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Replica, startReplica } from './replica.ts';
import { percentile, report, size } from './size.ts';
import { openStage, read, type Stage } from './stage.ts';

let stage: Stage;
let replica: Replica;
afterEach(async () => {
  await replica.stop();
  await stage.close();
});

const IDLE = size(200, 1_000);

test(`${IDLE} sockets that say nothing, or say half of something: commands are acknowledged all the same`, async () => {
  stage = await openStage();
  replica = await startReplica({ settings: stage.settings });
  stage.deliverTo(replica.url);
  const port = Number(new URL(replica.url).port);
  const beginnings = [
    '',
    'POST /slack/ev',
    'POST /slack/events HTTP/1.1\r\nHost: desk\r\nContent-Length: 900\r\n\r\npay',
  ];
  const sockets = await Promise.all(
    Array.from({ length: IDLE }, async (_, index) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(beginnings[index % beginnings.length] ?? '');
      return socket;
    }),
  );
  const open = (): number => sockets.filter((socket: Socket) => !socket.destroyed).length;
  expect(open()).toBe(IDLE);
  const times: number[] = [];
  for (let index = 0; index < size(20, 200); index += 1) {
    const sent = await stage.people.operator.command('/payout', 'help');
    expect(sent.ack.acknowledged).toBe(true);
    expect(read(await sent.answer())).toContain('Payout Desk');
    times.push(sent.ack.afterMs);
  }
  expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
  report('idle sockets', {
    sockets: IDLE,
    'still open at the end': open(),
    'ack p50 ms': percentile(times, 0.5),
    'ack p99 ms': percentile(times, 0.99),
  });
  for (const socket of sockets) socket.destroy();
});

test('a body over the limit is refused with 413, signed or not, however it is sent', async () => {
  stage = await openStage();
  replica = await startReplica({ settings: stage.settings });
  stage.deliverTo(replica.url);
  const body = `text=${'x'.repeat(1_500_000)}`;
  const post = async (sent: string | ReadableStream, signedBody: string): Promise<number> => {
    const timestamp = Math.floor(Date.now() / 1_000);
    const digest = createHmac('sha256', stage.slack.signingSecret)
      .update(`v0:${timestamp}:${signedBody}`)
      .digest('hex');
    const response = await fetch(`${replica.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': `v0=${digest}`,
      },
      body: sent,
      duplex: 'half',
    });
    return response.status;
  };
  expect(await post(body, body)).toBe(413);
  expect(await post(body, 'another body')).toBe(413);
  // Without a Content-Length to judge by.
  const chunks = (): ReadableStream =>
    new ReadableStream({
      start(controller) {
        for (let index = 0; index < 15; index += 1)
          controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)));
        controller.close();
      },
    });
  expect(await post(chunks(), body)).toBe(413);
  expect((await stage.people.operator.command('/payout', 'help')).ack.acknowledged).toBe(true);
});
