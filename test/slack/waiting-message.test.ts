/** Owns the message a person waits with: progress is shown now and then, and never in the place of the answer. */

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SlackFailure } from '../../src/slack/api/client.ts';
import type { Messenger } from '../../src/slack/api/messenger.ts';
import type { Message } from '../../src/slack/block-kit/blocks.ts';
import { notice } from '../../src/slack/views/notices.ts';
import { createWaitingMessage } from '../../src/slack/waiting-message.ts';
import { createLog } from '../../src/log.ts';
import { createMessenger } from '../fakes/messenger.ts';

const URL = 'https://hooks.slack.example/commands/1';
const AT = 1_000_000;

/** What the place of a command’s answer shows, and how often it was written to. */
let shown: { text: string | undefined; replies: number };
/** Awaited before a reply arrives. */
let delay: () => Promise<void>;

beforeEach(() => {
  shown = { text: undefined, replies: 0 };
  delay = async () => {};
});

const messenger = (): Messenger => ({
  ...createMessenger().messenger,
  async reply(_url, { text }: Message) {
    shown.replies += 1;
    await delay();
    shown.text = text;
  },
  async takeBack() {
    shown.text = undefined;
  },
});

/** Holds the next replies; `reached` resolves when one is on its way. */
function hold(): { reached: Promise<void>; release: () => void } {
  const reached = Promise.withResolvers<void>();
  const stuck = Promise.withResolvers<void>();
  delay = () => {
    reached.resolve();
    return stuck.promise;
  };
  return { reached: reached.promise, release: stuck.resolve };
}

const ofCommand = () => createWaitingMessage(messenger(), 'U1', URL, createLog('silent', []));

test('progress is edited at most every three seconds, twice in the place of a command', async () => {
  const waiting = ofCommand();
  await waiting.progress(notice('0'), AT);
  expect(shown.text).toBeUndefined();
  await waiting.show(notice('wait'));
  const texts: (string | undefined)[] = [];
  for (const seconds of [0, 2.999, 3, 5.999, 6, 100]) {
    await waiting.progress(notice(String(seconds)), AT + seconds * 1_000);
    texts.push(shown.text);
  }
  expect(texts).toEqual(['0', '0', '3', '3', '3', '3']);
  expect(await waiting.replace(notice('answer'))).toBe(true);
  await waiting.progress(notice('late'), AT + 900_000);
  await waiting.end();
  expect(shown).toEqual({ text: 'answer', replies: 4 });
});

test('a direct message may be edited as often as a search takes', async () => {
  const slack = createMessenger();
  const waiting = createWaitingMessage(slack.messenger, 'U1', undefined, createLog('silent', []));
  await waiting.show(notice('wait'));
  for (let step = 0; step < 5; step += 1) await waiting.progress(notice(`${step}`), AT + step * 3_000);
  expect(slack.standing.map(({ edits, message: { text } }) => [edits, text])).toEqual([[5, '4']]);
});

test('the answer comes after an edit that is on its way', async () => {
  const waiting = ofCommand();
  await waiting.show(notice('wait'));
  const held = hold();
  const edited = waiting.progress(notice('progress'), AT);
  await held.reached;
  delay = async () => {};
  const answered = waiting.replace(notice('answer'));
  held.release();
  await edited;
  expect(await answered).toBe(true);
  expect(shown.text).toBe('answer');
});

test('an edit that hangs leaves its place: the answer is a message of its own, and the late edit is taken back', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const waiting = ofCommand();
  await waiting.show(notice('wait'));
  const held = hold();
  const edited = waiting.progress(notice('progress'), AT);
  await held.reached;
  const answered = waiting.replace(notice('answer'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answered).toBe(false);
  const ended = waiting.end();
  held.release();
  await Promise.all([edited, ended]);
  expect(shown.text).toBeUndefined();
});

test('an edit that Slack refuses, or that fails, costs the answer nothing', async () => {
  const waiting = ofCommand();
  await waiting.show(notice('wait'));
  delay = async () => {
    throw new SlackFailure('rate_limited');
  };
  await waiting.progress(notice('progress'), AT);
  delay = async () => {
    throw new TypeError('a bug');
  };
  await expect(waiting.progress(notice('progress'), AT + 3_000)).rejects.toThrow('a bug');
  delay = async () => {};
  expect(await waiting.replace(notice('answer'))).toBe(true);
  expect(shown.text).toBe('answer');
});
