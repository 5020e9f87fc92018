/** Owns how Slack's refusals and lost answers come out of the clients: one class, Slack's own word, and its Retry-After. */

import { createServer, type RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LocalSlack, startSlack } from '../../demo/slack/slack.ts';
import { createLog } from '../../src/log.ts';
import { createClients, createPost, type Post } from '../../src/slack/post.ts';

let slack: LocalSlack;
let post: Post;
beforeAll(async () => {
  slack = await startSlack();
  post = createPost(createClients(slack.botToken, slack.apiUrl));
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
  const logged = createPost(createClients(slack.botToken, slack.apiUrl), log);
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
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const elsewhere = createPost(createClients(slack.botToken, `http://127.0.0.1:${address.port}/api/`));
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
