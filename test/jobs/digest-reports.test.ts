/** Owns what an operator and a channel learn of a digest: log lines, outcomes counted, and which message is whose. */

import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import { createDigestLists, endingWith } from '../../src/jobs/digest-lists.ts';
import { createLog } from '../../src/log.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { createScratch } from '../../src/scratch.ts';
import { countedSpills } from '../payouts/links/spill.ts';
import { page, record } from '../payouts/setup.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import {
  CHANNEL,
  DIGEST,
  frozenPost,
  heldWalk,
  LEASE_MS,
  openDigestStage,
  openInDoubt,
  READABLE,
  TEN,
  UNREADABLE,
} from './digest-stage.ts';
import { missedCount } from '../../src/slack/views/digest-missed.ts';
import { CLAIM_LOST } from '../../src/jobs/digest-read.ts';
import { CLAIM_LOST_AFTER_POST } from '../../src/jobs/digest-post.ts';

const DUE = { dueAt: '2026-11-20T04:30:00.000Z' };

afterEach(() => {
  vi.useRealTimers();
});

describe('a posted message is logged', () => {
  test('as a digest, with its due time and attempt', async () => {
    const { job, away, back, to, entries } = await openDigestStage();
    away('ratelimited');
    to(TEN);
    await job.work();
    back();
    to(TEN + MINUTE_MS);
    await job.work();
    expect(entries).toMatchObject([
      { level: 'info', msg: 'digest read', ...DUE, attempt: 1, status: 'read' },
      { level: 'warn', msg: 'digest not posted', ...DUE, code: 'ratelimited', attempt: 1, status: 'waiting' },
      { level: 'info', msg: 'digest posted', ...DUE, kind: 'digest', attempt: 2, status: 'complete' },
    ]);
  });

  test('as an incomplete one, which is not counted as a digest', async () => {
    const { job, deps, to, entries, outcomes } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    expect(entries).toMatchObject([
      { level: 'warn', msg: 'digest incomplete', ...DUE, attempt: 1, status: 'incomplete' },
      { level: 'info', msg: 'digest posted', ...DUE, kind: 'incomplete', attempt: 1, status: 'incomplete' },
    ]);
    expect(outcomes).toEqual([['incomplete', 1]]);
  });

  test('as the notice of a missed one, for whichever reason it was missed', async () => {
    const late = await openDigestStage();
    late.to(TEN + 3 * 60 * MINUTE_MS);
    await late.replica().work();
    expect(late.logged('digest posted')).toMatchObject([{ ...DUE, kind: 'missed', status: 'missed' }]);
    expect(late.outcomes).toEqual([['skipped', 1]]);
    const unread = await openDigestStage({ schedule: { graceMs: MINUTE_MS } });
    unread.deps.gateway.script.links = () => UNREADABLE;
    unread.to(TEN + 45_000);
    await unread.job.work();
    expect(unread.logged('digest posted')).toMatchObject([{ ...DUE, kind: 'missed', status: 'missed' }]);
    expect(unread.outcomes).toEqual([
      ['incomplete', 1],
      ['failed', 1],
    ]);
  });
});

describe('a post in doubt', () => {
  test('that cannot be looked up is said to be so, each time', async () => {
    const { pass, slack, to, job, logged } = await openDigestStage();
    slack.showsHistory = false;
    slack.failOnce('before', new SlackFailure('unreachable'));
    to(TEN);
    await job.work();
    await pass(2 * MINUTE_MS, 5_000);
    expect(logged('digest not posted')).toMatchObject([
      { level: 'warn', code: 'unreachable', attempt: 1 },
      { level: 'warn', code: 'not_looked_up', attempt: 2 },
      { level: 'warn', code: 'not_looked_up', attempt: 3 },
    ]);
    expect(logged('digest posted')).toMatchObject([{ attempt: 4 }]);
  });

  test('is not mistaken for another message of the same channel', async () => {
    const { job, pass, deps, slack, texts, to } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    deps.gateway.script.links = () => READABLE;
    slack.failOnce('before', new SlackFailure('unreachable'));
    await pass(2 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringContaining('digest incomplete'), expect.stringMatching(DIGEST)]);
  });

  test('whose record cannot be read any more is not confirmed, rather than not posted', async () => {
    const { job, raw, texts, to } = await openInDoubt();
    await raw(`update digest_messages set content = 'null'`);
    to(TEN + MINUTE_MS);
    expect(await job.work()).toBe('failed');
    await job.work();
    expect(texts().slice(1)).toEqual([expect.stringContaining(missedCount({ perhapsPosted: true }))]);
  });

  test('is found by a mark that every version of Payout Desk leaves', async () => {
    const { job, slack, to } = await openDigestStage();
    to(TEN);
    await job.work();
    expect(slack.standing[0]?.mark).toEqual({
      kind: 'digest',
      id: 's1 2026-11-20T04:30:00.000Z digest',
    });
  });
});

describe('what a closed channel does not count', () => {
  test('the note of an incomplete list is no failed digest', async () => {
    const { job, deps, away, to, outcomes, logged } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    away('is_archived');
    to(TEN);
    await job.work();
    expect(outcomes).toEqual([['incomplete', 1]]);
    expect(logged('digest not posted')).toMatchObject([
      { level: 'error', kind: 'incomplete', code: 'is_archived' },
    ]);
  });
});

describe('a lease', () => {
  test('is renewed well before it ends, however long the walk takes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { job, deps, digests, to } = await openDigestStage();
    const walking = Promise.withResolvers<void>();
    const walked = Promise.withResolvers<typeof READABLE>();
    deps.gateway.script.links = () => {
      walking.resolve();
      return walked.promise;
    };
    const renewals: unknown[] = [];
    digests.renewRead = async (...args) => {
      renewals.push(args);
      return true;
    };
    to(TEN);
    const work = job.work();
    await walking.promise;
    vi.advanceTimersByTime(LEASE_MS - 1);
    expect(renewals).toHaveLength(3);
    expect(renewals[0]).toEqual([expect.objectContaining({ scheduleId: 's1', attempt: 1 }), TEN, LEASE_MS]);
    walked.resolve(READABLE);
    expect(await work).toBe('ok');
    vi.advanceTimersByTime(LEASE_MS);
    expect(renewals).toHaveLength(3);
  });

  test.each([
    ['whole', READABLE, 'ok'],
    ['incomplete', UNREADABLE, 'failed'],
  ])(
    'that was lost during a walk: the %s list is dropped, and that is logged',
    async (_name, list, outcome) => {
      const stage = await openDigestStage();
      const { job, replica, texts, to, logged } = stage;
      const walk = await heldWalk(stage);
      to(TEN + LEASE_MS);
      await replica().work();
      expect(await walk.release(list)).toBe(outcome);
      await job.work();
      expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
      expect(logged(CLAIM_LOST)).toMatchObject([{ level: 'warn', ...DUE, attempt: 1, status: 'overtaken' }]);
    },
  );

  test('that another replica took between the look and the claim is no failure', async () => {
    const { job, digests, replica, texts, to } = await openDigestStage();
    const dueReads = digests.dueReads.bind(digests);
    const dueMessages = digests.dueMessages.bind(digests);
    to(TEN);
    digests.dueReads = async (...args) => {
      digests.dueReads = dueReads;
      const runs = await dueReads(...args);
      await replica().work();
      return runs;
    };
    expect(await job.work()).toBe('ok');
    to(TEN + MINUTE_MS);
    digests.dueMessages = async () => {
      digests.dueMessages = dueMessages;
      return ['s1 2026-11-20T04:30:00.000Z digest'];
    };
    expect(await job.post()).toBe('ok');
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('that was lost while Slack took the message: no failure, and the line says that it was overtaken', async () => {
    const stage = await openDigestStage();
    const { logged, outcomes } = stage;
    const post = await frozenPost(stage, 'before');
    expect(await post.release()).toBe('ok');
    expect(logged(CLAIM_LOST_AFTER_POST)).toMatchObject([
      { level: 'warn', ...DUE, kind: 'digest', attempt: 1, status: 'overtaken' },
    ]);
    expect(outcomes).toEqual([['complete', 1]]);
  });
});

describe('a stray message', () => {
  /** A posted digest, and a stray of it that Slack is asked to remove. */
  async function withStray() {
    const stage = await openDigestStage();
    stage.to(TEN);
    await stage.job.work();
    await stage.digests.addStray(`s1 ${DUE.dueAt} digest`, '9.9');
    return stage;
  }

  test.each(['is_archived', 'token_revoked', 'message_not_found'])(
    'that %s keeps is said once and left alone',
    async (code) => {
      const { job, away, digests, slack, logged } = await withStray();
      away(code, ['remove']);
      await job.work();
      expect(logged('stray digest not removed')).toMatchObject([{ level: 'warn', channelId: CHANNEL, code }]);
      expect(await digests.strays(9)).toEqual([]);
      expect(slack.standing).toHaveLength(1);
    },
  );

  test('does not hide a fault in the code: the job fails, and it stays owed', async () => {
    const { job, digests, slack } = await withStray();
    slack.before = () => {
      throw new TypeError('no such method');
    };
    await expect(job.work()).rejects.toThrow('no such method');
    expect(await digests.strays(9)).toHaveLength(1);
  });
});

describe('what a digest leaves for the files in its thread', () => {
  test('a complete one: its list, and the totals of its day in the schedule’s zone', async () => {
    const stage = await openDigestStage();
    stage.to(TEN);
    await stage.job.work();
    expect(stage.lists.get({ scheduleId: 's1', dueAt: TEN })).toMatchObject({
      rows: 1,
      unreadable: 0,
      readAt: TEN,
    });
    expect(await stage.digestFiles.totals('s1', '2026-11-01', '2026-11-30')).toEqual([
      { day: '2026-11-20', status: 'EXPIRED', count: 1, totalPaise: 12_345_678n },
    ]);
  });

  test('an incomplete one: nothing', async () => {
    const stage = await openDigestStage();
    stage.deps.gateway.script.links = () => UNREADABLE;
    stage.to(TEN);
    await stage.job.work();
    expect(stage.lists.get({ scheduleId: 's1', dueAt: TEN })).toBeUndefined();
    expect(await stage.digestFiles.totals('s1', '2026-11-01', '2026-11-30')).toEqual([]);
  });

  test('the file of its table is closed, whatever comes of it', async () => {
    const stage = await openDigestStage();
    const { count, openSpill } = countedSpills();
    const log = createLog('silent', []);
    const scratch = createScratch(Date.now);
    onTestFinished(() => scratch.close());
    const full: typeof scratch = {
      ...scratch,
      create: async () => ({
        ...(await scratch.create()),
        dropLines: () => Promise.reject(new Unavailable('full')),
      }),
    };
    const run = { scheduleId: 's1', dueAt: TEN };
    for (const [place, isWhole] of [
      [scratch, true],
      [scratch, false],
      [full, true],
    ] as const) {
      const lists = createDigestLists(place, stage.deps.clock, log, openSpill);
      const writer = lists.begin(run, () => true);
      for (const pageNumber of [1, 2]) await writer.add(page([record()], { pageNumber }));
      await writer.end(isWhole);
      expect(lists.has(run)).toBe(isWhole && place === scratch);
    }
    expect(count).toEqual({ opened: 3, open: 0 });
    const broken = createDigestLists(scratch, stage.deps.clock, log, openSpill).begin(run, () => true);
    const walk = async () => {
      await broken.add(page([record()]));
      throw new TypeError('broken');
    };
    await expect(endingWith(broken, walk, () => true)).rejects.toThrow('broken');
    expect(count).toEqual({ opened: 4, open: 0 });
  });

  test('a disk that takes nothing costs the digest nothing', async () => {
    const stage = await openDigestStage();
    const broken = createDigestLists(
      { create: () => Promise.reject(new Unavailable('full')), close: async () => {} },
      stage.deps.clock,
      createLog('silent', []),
    );
    const writer = broken.begin({ scheduleId: 's1', dueAt: TEN }, () => true);
    await writer.add(page([]));
    await writer.end(true);
    expect(broken.has({ scheduleId: 's1', dueAt: TEN })).toBe(false);
  });
});
