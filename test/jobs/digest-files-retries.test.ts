/** Owns when a file of a digest is tried again, what the thread and the log say then, and what is kept for how long. */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import { createDigestLists } from '../../src/jobs/digest-lists.ts';
import { createLog } from '../../src/log.ts';
import { statusesRead } from '../../src/payouts/digest/digest.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { MONDAY, openDigestFiles, PAGES, TUESDAY } from './digest-files-stage.ts';

const SECOND_MS = 1_000;

type Stage = Awaited<ReturnType<typeof openDigestFiles>>;

/** The file is not due before this has passed, and is then. */
async function expectWait({ store, deps }: Stage, waitMs: number): Promise<void> {
  deps.time.now += waitMs - 1;
  expect(await store.digestFiles.due(deps.time.now, 9), `${waitMs} ms`).toEqual([]);
  deps.time.now += 1;
  expect(await store.digestFiles.due(deps.time.now, 9), `${waitMs} ms`).toHaveLength(1);
}

describe('what Slack does not take', () => {
  test('is tried after 10 s, then twice as long; after six the thread is told at once, and that is tried too', async () => {
    const stage = await openDigestFiles();
    const { deps, slack, replica, store, logged } = stage;
    slack.before = (call) => {
      if (call === 'upload' || call === 'message') throw new SlackFailure('internal_error');
    };
    const { run } = replica();
    deps.time.now += MINUTE_MS;
    for (const seconds of [10, 20, 40, 80, 160]) {
      expect(await run()).toBe('failed');
      await expectWait(stage, seconds * SECOND_MS);
    }
    expect(await run()).toBe('failed');
    expect(slack.calls).toEqual(Array.from({ length: 6 }, () => 'upload'));
    for (let telling = 0; telling < 3; telling += 1) {
      expect(await run()).toBe('failed');
      await expectWait(stage, 5 * MINUTE_MS);
    }
    expect(logged('digest file given up')).toEqual([]);
    expect(await run()).toBe('failed');
    expect(slack.calls.slice(6).filter((call) => call === 'message')).toHaveLength(4);
    const file = { kind: 'list', dueAt: new Date(TUESDAY).toISOString() };
    expect(logged('digest file given up')).toMatchObject([
      { ...file, level: 'error', attempt: 10, code: 'internal_error' },
    ]);
    expect(logged('digest file not shared')[0]).toMatchObject({
      ...file,
      attempt: 1,
      code: 'internal_error',
    });
    expect(logged('digest file not shared')[0]).not.toHaveProperty('error');
    expect(await store.digestFiles.due(deps.time.now + DAY_MS, 9)).toEqual([]);
    expect(await run()).toBe('ok');
  });

  test('waits as long as Slack says', async () => {
    const stage = await openDigestFiles();
    const { deps, slack, replica } = stage;
    slack.failOnce('before', new SlackFailure('ratelimited', HOUR_MS), 'upload');
    deps.time.now += MINUTE_MS;
    await replica().run();
    await expectWait(stage, HOUR_MS);
  });

  test('because the channel is closed is a failure of the job, and never tried again', async () => {
    const { deps, slack, replica, store } = await openDigestFiles();
    slack.failOnce('before', new SlackFailure('is_archived'), 'shareFile');
    deps.time.now += MINUTE_MS;
    expect(await replica().run()).toBe('failed');
    expect(await store.digestFiles.due(deps.time.now + DAY_MS, 9)).toEqual([]);
  });

  test('or perhaps took, where it does not show the thread: looked up three times, then shared', async () => {
    const { slack, replica, pass, logged } = await openDigestFiles();
    slack.showsHistory = false;
    slack.failOnce('after', new SlackFailure('unreachable'), 'shareFile');
    await pass(replica().run);
    expect(slack.calls.filter((call) => call === 'findFile')).toHaveLength(3);
    expect(logged('digest file not shared').map(({ code }) => code)).toEqual([
      'unreachable',
      'not_looked_up',
      'not_looked_up',
    ]);
  });

  test('and does not show either is uploaded again at once', async () => {
    const { slack, replica, pass } = await openDigestFiles();
    slack.failOnce('before', new SlackFailure('unreachable'), 'shareFile');
    await pass(replica().run);
    expect(slack.calls).toEqual(['upload', 'shareFile', 'findFile', 'upload', 'shareFile']);
  });

  test('or took already is not shared again', async () => {
    const { slack, replica, pass, logged } = await openDigestFiles();
    slack.failOnce('after', new SlackFailure('unreachable'), 'shareFile');
    await pass(replica().run);
    expect(logged('digest file done')).toMatchObject([{ status: 'already shared' }]);
  });
});

describe('what the thread reads', () => {
  test('is why the last attempt at the file failed, also when telling fails at first', async () => {
    let attempts = 0;
    const { slack, replica, pass, logged } = await openDigestFiles(MONDAY, {
      drawChart: () => {
        attempts += 1;
        return Promise.reject(new Unavailable(`Attempt ${attempts} at the chart failed.`));
      },
    });
    slack.failOnce('before', new SlackFailure('internal_error'), 'message');
    await pass(replica().run, 30, 5 * MINUTE_MS);
    expect(slack.standing.map(({ message }) => message.text)).toEqual([
      expect.stringContaining('Attempt 6 at the chart failed.'),
    ]);
    // Before the first note there is none to find.
    expect(slack.calls.filter((call) => call === 'message' || call === 'findOwn')).toEqual([
      'message',
      'findOwn',
      'message',
    ]);
    expect(logged('digest file done')).toMatchObject([{ status: 'shared' }, { status: 'told' }]);
    expect(logged('digest file not shared')[0]).toHaveProperty('error');
  });

  test('is that the disk took no list', async () => {
    const { deps, slack, replica, pass } = await openDigestFiles();
    const full = () => Promise.reject(new Unavailable('The disk is full.'));
    const lists = createDigestLists(
      { create: full, close: async () => {} },
      deps.clock,
      createLog('silent', []),
    );
    await pass(replica({ lists }).run, 30, 5 * MINUTE_MS);
    expect(slack.standing.map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/could not be written/),
    ]);
  });

  test('is that Slack did not take the file', async () => {
    const { slack, replica, pass } = await openDigestFiles();
    slack.before = (call) => {
      if (call === 'upload') throw new SlackFailure('file_uploads_disabled');
    };
    await pass(replica().run, 30, 5 * MINUTE_MS);
    expect(slack.standing.map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/Slack did not accept/),
    ]);
  });
});

test('a file in order: one upload, one share, nothing looked up, and the statuses of the digest', async () => {
  const { deps, slack, replica, logged } = await openDigestFiles();
  deps.time.now += MINUTE_MS;
  expect(await replica().run()).toBe('ok');
  expect(slack.calls).toEqual(['upload', 'shareFile']);
  expect(deps.gateway.calls.links).toEqual([{ statuses: statusesRead(['EXPIRED']) }]);
  expect(logged('digest file done')).toMatchObject([
    { kind: 'list', dueAt: new Date(TUESDAY).toISOString(), attempt: 1, status: 'shared' },
  ]);
});

test('the chart does not wait for who read the list, and its end leaves the list with them', async () => {
  const { deps, slack, replica, shares, logged } = await openDigestFiles(MONDAY);
  const { run, lists } = replica();
  expect(await run()).toBe('ok');
  expect(shares().map(({ name }) => name)).toEqual(['payout-chart-2026-11-23.png']);
  expect(deps.gateway.calls.links).toEqual([]);
  const writer = lists.begin({ scheduleId: 's1', dueAt: MONDAY }, () => true);
  for (const one of PAGES) await writer.add(one);
  await writer.end(true);
  await run();
  expect(slack.files).toHaveLength(2);
  expect(logged('digest file done')).toHaveLength(2);
});

test('a list whose upload failed is still there when the chart is done', async () => {
  const { deps, slack, replica, shares } = await openDigestFiles(MONDAY);
  const { run, lists } = replica();
  const writer = lists.begin({ scheduleId: 's1', dueAt: MONDAY }, () => true);
  for (const one of PAGES) await writer.add(one);
  await writer.end(true);
  slack.failOnce('before', new SlackFailure('unreachable'), 'upload');
  await run();
  expect(shares().map(({ name }) => name)).toEqual(['payout-chart-2026-11-23.png']);
  deps.time.now += MINUTE_MS;
  await run();
  expect(shares()).toHaveLength(2);
  expect(deps.gateway.calls.links).toEqual([]);
});

test('a schedule that nobody knows is planned nothing; one that is removed before its file ends without it', async () => {
  const { store, deps, post, replica, shares, logged } = await openDigestFiles();
  await post('s2');
  let isThere = true;
  const known = { timezone: 'Asia/Kolkata', statuses: ['EXPIRED'] as const, purpose: undefined };
  const { run } = replica({ scheduleOf: async (id) => (id === 's1' && isThere ? known : undefined) });
  expect(await run()).toBe('ok');
  expect(await store.digestFiles.due(deps.time.now, 9)).toMatchObject([{ scheduleId: 's1' }]);
  isThere = false;
  deps.time.now += MINUTE_MS;
  expect(await run()).toBe('ok');
  expect(shares()).toEqual([]);
  expect(logged('digest file done')).toMatchObject([{ status: 'no schedule' }]);
});

test('a replica that lost its claim while it uploaded ends nothing', async () => {
  const { slack, deps, replica, pass, logged } = await openDigestFiles();
  deps.time.now += MINUTE_MS;
  const hold = slack.hold('after', 'upload');
  const frozen = replica().run();
  await hold.reached;
  await pass(replica().run);
  hold.release();
  expect(await frozen).toBe('ok');
  expect(logged('digest file done')).toHaveLength(1);
});

test('the lease is renewed while a file is made', async () => {
  const renewed = Promise.withResolvers<number>();
  const { store, deps, replica, shares } = await openDigestFiles(MONDAY);
  const { run } = replica({
    leaseMs: 4,
    files: {
      ...store.digestFiles,
      renew: async (_file, now) => {
        renewed.resolve(now);
        return true;
      },
    },
    drawChart: async () => new Blob([String(await renewed.promise)]),
  });
  await run();
  expect(shares()[0]?.content).toBe(String(deps.time.now));
});

test('a mistake in the code is not taken for an outage', async () => {
  const { replica } = await openDigestFiles(MONDAY, {
    drawChart: () => Promise.reject(new TypeError('not a function')),
  });
  await expect(replica().run()).rejects.toThrow('not a function');
});

test('hourly, what is old is removed: lists that were not uploaded, files of a month ago, totals of 400 days ago', async () => {
  const { deps, store, replica } = await openDigestFiles();
  const pruned: (number | string)[] = [];
  const { run, lists } = replica({
    files: {
      ...store.digestFiles,
      prune: async (before) => void pruned.push(before),
      pruneTotals: async (before) => void pruned.push(before),
    },
  });
  const abandoned = { scheduleId: 's9', dueAt: TUESDAY };
  const writer = lists.begin(abandoned, () => true);
  for (const one of PAGES) await writer.add(one);
  await writer.end(true);
  const times = [0, HOUR_MS - 1, HOUR_MS, 3 * HOUR_MS, 2 * HOUR_MS];
  const rounds: number[] = [];
  for (const after of times) {
    deps.time.now = TUESDAY + after;
    await run();
    rounds.push(pruned.length / 2);
    expect(lists.has(abandoned), String(after)).toBe(after < 2 * HOUR_MS);
  }
  // A clock that was set back counts as well.
  expect(rounds).toEqual([1, 1, 2, 3, 4]);
  expect(pruned.slice(0, 2)).toEqual([TUESDAY - 30 * DAY_MS, '2025-10-20']);
});
