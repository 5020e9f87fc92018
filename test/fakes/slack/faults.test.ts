/** Owns what goes wrong on purpose, as Slack's own client meets it, and the record of every call. */

import { LogLevel, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';

let slack: LocalSlack;
let client: WebClient;

beforeEach(async () => {
  slack = await startSlack();
  client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
});

afterEach(async () => {
  await slack.close();
});

const say = (text: string): Promise<unknown> =>
  client.apiCall('chat.postMessage', { channel: 'C0PAYOUTS', text });
const texts = (): string[] => slack.messages('C0PAYOUTS').map(({ text }) => text);

test('an error code, as often as asked for', async () => {
  slack.faults.set('chat.postMessage', { kind: 'error', error: 'is_archived' }, 2);
  await expect(say('one')).rejects.toMatchObject({ data: { error: 'is_archived' } });
  await expect(say('two')).rejects.toMatchObject({ data: { error: 'is_archived' } });
  await say('three');
  expect(texts()).toEqual(['three']);
});

test('until cleared, for one method or for all', async () => {
  slack.faults.set('*', { kind: 'error', error: 'invalid_auth' });
  await expect(client.auth.test()).rejects.toMatchObject({ data: { error: 'invalid_auth' } });
  await expect(say('one')).rejects.toMatchObject({ data: { error: 'invalid_auth' } });
  slack.faults.clear();
  await say('two');
  expect(texts()).toEqual(['two']);
});

test('429 with Retry-After', async () => {
  slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 7 }, 1);
  await expect(say('one')).rejects.toMatchObject({ retryAfter: 7 });
});

test('500, and a dropped connection: nothing was posted', async () => {
  slack.faults.set('chat.postMessage', { kind: 'status', status: 500 }, 1);
  slack.faults.set('chat.postMessage', { kind: 'drop' }, 1);
  await expect(say('one')).rejects.toMatchObject({ statusCode: 500 });
  await expect(say('two')).rejects.toThrow();
  expect(texts()).toEqual([]);
});

test('a lost answer: it was posted, and the app does not know', async () => {
  slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await expect(say('one')).rejects.toThrow();
  expect(texts()).toEqual(['one']);
  expect(slack.calls).toMatchObject([
    { method: 'chat.postMessage', status: undefined, answer: { ok: true } },
  ]);
});

test('a call that hangs is let go when cleared', async () => {
  slack.faults.set('chat.postMessage', { kind: 'hang' }, 1);
  let ended = false;
  const hanging = say('one').finally(() => {
    ended = true;
  });
  await slack.waitFor(() => slack.callsTo('chat.postMessage').length === 1);
  await say('two');
  expect(ended).toBe(false);
  slack.faults.clear('chat.postMessage');
  await expect(hanging).rejects.toThrow();
  expect(texts()).toEqual(['two']);
});

test('a held call goes through once cleared, after what came later', async () => {
  slack.faults.set('chat.postMessage', { kind: 'hold' }, 1);
  const held = say('one');
  await slack.waitFor(() => slack.callsTo('chat.postMessage').length === 1);
  await say('two');
  slack.faults.clear('chat.postMessage');
  await held;
  expect(texts()).toEqual(['two', 'one']);
});

test('a slow call goes through, after what came later', async () => {
  slack.faults.set('chat.postMessage', { kind: 'delay', delayMs: 100 }, 1);
  const slow = say('one');
  await slack.waitFor(() => slack.callsTo('chat.postMessage').length === 1);
  await say('two');
  await slow;
  expect(texts()).toEqual(['two', 'one']);
});

test('every call is kept in order, with what it was answered', async () => {
  await say('one');
  await client.users.info({ user: 'U0NOBODY' }).catch(() => {});
  expect(slack.calls).toMatchObject([
    { method: 'chat.postMessage', body: { text: 'one' }, status: 200, answer: { ok: true } },
    { method: 'users.info', body: { user: 'U0NOBODY' }, answer: { ok: false, error: 'user_not_found' } },
  ]);
});

test('whoever watches is called back, until they stop', async () => {
  let changes = 0;
  const stop = slack.onChange(() => {
    changes += 1;
  });
  await say('one');
  const seen = changes;
  expect(seen).toBeGreaterThan(0);
  stop();
  await say('two');
  expect(changes).toBe(seen);
});

test('waiting in vain says what was awaited', async () => {
  const wait = { what: 'a card', withinMs: 1 };
  await expect(slack.message('C0PAYOUTS', () => true, wait)).rejects.toThrow('not within 1 ms: a card');
});
