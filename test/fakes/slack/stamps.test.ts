/** Owns the stamps of messages on another clock: what is posted and read has them. */

import { afterEach, expect, test } from 'vitest';
import { type LocalSlack, startSlack } from '../../../fakes/slack/slack.ts';
import { stampsBy } from '../../../fakes/slack/stamps.ts';

let slack: LocalSlack | undefined;
afterEach(() => slack?.close());

const START = Date.parse('2031-01-06T04:30:00Z');

async function call(method: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${slack?.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack?.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return Object(await answer.json());
}

test('what is posted, answered below and read again is stamped by the clock', async () => {
  let now = START;
  slack = await startSlack({ now: () => now, stampsByNow: true });
  const channel = slack.channels.payouts.id;
  const first = await call('chat.postMessage', { channel, text: 'first' });
  expect(first.ts).toMatch(new RegExp(`^${START / 1_000}\\.\\d{6}$`));
  now += 86_400_000;
  const reply = await call('chat.postMessage', { channel, text: 'reply', thread_ts: first.ts });
  expect(reply).toMatchObject({ ok: true, message: { thread_ts: first.ts } });
  expect(slack.messages(channel).map(({ ts }) => ts)).toEqual([first.ts, reply.ts]);
  const edited = await call('chat.update', { channel, ts: first.ts, text: 'edited' });
  expect(edited).toMatchObject({ ok: true, ts: first.ts });
  const second = await call('chat.postMessage', { channel, text: 'second' });
  const { messages } = await call('conversations.history', { channel });
  expect(messages).toMatchObject([
    { ts: second.ts, text: 'second' },
    { ts: first.ts, text: 'edited' },
  ]);
});

test('stamps go up, whichever side made them', () => {
  const stamps = stampsBy(() => START);
  const made = [
    stamps.mint(),
    stamps.toOurs({ ts: '1700000000.000001' }).ts,
    stamps.mint(),
    stamps.toOurs({ ts: '1700000000.000002' }).ts,
  ];
  expect(made.map(Number)).toEqual(made.map(Number).toSorted((one, other) => one - other));
  expect(new Set(made).size).toBe(4);
  expect(stamps.toTheirs({ ts: made[1], text: 'x' })).toEqual({ ts: '1700000000.000001', text: 'x' });
});
