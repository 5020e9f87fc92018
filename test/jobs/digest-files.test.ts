/** Owns that the files of a digest stand in its thread once, across crashes, replicas and a Slack that is away. */

import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { NOT_DRAWN } from '../../src/chart/draw-chart.ts';
import { Unavailable } from '../../src/errors.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { page, record } from '../payouts/setup.ts';
import { COMPLETE, MONDAY, openDigestFiles, PAGES, PICTURE, TUESDAY } from './digest-files-stage.ts';

const rows = (content = ''): Record<string, string>[] => parse(content, { bom: true, columns: true });

test('the list stands in the thread, its rows counted, with the last audit row', async () => {
  const { deps, replica, shares, pass } = await openDigestFiles();
  await deps.store.audit.append({ at: TUESDAY, actorId: 'U_A', action: 'audit.read' });
  const { sequence, hash } = await deps.store.audit.anchor();
  const { run } = replica();
  const table = jobTable({
    deps,
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    homes: { run: async () => {} },
    reminders: { run: async () => {} },
    exports: { run: async () => {} },
    automaticReminders: { run: async () => {} },
    stuck: { run: async () => {} },
    watches: { look: async () => {}, tell: async () => 'ok' },
    digest: { due: async () => {}, post: async () => 'ok', work: async () => 'ok' },
    digestFiles: run,
    logAnchor: async () => {},
    removeOld: async () => {},
  });
  await pass(async () => table.find(({ name }) => name === 'digest files')?.run());
  expect(shares()).toHaveLength(1);
  const [list] = shares();
  expect(list).toMatchObject({
    name: 'payout-digest-2026-11-24.csv',
    at: { channelId: 'C1', threadTs: '1.5' },
  });
  expect(rows(list?.content).map((row) => row['status'])).toEqual(['EXPIRED', 'ISSUED']);
  expect(list?.at.comment).toMatch(
    /^Whole list: 2 links \(EXPIRED, ISSUED(, PROCESSING)?\), read 24 Nov 2026, 10:02 IST\./,
  );
  expect(list?.at.comment).toContain(`Audit ${sequence}:${hash}`);
});

test('on Mondays the chart follows: thirty days, gaps where no digest was read, and words for it', async () => {
  const { store, replica, shares, drawn, pass } = await openDigestFiles(MONDAY);
  const total = (day: string, count: number) =>
    ({ day, status: 'EXPIRED', count, totalPaise: 100n }) as const;
  await store.digestFiles.record({ scheduleId: 's1', dueAt: MONDAY }, [
    total('2026-10-24', 1),
    total('2026-10-25', 20),
  ]);
  await store.digestFiles.record({ scheduleId: 's1', dueAt: MONDAY }, [total('2026-11-23', 39)]);
  await pass(replica().run);
  expect(shares().map(({ name }) => name)).toEqual([
    'payout-digest-2026-11-23.csv',
    'payout-chart-2026-11-23.png',
  ]);
  const chart = shares()[1];
  expect(chart).toMatchObject({ content: PICTURE, at: { threadTs: '1.5' } });
  expect(chart?.altText).toContain(
    'EXPIRED: from 20 to 39 (lowest 20, highest 39), now ₹1.00. No digest on 28 days.',
  );
  expect(chart?.at.comment).toContain('days in Asia/Kolkata');
  expect(drawn[0]?.days).toHaveLength(30);
  expect(drawn[0]?.totals).toHaveLength(2);
});

test('the replica that read the list uploads it at once, and InstantPay is not asked again', async () => {
  const { deps, replica, shares } = await openDigestFiles();
  const { run, lists } = replica();
  const writer = lists.begin({ scheduleId: 's1', dueAt: TUESDAY }, () => true);
  for (const one of PAGES) await writer.add(one);
  await writer.end(true);
  await run();
  expect(rows(shares()[0]?.content)).toHaveLength(2);
  expect(deps.gateway.calls.links).toEqual([]);
  expect(lists.has({ scheduleId: 's1', dueAt: TUESDAY })).toBe(false);
});

test('a list that a cleaner of temporary files took is read again', async () => {
  const { deps, replica, shares, pass } = await openDigestFiles();
  const { run, lists } = replica();
  const key = { scheduleId: 's1', dueAt: TUESDAY };
  const writer = lists.begin(key, () => true);
  for (const one of PAGES) await writer.add(one);
  await writer.end(true);
  await lists.get(key)?.file.remove();
  await pass(run);
  expect(rows(shares()[0]?.content)).toHaveLength(2);
  expect(deps.gateway.calls.links).toHaveLength(1);
});

test('another one leaves it to the reader for half a minute, then walks itself', async () => {
  const { deps, replica, shares } = await openDigestFiles();
  const { run } = replica();
  await run();
  expect(deps.gateway.calls.links).toEqual([]);
  deps.time.now += 30_000;
  await run();
  expect(shares()).toHaveLength(1);
  expect(deps.gateway.calls.links).toHaveLength(1);
});

test('a list that was not read to its end, or that the disk did not take, is no file of the reader’s', async () => {
  const { replica } = await openDigestFiles();
  const { lists } = replica();
  const run = { scheduleId: 's1', dueAt: TUESDAY };
  const broken = lists.begin(run, () => true);
  for (const one of PAGES) await broken.add(one);
  await broken.end(false);
  expect(lists.has(run)).toBe(false);
  await lists.begin(run, () => true).end(true);
  expect(lists.has(run)).toBe(false);
});

test('a list whose digest was never posted is removed after some hours', async () => {
  const { deps, replica } = await openDigestFiles();
  const { lists } = replica();
  const run = { scheduleId: 's9', dueAt: TUESDAY };
  const writer = lists.begin(run, () => true);
  for (const one of PAGES) await writer.add(one);
  await writer.end(true);
  await lists.prune();
  expect(lists.has(run)).toBe(true);
  deps.time.now += 4 * HOUR_MS;
  await lists.prune();
  expect(lists.has(run)).toBe(false);
});

test.each(['before', 'after'] as const)(
  'Slack fails %s each call in turn: each file once, no note',
  async (when) => {
    for (let failing = 1; ; failing += 1) {
      const { slack, replica, shares, pass } = await openDigestFiles(MONDAY);
      let calls = 0;
      slack[when] = () => {
        calls += 1;
        if (calls === failing) throw new SlackFailure('unreachable');
      };
      await pass(replica().run);
      expect(
        shares().map(({ name }) => name.slice(0, 12)),
        `call ${failing}`,
      ).toHaveLength(2);
      expect(slack.standing).toEqual([]);
      if (calls >= failing) continue;
      // The last round met no failure.
      expect(failing).toBeGreaterThan(4);
      break;
    }
  },
);

test.each([0, 1, 2])(
  'a page that fails behind %s of them: no file until the list was read whole',
  async (at) => {
    for (const how of ['rejects', 'is missing'] as const) {
      const { deps, replica, shares, pass } = await openDigestFiles();
      const whole = ['1', '2'].map((digit) =>
        page([record({ linkId: digit.repeat(24), status: 'EXPIRED' })]),
      );
      const reason = `Page ${at + 1} failed.`;
      const read = whole.slice(0, at);
      const pages = how === 'rejects' ? [...read, new Unavailable(reason)] : read;
      deps.gateway.script.links = { pages, end: { ...COMPLETE, complete: false, reason } };
      const { run } = replica();
      await pass(run, 2, MINUTE_MS);
      expect(shares(), how).toEqual([]);
      deps.gateway.script.links = { pages: whole, end: COMPLETE };
      await pass(run);
      expect(
        shares().map(({ content }) => rows(content).length),
        how,
      ).toEqual([2]);
    }
  },
);

test('a replica that is frozen while it shares, and comes back: one file', async () => {
  for (const moment of ['upload', 'shareFile'] as const) {
    const { slack, deps, replica, shares, pass } = await openDigestFiles();
    deps.time.now += MINUTE_MS;
    const hold = slack.hold('after', moment);
    const frozen = replica().run();
    await hold.reached;
    await pass(replica().run);
    hold.release();
    await frozen;
    expect(shares(), moment).toHaveLength(1);
  }
});

test('two replicas at once: one walks and shares', async () => {
  const { deps, replica, shares } = await openDigestFiles();
  deps.time.now += MINUTE_MS;
  await Promise.all([replica().run(), replica().run()]);
  expect(shares()).toHaveLength(1);
  expect(deps.gateway.calls.links).toHaveLength(1);
});

test('Slack that takes no file for good: one line in the thread, once, and the digest stands', async () => {
  const { slack, replica, shares, pass, entries } = await openDigestFiles();
  let notes = 0;
  slack.before = (call) => {
    if (call === 'upload') throw new SlackFailure('file_uploads_disabled');
    // The first note is refused as well.
    if (call === 'message' && (notes += 1) === 1) throw new SlackFailure('internal_error');
  };
  await pass(replica().run, 30, 5 * MINUTE_MS);
  expect(shares()).toEqual([]);
  expect(slack.standing).toHaveLength(1);
  expect(slack.standing[0]).toMatchObject({ channelId: 'C1', threadTs: '1.5' });
  expect(slack.standing[0]?.message.text).toContain('could not be attached');
  expect(slack.calls.filter((call) => call === 'upload')).toHaveLength(6);
  expect(entries.filter(({ msg }) => msg === 'digest file done')).toHaveLength(1);
});

test('a note whose answer was lost is found, and not posted again', async () => {
  const { slack, replica, pass } = await openDigestFiles();
  slack.before = (call) => {
    if (call === 'upload') throw new SlackFailure('file_uploads_disabled');
  };
  let lost = false;
  slack.after = (call) => {
    if (call !== 'message' || lost) return;
    lost = true;
    throw new SlackFailure('unreachable');
  };
  await pass(replica().run, 30, 5 * MINUTE_MS);
  expect(slack.standing).toHaveLength(1);
});

test('a chart that is not drawn leaves the list alone, and the thread learns why', async () => {
  const { slack, replica, shares, pass } = await openDigestFiles(MONDAY, {
    drawChart: () => Promise.reject(new Unavailable(NOT_DRAWN)),
  });
  await pass(replica().run, 30, 5 * MINUTE_MS);
  expect(shares().map(({ name }) => name)).toEqual(['payout-digest-2026-11-23.csv']);
  expect(slack.standing.map(({ message }) => message.text)).toEqual([expect.stringContaining(NOT_DRAWN)]);
});

test('a list that cannot be read to its end is never a file', async () => {
  const { deps, slack, replica, shares, pass } = await openDigestFiles();
  deps.gateway.script.links = () => ({
    pages: PAGES,
    end: { ...COMPLETE, complete: false, reason: 'Page 2 failed.' },
  });
  await pass(replica().run, 30, 5 * MINUTE_MS);
  expect(shares()).toEqual([]);
  expect(slack.files).toEqual([]);
  expect(slack.standing[0]?.message.text).toContain('Page 2 failed.');
});

test('a channel that is closed ends it without a word', async () => {
  const { slack, replica, pass, entries } = await openDigestFiles();
  slack.before = (call) => {
    if (call === 'shareFile' || call === 'message') throw new SlackFailure('is_archived');
  };
  await pass(replica().run);
  expect(slack.standing).toEqual([]);
  expect(entries.filter(({ msg }) => msg === 'digest file given up')).toHaveLength(1);
});

test('where Slack does not show the thread, a file in doubt is shared in the end', async () => {
  const { slack, replica, shares, pass } = await openDigestFiles();
  slack.showsHistory = false;
  slack.failOnce('after', new SlackFailure('unreachable'), 'shareFile');
  await pass(replica().run);
  expect(shares()).toHaveLength(2);
});

test('a schedule that is gone gets no files; a digest of long ago neither', async () => {
  const { deps, replica, post, shares, pass, store } = await openDigestFiles();
  await post('s2');
  deps.time.now = TUESDAY + 7 * HOUR_MS;
  await pass(replica().run);
  expect(shares()).toEqual([]);
  expect(await store.digestFiles.due(deps.time.now, 9)).toEqual([]);
});
