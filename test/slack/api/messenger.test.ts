/** Owns how Slack's refusals and lost answers come out of the clients: one class, Slack's own word, and its Retry-After. */

import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalSlack, startSlack } from '../../../fakes/slack/slack.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import type { Mark } from '../../../src/slack/api/find-own.ts';
import { createLog } from '../../../src/log.ts';
import { createMessenger, type Messenger } from '../../../src/slack/api/messenger.ts';
import { createClients } from '../../../src/slack/api/client.ts';

let slack: LocalSlack;
let post: Messenger;
let now = 0;
beforeAll(async () => {
  slack = await startSlack();
});
// A pause that Slack asked for would reach into the next test.
beforeEach(() => {
  now = 0;
  post = createMessenger(createClients(slack.botToken, slack.apiUrl), { clock: () => now });
});
afterEach(() => slack.faults.clear());
afterAll(() => slack.close());

const MESSAGE = { text: 'a card', blocks: [] };
const channel = 'C0PAYOUTS';

test('429: Slack’s word and its Retry-After in milliseconds', async () => {
  slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 30 }, 1);
  await expect(post.message(channel, MESSAGE)).rejects.toMatchObject({
    code: 'ratelimited',
    retryAfterMs: 30_000,
    answerLost: false,
  });
});

const section = (length: number) => ({
  type: 'section' as const,
  text: { type: 'plain_text' as const, text: 'x'.repeat(length) },
});

test('refused for its size: the short form stands instead, at once, and the same one is not sent again', async () => {
  const lines: string[] = [];
  const log = createLog('trace', [], { write: (line) => lines.push(line) });
  const logged = createMessenger(createClients(slack.botToken, slack.apiUrl), { clock: () => now, log });
  const tooLong = { text: 'Digest: 12 links', blocks: Array.from({ length: 8 }, () => section(1_800)) };
  const before = slack.callsTo('chat.postMessage').length;
  const at = await logged.message(channel, tooLong);
  const shown = () => slack.allMessages.find(({ ts }) => ts === at.ts);
  expect(shown()?.text).toBe('Digest: 12 links');
  expect(JSON.stringify(shown()?.blocks)).toContain('Digest: 12 links');
  expect(slack.callsTo('chat.postMessage')).toHaveLength(before + 2);
  expect(lines.join()).toContain('msg_blocks_too_long');
  await logged.update(at, { text: 'now', blocks: [section(10)] });
  await logged.update(at, tooLong);
  expect(shown()?.text).toBe('Digest: 12 links');
  expect(shown()?.blocks).toHaveLength(2);
});

test.each(['msg_blocks_too_long', 'invalid_blocks'])(
  '%s again: it is a failure, not a loop',
  async (error) => {
    slack.faults.set('chat.postMessage', { kind: 'error', error });
    const before = slack.callsTo('chat.postMessage').length;
    await expect(post.message(channel, MESSAGE)).rejects.toMatchObject({ code: error });
    expect(slack.callsTo('chat.postMessage')).toHaveLength(before + 2);
  },
);

test('429 on a response_url tells its Retry-After too', async () => {
  slack.faults.set('response_url', { kind: 'rate_limited', retryAfterS: 9 }, 1);
  const url = new URL('/commands/T0DESK/1/response', slack.apiUrl).href;
  await expect(post.reply(url, MESSAGE)).rejects.toMatchObject({ code: 'ratelimited', retryAfterMs: 9_000 });
});

test('one rate-limited call holds up no other call of the same client', async () => {
  const { web, once, fast, directory } = createClients(slack.botToken, slack.apiUrl);
  for (const client of [web, once, fast, directory]) {
    slack.faults.set('usergroups.users.list', { kind: 'rate_limited', retryAfterS: 600 }, 1);
    await expect(client.usergroups.users.list({ usergroup: 'S0APPROVERS' })).rejects.toThrow('rate-limit');
    expect((await client.auth.test()).ok).toBe(true);
  }
});

test.each<[string, string, boolean, RequestListener]>([
  ['a proxy’s page', 'unreadable_answer', true, (_, response) => response.end('<html>Sign in</html>')],
  ['null', 'unreachable', true, (_, response) => response.end('null')],
  [
    'an answer that breaks off',
    'unreachable',
    true,
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"ok":', () => response.destroy());
    },
  ],
  ['429 that does not say how long', 'ratelimited', false, (_, response) => response.writeHead(429).end()],
])('%s is one failure like the others', async (_name, code, answerLost, answer) => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const elsewhere = createMessenger(createClients(slack.botToken, apiOf(server)), {
    clock: () => now,
  });
  try {
    await expect(elsewhere.message(channel, MESSAGE)).rejects.toMatchObject({
      name: 'SlackFailure',
      code,
      answerLost,
    });
  } finally {
    server.close();
  }
});

test('a channel that asks for a pause is left alone until it is over; others are not', async () => {
  const at = await post.message(channel, MESSAGE);
  for (const [method, again] of [
    ['chat.postMessage', () => post.message(channel, MESSAGE)],
    ['chat.update', () => post.update(at, MESSAGE)],
  ] as const) {
    const asked = (): number => slack.callsTo(method).length;
    slack.faults.set(method, { kind: 'rate_limited', retryAfterS: 30 }, 1);
    await expect(again()).rejects.toMatchObject({ retryAfterMs: 30_000 });
    const before = asked();
    now += 29_000;
    await expect(again()).rejects.toMatchObject({ code: 'ratelimited', retryAfterMs: 1_000 });
    expect(asked()).toBe(before);
    await post.message('C0DIGESTS', MESSAGE);
    now += 1_000;
    await again();
  }
});

test('a response_url is used five times, then Slack is not asked', async () => {
  const { operator } = slack.people;
  slack.deliverOver({
    deliver: async () => ({
      acknowledged: true,
      status: 200,
      body: '',
      headers: {},
      afterMs: 0,
      problem: undefined,
    }),
  });
  const { responseUrl = '' } = await operator.command('/payout', 'help');
  for (let use = 0; use < 5; use += 1) await post.reply(responseUrl, MESSAGE);
  const before = slack.callsTo('response_url').length;
  await expect(post.reply(responseUrl, MESSAGE)).rejects.toMatchObject({ code: 'response_url_used_up' });
  expect(slack.callsTo('response_url')).toHaveLength(before);
});

test('a token that is refused is told to whoever watches it', async () => {
  const refused: string[] = [];
  const watched = createMessenger(createClients('xoxb-revoked', slack.apiUrl), {
    clock: () => 0,
    onTokenRefused: (code) => refused.push(code),
  });
  await expect(watched.message(channel, MESSAGE)).rejects.toMatchObject({ code: 'invalid_auth' });
  expect(refused).toEqual(['invalid_auth']);
});

describe('the look-up of Payout Desk’s own message', () => {
  const mark = (id: string): Mark => ({ kind: 'digest', id });
  const find = (id: string) => post.findOwn('C0DIGESTS', HOUR_MS, mark(id));

  test('one that stands behind more than a page of others is found', async () => {
    const one = await post.message('C0DIGESTS', MESSAGE, { mark: mark('one') });
    await post.message('C0DIGESTS', MESSAGE, { mark: mark('two') });
    await post.message('C0DIGESTS', MESSAGE, { mark: { kind: 'card', id: 'one' } });
    await talk(210);
    expect(await find('one')).toEqual([one.ts]);
    expect(await find('none')).toEqual([]);
  });

  test('one that stands in a thread is found among its replies', async () => {
    const root = await post.message('C0DIGESTS', MESSAGE);
    const reply = await post.message('C0DIGESTS', MESSAGE, { mark: mark('reply'), threadTs: root.ts });
    expect(await post.findOwn('C0DIGESTS', HOUR_MS, mark('reply'), root.ts)).toEqual([reply.ts]);
    expect(await find('reply')).toEqual([]);
    expect(await post.findOwn('C0DIGESTS', HOUR_MS, mark('another'), root.ts)).toEqual([]);
  });

  test('a page that breaks off, or one that says there is more and not where, is no “nothing there”', async () => {
    slack.faults.set('conversations.history', { kind: 'status', status: 500 }, 9);
    expect(await find('none')).toBeUndefined();
    slack.faults.clear();
    const more = { ok: true, messages: [], has_more: true };
    const server = createServer((_, response) => response.end(JSON.stringify(more)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const elsewhere = createMessenger(createClients(slack.botToken, apiOf(server)), { clock: () => 0 });
    expect(await elsewhere.findOwn('C0DIGESTS', 0, mark('any'))).toBeUndefined();
    server.close();
  });

  test('the mark is what every version of Payout Desk leaves', async () => {
    await post.message('C0DIGESTS', MESSAGE, { mark: mark('one') });
    expect(slack.callsTo('chat.postMessage').at(-1)?.body['metadata']).toEqual({
      event_type: 'payout_desk_digest',
      event_payload: { id: 'one' },
    });
  });

  test('reads from an hour earlier on: Slack’s clock and ours may differ', async () => {
    await post.findOwn('C0DIGESTS', 3 * HOUR_MS, mark('one'));
    const asked = slack.callsTo('conversations.history').at(-1);
    expect(Number(asked?.body['oldest'])).toBe((2 * HOUR_MS) / 1_000);
  });

  /** Other people’s messages. */
  async function talk(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += 10)
      await Promise.all(Array.from({ length: 10 }, () => post.message('C0DIGESTS', MESSAGE)));
  }
});

function apiOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/api/`;
}

describe('a file', () => {
  const file = { name: 'list.csv', content: new Blob(['a,b\n1,2\n']) };
  const words = { title: 'A list', comment: '2 rows' };
  const shown = (fileId: string) =>
    slack.allMessages.filter(({ files }) => files.some(({ id }) => id === fileId));

  test('is shared only once it is there: in the thread, with its words', async () => {
    const root = await post.message(channel, MESSAGE);
    const fileId = await post.upload({ ...file, altText: 'a chart of two lines' });
    expect(shown(fileId)).toEqual([]);
    expect(await post.findFile(channel, 0, fileId, root.ts)).toBe(false);
    await post.shareFile(fileId, { channelId: channel, threadTs: root.ts }, words);
    expect(shown(fileId)).toMatchObject([
      {
        channel,
        threadTs: root.ts,
        text: '2 rows',
        files: [{ name: 'list.csv', title: 'A list', altText: 'a chart of two lines' }],
      },
    ]);
    expect(shown(fileId)[0]?.files[0]?.content.toString()).toBe('a,b\n1,2\n');
    expect(await post.findFile(channel, 0, fileId, root.ts)).toBe(true);
    expect(await post.findFile(channel, 0, 'F0ANOTHER', root.ts)).toBe(false);
  });

  test('of two million bytes arrives as it is', async () => {
    const content = 'अमृता,“₹1,23,456.78”\n'.repeat(60_000);
    const fileId = await post.upload({ name: 'long.csv', content: new Blob([content]) });
    await post.shareFile(fileId, { channelId: slack.people.operator.id }, words);
    const [message] = shown(fileId);
    expect(message?.channel).toBe(slack.people.operator.directMessages);
    expect(message?.files[0]?.content.equals(Buffer.from(content))).toBe(true);
  });

  test('whose bytes do not arrive is not shared, and that is certain', async () => {
    for (const fault of [{ kind: 'drop' }, { kind: 'status', status: 500 }] as const) {
      slack.faults.set('upload', fault, 1);
      await expect(post.upload(file)).rejects.toMatchObject({ name: 'SlackFailure', answerLost: false });
    }
    slack.faults.set('files.getUploadURLExternal', { kind: 'error', error: 'file_uploads_disabled' }, 1);
    await expect(post.upload(file)).rejects.toMatchObject({ code: 'file_uploads_disabled' });
  });

  test('whose bytes meet a rate limit holds up no other file', async () => {
    slack.faults.set('upload', { kind: 'status', status: 429 }, 1);
    await expect(post.upload(file)).rejects.toMatchObject({ code: 'ratelimited', answerLost: false });
    await post.upload(file);
  });

  test('whose sharing was answered by nobody is found, and Slack was asked once', async () => {
    const fileId = await post.upload(file);
    slack.faults.set('files.completeUploadExternal', { kind: 'lose_answer' }, 1);
    const before = slack.callsTo('files.completeUploadExternal').length;
    await expect(post.shareFile(fileId, { channelId: channel }, words)).rejects.toMatchObject({
      answerLost: true,
    });
    expect(slack.callsTo('files.completeUploadExternal')).toHaveLength(before + 1);
    expect(await post.findFile(channel, 0, fileId)).toBe(true);
    slack.faults.set('conversations.history', { kind: 'error', error: 'missing_scope' }, 1);
    expect(await post.findFile(channel, 0, fileId)).toBeUndefined();
  });

  test('the local Slack refuses bytes of another length than was told', async () => {
    const asked = await createClients(slack.botToken, slack.apiUrl).web.files.getUploadURLExternal({
      filename: 'a.csv',
      length: 5,
    });
    const sent = await fetch(asked.upload_url ?? '', { method: 'POST', body: 'abc' });
    expect(sent.status).toBe(400);
  });

  test('a pause that Slack asks for holds for the files of that channel alone', async () => {
    const fileId = await post.upload(file);
    slack.faults.set('files.completeUploadExternal', { kind: 'rate_limited', retryAfterS: 30 }, 1);
    const share = (channelId: string) => post.shareFile(fileId, { channelId }, words);
    await expect(share(channel)).rejects.toMatchObject({ retryAfterMs: 30_000 });
    await expect(share(channel)).rejects.toMatchObject({ retryAfterMs: 30_000 });
    await share('C0DIGESTS');
  });
});
