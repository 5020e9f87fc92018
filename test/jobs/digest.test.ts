/** Owns the digest’s job on a driven clock: what is due is posted once, and a refusal is not hammered. */

import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { CHANNEL, openDigestStage, TEN, DIGEST } from './digest-stage.ts';
import { MISSED_WORDS, missedCount, missedDue } from '../../src/slack/views/digest-missed.ts';

describe('due times', () => {
  test('posted at the due time, not before, and once', async () => {
    const { job, slack, texts, to, outcomes, deps, entries } = await openDigestStage();
    to(TEN - 1);
    expect(await job.work()).toBe('ok');
    expect(slack.calls).toEqual([]);
    to(TEN);
    expect(await job.work()).toBe('ok');
    expect(await job.work()).toBe('ok');
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(slack.standing[0]?.channelId).toBe(CHANNEL);
    expect(slack.calls).toEqual(['message']);
    expect(outcomes).toEqual([['complete', 1]]);
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['EXPIRED', 'ISSUED', 'PROCESSING'] }]);
    expect(entries.map(({ level, msg, status, attempt }) => [level, msg, status, attempt])).toEqual([
      ['info', 'digest read', 'read', 1],
      ['info', 'digest posted', 'complete', 1],
    ]);
  });

  test('by two replicas at the same moment: once', async () => {
    const { job, replica, texts, to, entries } = await openDigestStage();
    to(TEN);
    const other = replica();
    const outcomes = await Promise.all([job.work(), other.work(), job.post(), other.due()]);
    await Promise.all([job.work(), other.work()]);
    expect(texts()).toHaveLength(1);
    // Who was slower has nothing to say: it neither failed nor has another schedule.
    expect(outcomes).toEqual(['ok', 'ok', 'ok', undefined]);
    expect(entries.map(({ msg }) => msg)).toEqual(['digest read', 'digest posted']);
  });

  test('the repeated hour in New York is posted once, the skipped one at its end', async () => {
    const schedule = { cron: '30 1 * * *', timezone: 'America/New_York' };
    const startAt = Date.parse('2026-10-31T12:00:00Z');
    const autumn = await openDigestStage({ schedule, startAt });
    await autumn.pass(DAY_MS, 30 * MINUTE_MS);
    expect(autumn.texts()).toHaveLength(1);
    const spring = await openDigestStage({
      schedule: { ...schedule, cron: '30 2 * * *' },
      startAt: Date.parse('2026-03-08T06:59:00Z'),
    });
    await spring.pass(MINUTE_MS);
    expect(spring.texts()).toHaveLength(1);
    await spring.pass(HOUR_MS, MINUTE_MS);
    expect(spring.texts()).toHaveLength(1);
  });

  test('a tick at which nothing is due asks nobody', async () => {
    const { job, digests, subscriptions, to } = await openDigestStage({ startAt: TEN - 20_000 });
    digests.account = () => Promise.reject(new Error('asked'));
    subscriptions.all = () => Promise.reject(new Error('asked'));
    to(TEN - 1);
    await job.due();
    to(TEN);
    await expect(job.due()).rejects.toThrow('asked');
  });

  test('what was accounted for is over: the mark stands at the due time, and the next tick asks nobody', async () => {
    const { job, digests, subscriptions, to } = await openDigestStage({
      schedule: { cron: '0 10,11 * * *' },
    });
    to(TEN + 5_000);
    await job.due();
    expect(await subscriptions.find('s1')).toMatchObject({ markAt: TEN });
    digests.account = () => Promise.reject(new Error('asked'));
    to(TEN + HOUR_MS - 1);
    await job.due();
    to(TEN + HOUR_MS);
    await expect(job.due()).rejects.toThrow('asked');
  });

  test('nobody was there for longer than the grace: said once, counted as skipped, nothing made up', async () => {
    const { replica, texts, to, outcomes, entries } = await openDigestStage();
    to(TEN + 2 * DAY_MS + HOUR_MS + 1);
    const job = replica();
    await job.work();
    await job.work();
    expect(texts()).toEqual([
      expect.stringContaining(
        [
          missedCount({ amount: 3 }),
          missedDue({ amount: 3, lastDueAt: TEN + 2 * DAY_MS }),
          MISSED_WORDS.not_running,
        ].join(' '),
      ),
    ]);
    expect(outcomes).toEqual([['skipped', 3]]);
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        msg: 'digests skipped',
        count: 3,
        dueAt: '2026-11-22T04:30:00.000Z',
        status: 'skipped',
      }),
    );
  });

  test('more than are worth counting are "at least"', async () => {
    const { replica, texts, to } = await openDigestStage({ schedule: { cron: '* * * * *' } });
    to(TEN + DAY_MS + 30_000);
    await replica().work();
    expect(texts().toSorted()).toEqual([
      expect.stringMatching(DIGEST),
      expect.stringMatching(/^At least 49 digests/),
    ]);
  });

  test('a clock a year ahead: the digest is not silent until then, when it is put right or another replica is', async () => {
    const { job, replica, texts, to } = await openDigestStage();
    to(TEN + 365 * DAY_MS);
    await replica().work();
    const before = texts().length;
    to(TEN);
    // This one's clock was always right: what was due by it still is.
    await job.work();
    await job.work();
    expect(texts()).toHaveLength(before + 1);
    to(TEN + 365 * DAY_MS + HOUR_MS);
    const wrong = replica();
    await wrong.work();
    to(TEN + DAY_MS + MINUTE_MS);
    await wrong.work();
    to(TEN + 2 * DAY_MS);
    await wrong.work();
    await job.work();
    expect(texts().slice(before + 1)).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('a newer deployment has another schedule: the older replica follows it', async () => {
    const { job, replica, subscriptions, texts, to } = await openDigestStage();
    const [before] = await subscriptions.all();
    if (before)
      await subscriptions.save(before, { ...before, version: 2, cron: '20 10 * * *' }, { audit: [] });
    to(TEN);
    await job.work();
    await replica().work();
    expect(texts()).toEqual([]);
    to(TEN + 20 * MINUTE_MS);
    await Promise.all([job.work(), replica().work()]);
    expect(texts()).toHaveLength(1);
  });
});

describe('Slack refuses', () => {
  const NOT_POSTED_REFUSED = expect.stringContaining(
    `${missedCount({})} ${missedDue({ lastDueAt: TEN })} ${MISSED_WORDS.refused}`,
  );
  // Who made the digest is told once.
  const TOLD = expect.stringMatching(/^1 digest not posted: /);

  test('a closed channel: an error once, counted once, tried seldom, posted when it opens', async () => {
    const { pass, away, back, texts, to, entries, outcomes, slack } = await openDigestStage();
    away('not_in_channel');
    to(TEN - 5_000);
    await pass(30 * MINUTE_MS);
    expect(slack.calls.length).toBeLessThan(7);
    expect(entries.filter(({ level }) => level === 'error')).toMatchObject([
      { code: 'not_in_channel', status: 'waiting' },
    ]);
    expect(outcomes).toEqual([['failed', 1]]);
    back();
    await pass(10 * MINUTE_MS);
    expect(texts()).toEqual([TOLD, expect.stringMatching(DIGEST)]);
    expect(slack.standing[0]?.channelId).toBe('D_U_ADMIN');
    expect(outcomes).toEqual([
      ['failed', 1],
      ['complete', 1],
    ]);
  });

  test('a closed channel for longer than the grace: not counted twice', async () => {
    const { pass, away, back, texts, to, outcomes } = await openDigestStage();
    away('is_archived');
    to(TEN - 5_000);
    await pass(62 * MINUTE_MS, MINUTE_MS);
    expect(outcomes).toEqual([['failed', 1]]);
    back();
    await pass(10 * MINUTE_MS);
    expect(texts()).toEqual([TOLD, expect.stringContaining(MISSED_WORDS.refused)]);
  });

  test('the token: the same', async () => {
    const { job, away, to, entries } = await openDigestStage();
    away('token_revoked');
    to(TEN);
    await job.work();
    expect(entries.at(-1)).toMatchObject({ level: 'error', msg: 'digest not posted', code: 'token_revoked' });
  });

  test('the content: not sent again, the channel is told', async () => {
    const { job, slack, texts, to, outcomes } = await openDigestStage();
    slack.failOnce('before', new SlackFailure('invalid_blocks'));
    to(TEN);
    expect(await job.work()).toBe('failed');
    await job.work();
    expect(texts()).toEqual([NOT_POSTED_REFUSED]);
    expect(outcomes).toEqual([['failed', 1]]);
  });

  test.each([
    ['cut off', '{"text":"Pay'],
    ['empty', 'null'],
    ['no object', '"text and blocks"'],
    ['without a text', '{"blocks":[]}'],
    ['with a text that is none', '{"text":7,"blocks":[]}'],
    ['without blocks', '{"text":"Payout digest"}'],
    ['with blocks that are none', '{"text":"Payout digest","blocks":{}}'],
  ])('a record that cannot be read, %s, holds nothing else up', async (_name, content) => {
    const { job, away, back, texts, to, raw, logged } = await openDigestStage();
    away('fatal_error');
    to(TEN);
    await job.work();
    await raw(`update digest_messages set content = '${content}'`);
    back();
    to(TEN + MINUTE_MS);
    await job.work();
    await job.work();
    // Slack said no, so nobody has to look for the message.
    expect(texts()).toEqual([NOT_POSTED_REFUSED]);
    expect(logged('digest message given up')).toMatchObject([{ level: 'error', code: 'unreadable_record' }]);
  });
});
