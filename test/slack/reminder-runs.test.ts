/** Owns that the person is told of reminders by one message, whatever Slack and the process do, and no link is called twice. */

import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { createReminderRuns } from '../../src/slack/reminder-runs.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { MAKER, makeDeps, NOON, page, record, tracked, write } from '../payouts/setup.ts';
import { readable } from './shown.ts';

const LEASE = 60_000;
const LINKS = [1, 2, 3, 4, 5].map((index) => index.toString(16).padStart(24, '0'));

function open() {
  const slack = createMessenger();
  const deps = makeDeps({
    script: {
      track: (linkId) => tracked({ linkId }),
      page: ({ filter }) => page([record({ linkId: filter.linkId ?? '' })]),
      notify: () => write('done'),
    },
  });
  const replica = () =>
    createReminderRuns({ deps, messenger: slack.messenger, log: createLog('silent', []), leaseMs: LEASE });
  const calls = () => deps.gateway.calls.notify;
  const told = () => slack.standing.map(({ message }) => readable(message));
  return { slack, deps, replica, calls, told };
}

test('one message at the beginning, edited to the outcome; the same click again does nothing', async () => {
  const { slack, replica, calls, told } = open();
  const first = slack.hold('after', 'message');
  const reminders = replica();
  const sending = reminders.send(MAKER, LINKS, 'click-1');
  await first.reached;
  expect(told()).toEqual([expect.stringContaining('Sending 5 reminders')]);
  first.release();
  expect((await sending)?.items.map(({ state }) => state)).toEqual(LINKS.map(() => 'sent'));
  expect(told()).toEqual([expect.stringContaining('5 reminders sent')]);
  expect(await reminders.send(MAKER, LINKS, 'click-1')).toBeUndefined();
  expect(calls()).toHaveLength(5);
  expect(slack.standing).toMatchObject([{ edits: 1 }]);
});

test('edits while it goes on are seconds apart, however many links there are', async () => {
  const { slack, deps, replica } = open();
  deps.gateway.script.notify = () => {
    deps.time.now += 1_000;
    return write('done');
  };
  await replica().send(MAKER, LINKS, 'click-1');
  // Five links in five seconds: one edit on the way, and the outcome.
  expect(slack.standing).toMatchObject([{ edits: 2 }]);
});

test('the job takes up what a crash left: once, and one message tells of all', async () => {
  const { slack, deps, replica, calls, told } = open();
  // The process is gone in the middle of the third call: neither its answer nor anything after it happens.
  deps.gateway.script.notify = () =>
    calls().length < 3 ? write('done') : new Promise<ReturnType<typeof write>>(() => {});
  void replica().send(MAKER, LINKS, 'click-1');
  while (calls().length < 3) await new Promise((resolve) => setImmediate(resolve));
  const before = [...calls()];
  deps.gateway.script.notify = () => write('done');
  const next = replica();
  await next.run();
  expect(calls(), 'the lease holds').toHaveLength(before.length);
  deps.time.now += LEASE;
  const table = jobTable({
    deps,
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    homes: { run: async () => {} },
    reminders: next,
    exports: { run: async () => {} },
    watches: { look: async () => {}, tell: async () => 'ok' as const },
    automaticReminders: { run: async () => {} },
    stuck: { run: async () => {} },
    digest: { due: async () => {}, post: async () => 'ok', work: async () => 'ok' },
    digestFiles: async () => 'ok',
    logAnchor: async () => {},
    removeOld: async () => {},
  });
  await table.find(({ name }) => name === 'reminders')?.run();
  expect(new Set(calls()).size).toBe(calls().length);
  expect(told()).toEqual([expect.stringContaining('not confirmed')]);
  expect(slack.standing).toHaveLength(1);
});

test.each(['before', 'after'] as const)(
  'Slack fails %s it took the message: there is one in the end, with the outcome',
  async (when) => {
    const { slack, deps, replica, calls, told } = open();
    const reminders = replica();
    slack[when] = (call) => {
      if (call === 'message' || call === 'update') throw new SlackFailure('unreachable');
    };
    await reminders.send(MAKER, LINKS, 'click-1');
    expect(calls()).toHaveLength(5);
    slack[when] = () => {};
    deps.time.now += MINUTE_MS;
    await reminders.run();
    expect(told().at(-1)).toContain('5 reminders sent');
    await reminders.run();
    expect(calls()).toHaveLength(5);
    deps.time.now += HOUR_MS;
    expect(await deps.store.reminderRuns.due(deps.clock(), 9)).toEqual([]);
  },
);

test.each(['user_disabled', 'message_not_found'])('%s: nobody is told again and again', async (code) => {
  const { slack, deps, replica } = open();
  const reminders = replica();
  slack.before = (call) => {
    if (call === 'message' || call === 'update') throw new SlackFailure(code);
  };
  await reminders.send(MAKER, LINKS, 'click-1');
  expect(await deps.store.reminderRuns.due(deps.clock() + HOUR_MS, 9)).toEqual([]);
});

test('a stop leaves what has not begun to the next process, at once', async () => {
  const { deps, replica, calls } = open();
  const stopping = replica();
  deps.gateway.script.notify = () => {
    stopping.stop();
    return write('done');
  };
  expect(await stopping.send(MAKER, LINKS, 'click-1')).toBeUndefined();
  expect(calls().length).toBeLessThan(5);
  await stopping.run();
  expect(calls().length).toBeLessThan(5);
  deps.gateway.script.notify = () => write('done');
  await replica().run();
  expect(calls().toSorted()).toEqual(LINKS);
});

test('what is finished is kept for a day, for a click that Slack delivers late', async () => {
  const { deps, replica } = open();
  const reminders = replica();
  await reminders.send(MAKER, LINKS, 'click-1');
  deps.time.now = NOON + DAY_MS;
  await reminders.run();
  expect(await reminders.send(MAKER, LINKS, 'click-1')).toBeUndefined();
  deps.time.now += 1;
  await reminders.run();
  expect(await reminders.send(MAKER, LINKS, 'click-1')).toBeDefined();
});
