/** Owns the limits of a digest at their boundary: until when it is read, posted and retried, and what is due after. */

import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openDigestStage, openInDoubt, READABLE, TEN, UNREADABLE, DIGEST } from './digest-stage.ts';
import { MISSED_WORDS, missedCount, missedDue } from '../../src/slack/views/digest-missed.ts';
import { digestMissed, retryTimes } from '../../src/slack/views/digest-message.ts';
import { unformatted } from '../../src/slack/block-kit/text.ts';

const ELEVEN = TEN + HOUR_MS;

describe('at the deadline itself', () => {
  test('a due time that was missed by the grace and no more is read and posted', async () => {
    const { replica, texts, to, outcomes } = await openDigestStage();
    to(ELEVEN);
    expect(await replica().work()).toBe('ok');
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(outcomes).toEqual([['complete', 1]]);
  });

  test('a run that nobody read yet is read', async () => {
    const { job, texts, to, deps } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    deps.gateway.script.links = () => READABLE;
    to(ELEVEN);
    expect(await job.work()).toBe('ok');
    expect(texts()).toEqual([expect.stringContaining('digest incomplete'), expect.stringMatching(DIGEST)]);
  });

  test('a digest that Slack did not take is posted', async () => {
    const { job, away, back, texts, to } = await openDigestStage();
    away('ratelimited');
    to(TEN);
    await job.work();
    back();
    to(ELEVEN);
    expect(await job.work()).toBe('ok');
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('one that may stand already is not posted again, a millisecond later the channel is told', async () => {
    const { job, texts, to } = await openInDoubt();
    to(ELEVEN);
    expect(await job.work()).toBe('failed');
    expect(texts()).toHaveLength(1);
    to(ELEVEN + 1);
    await job.work();
    await job.work();
    expect(texts().slice(1)).toEqual([expect.stringContaining(missedCount({ perhapsPosted: true }))]);
  });
});

describe('the last attempt', () => {
  test('half a minute before the deadline: it fails, nothing else is sent, and past it it is missed', async () => {
    const { job, away, back, slack, texts, to, outcomes } = await openDigestStage();
    away('ratelimited');
    to(TEN);
    await job.work();
    to(ELEVEN - 30_000);
    await job.work();
    expect(slack.calls).toEqual(['message', 'message']);
    back();
    to(ELEVEN);
    expect(await job.work()).toBe('ok');
    expect(slack.calls).toHaveLength(2);
    to(ELEVEN + 1);
    expect(await job.work()).toBe('failed');
    await job.work();
    expect(texts()).toEqual([
      expect.stringContaining(
        `${missedCount({})} ${missedDue({ lastDueAt: TEN })} ${MISSED_WORDS.not_posted}`,
      ),
    ]);
    expect(outcomes).toEqual([['failed', 1]]);
  });

  test('at an incomplete list: the message itself says that it was the last', async () => {
    const { job, deps, texts, to, entries } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    to(ELEVEN - 30_000);
    expect(await job.work()).toBe('failed');
    expect(texts().slice(1)).toEqual([
      expect.stringContaining(unformatted(digestMissed(TEN, ELEVEN - 30_000))),
    ]);
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'digest missed',
        dueAt: '2026-11-20T04:30:00.000Z',
        attempt: 2,
        reason: 'Page 2 failed.',
      }),
    );
  });
});

describe('when the next attempt is due', () => {
  test('an incomplete list: three quarters of a minute after the first, as the note says', async () => {
    const { job, deps, texts, to } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    expect(texts()).toEqual([expect.stringContaining(retryTimes({ at: TEN + 45_000, until: ELEVEN }, TEN))]);
    to(TEN + 44_999);
    await job.work();
    expect(deps.gateway.calls.links).toHaveLength(1);
    to(TEN + 45_000);
    await job.work();
    expect(deps.gateway.calls.links).toHaveLength(2);
  });

  test.each([
    ['an outage, after seconds', 'ratelimited', 3_750],
    ['a closed channel, after minutes', 'restricted_action', 7.5 * MINUTE_MS],
    ['a refused token, after minutes', 'invalid_auth', 7.5 * MINUTE_MS],
  ])('%s', async (_name, code, waitMs) => {
    const { job, away, slack, to } = await openDigestStage();
    away(code);
    to(TEN);
    await job.work();
    to(TEN + waitMs - 1);
    await job.work();
    expect(slack.calls).toEqual(['message']);
    to(TEN + waitMs);
    await job.work();
    expect(slack.calls).toEqual(['message', 'message']);
  });
});

describe('a notice', () => {
  test('is owed for a day from when the digest was given up, and then is an error and nothing more', async () => {
    const { job, away, back, texts, to, logged, outcomes } = await openDigestStage();
    away('ratelimited');
    to(TEN);
    await job.work();
    to(ELEVEN + 1);
    await job.work();
    await job.work();
    const last = ELEVEN + 1 + DAY_MS;
    to(last + 1);
    back();
    await job.post();
    expect(texts()).toEqual([]);
    expect(logged('digest message given up')).toMatchObject([
      { level: 'error', kind: 'digest', status: 'failed', attempt: 2, code: 'ratelimited' },
      { level: 'error', kind: 'missed', status: 'failed', attempt: 2, code: 'ratelimited' },
    ]);
    expect(outcomes).toEqual([['failed', 1]]);
    await job.post();
    expect(texts()).toEqual([]);
  });

  test('is still posted when that day is just over', async () => {
    const { job, away, back, texts, to } = await openDigestStage();
    away('ratelimited');
    to(TEN);
    await job.work();
    to(ELEVEN + 1);
    await job.work();
    await job.work();
    back();
    to(ELEVEN + 1 + DAY_MS);
    await job.post();
    expect(texts()).toEqual([expect.stringContaining(missedCount({}))]);
  });
});
