/** Tests the digest's job with a driven clock: every message that is owed is posted once, through outages, freezes and crashes. */

import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/post.ts';
import { CHANNEL, LEASE_MS, openDigestStage, READABLE, TEN, UNREADABLE } from './digest-stage.ts';

const DIGEST = /^Payout digest: 1 EXPIRED link/;

describe('due times', () => {
  test('posted at the due time, not before, and once', async () => {
    const { job, slack, texts, to, outcomes, desk, entries } = await openDigestStage();
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
    expect(desk.gateway.calls.links).toEqual([{ statuses: ['EXPIRED'] }]);
    expect(entries.map(({ level, msg, status, attempt }) => [level, msg, status, attempt])).toEqual([
      ['info', 'digest read', 'read', 1],
      ['info', 'digest posted', 'complete', 1],
    ]);
  });

  test('by two replicas at the same moment: once', async () => {
    const { job, replica, texts, to } = await openDigestStage();
    to(TEN);
    const other = replica();
    await Promise.all([job.work(), other.work(), job.post(), other.due()]);
    await Promise.all([job.work(), other.work()]);
    expect(texts()).toHaveLength(1);
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
    const { job, digests, to } = await openDigestStage();
    digests.account = () => Promise.reject(new Error('asked'));
    digests.mark = () => Promise.reject(new Error('asked'));
    digests.adopt = () => Promise.reject(new Error('asked'));
    to(TEN - 1);
    await job.due();
    to(TEN);
    await expect(job.due()).rejects.toThrow('asked');
  });

  test('nobody was there for longer than the grace: said once, counted as skipped, nothing made up', async () => {
    const { replica, texts, to, outcomes, entries } = await openDigestStage();
    to(TEN + 2 * DAY_MS + HOUR_MS + 1);
    const job = replica();
    await job.work();
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(/^3 digests not posted\. .*22 Nov 2026, 10:00 IST/)]);
    expect(outcomes).toEqual([['skipped', 3]]);
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'digests skipped', count: 3 }),
    );
  });

  test('more than are worth counting are "at least"', async () => {
    const { replica, texts, to } = await openDigestStage({ schedule: { cron: '* * * * *' } });
    to(TEN + DAY_MS + 30_000);
    await replica().work();
    expect(texts().toSorted()).toEqual([
      expect.stringMatching(/^At least 49 digests/),
      expect.stringMatching(DIGEST),
    ]);
  });

  test('a newer deployment has another schedule: the older replica leaves it alone', async () => {
    const { job, replica, texts, to, entries } = await openDigestStage();
    const newer = replica({ cron: '20 10 * * *' });
    await newer.due();
    to(TEN);
    await job.work();
    await newer.work();
    expect(texts()).toEqual([]);
    expect(entries.map(({ msg }) => msg)).toContain('digest schedule replaced by another replica');
    to(TEN + DAY_MS);
    await job.work();
    expect(texts()).toEqual([]);
    to(TEN + DAY_MS + 20 * MINUTE_MS);
    await newer.work();
    expect(texts()).toHaveLength(2);
  });
});

describe('Slack is away at the due time', () => {
  test.each(['fatal_error', 'internal_error', 'http_503', 'unreachable', 'ratelimited'])(
    '%s for five minutes: posted within the minute after',
    async (code) => {
      const { pass, away, back, texts, job, to, outcomes } = await openDigestStage();
      away(code);
      to(TEN);
      expect(await job.work()).toBe('failed');
      await pass(5 * MINUTE_MS);
      expect(texts()).toEqual([]);
      back();
      await pass(MINUTE_MS);
      expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
      await pass(2 * HOUR_MS, 10 * MINUTE_MS);
      expect(texts()).toHaveLength(1);
      expect(outcomes).toEqual([['complete', 1]]);
    },
  );

  test('for 59 minutes: still posted', async () => {
    const { pass, away, back, texts, to, desk, outcomes } = await openDigestStage();
    away('http_503');
    to(TEN - 5_000);
    await pass(59 * MINUTE_MS + 5_000);
    back();
    await pass(MINUTE_MS);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(outcomes).toEqual([['complete', 1]]);
    // Read once: what Slack did not take costs InstantPay nothing.
    expect(desk.gateway.calls.links).toHaveLength(1);
  });

  test('for 90 minutes: the channel is told once that it was missed, and the operator once', async () => {
    const { pass, away, back, texts, to, entries, outcomes } = await openDigestStage();
    away('http_503');
    to(TEN - 5_000);
    await pass(90 * MINUTE_MS);
    expect(outcomes).toEqual([['failed', 1]]);
    expect(entries.filter(({ level }) => level === 'error')).toMatchObject([
      { msg: 'digest message given up', status: 'failed', code: 'http_503' },
    ]);
    back();
    await pass(5 * MINUTE_MS);
    expect(texts()).toEqual([
      expect.stringMatching(/^1 digest not confirmed as posted\. Due on 20 Nov 2026, 10:00 IST/),
    ]);
    await pass(HOUR_MS, MINUTE_MS);
    expect(texts()).toHaveLength(1);
  });

  test('for more than a day: the notice is given up too', async () => {
    const { pass, away, back, texts, to, entries } = await openDigestStage();
    away('fatal_error');
    to(TEN - 5_000);
    // The next digest is owed as well by then; only the notices are looked at.
    await pass(HOUR_MS + DAY_MS + 30 * MINUTE_MS, 30 * MINUTE_MS);
    back();
    await pass(MINUTE_MS);
    expect(texts().filter((text) => text.includes('20 Nov 2026'))).toEqual([]);
    expect(entries.filter(({ msg }) => msg === 'digest message given up').length).toBeGreaterThan(1);
  });

  test('Retry-After is honoured', async () => {
    const { pass, away, back, slack, texts, job, to } = await openDigestStage();
    away('ratelimited', ['message'], 120_000);
    to(TEN);
    await job.work();
    back();
    await pass(119_000);
    expect(slack.calls).toEqual(['message']);
    await pass(15_000);
    expect(texts()).toHaveLength(1);
  });

  test('across a restart, and by another replica', async () => {
    const { away, back, replica, texts, to, job } = await openDigestStage();
    away('fatal_error');
    to(TEN);
    await job.work();
    back();
    to(TEN + MINUTE_MS);
    await replica().work();
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });
});

describe('Slack refuses', () => {
  test('a closed channel: an error once, counted once, tried seldom, posted when it opens', async () => {
    const { pass, away, back, texts, to, entries, outcomes, slack } = await openDigestStage();
    away('not_in_channel');
    to(TEN - 5_000);
    await pass(30 * MINUTE_MS);
    expect(slack.calls.length).toBeLessThan(6);
    expect(entries.filter(({ level }) => level === 'error')).toMatchObject([
      { code: 'not_in_channel', status: 'waiting' },
    ]);
    expect(outcomes).toEqual([['failed', 1]]);
    back();
    await pass(10 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
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
    expect(texts()).toEqual([expect.stringContaining('Slack refused the message.')]);
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
    slack.before = () => {
      slack.before = () => {};
      throw new SlackFailure('invalid_blocks');
    };
    to(TEN);
    expect(await job.work()).toBe('failed');
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(/^1 digest not posted\..*Slack refused the message\./)]);
    expect(outcomes).toEqual([['failed', 1]]);
  });

  test('a record that cannot be read holds nothing else up', async () => {
    const { job, away, back, texts, to, raw } = await openDigestStage();
    away('fatal_error');
    to(TEN);
    await job.work();
    await raw(`update digest_messages set content = '{"text":7}'`);
    back();
    to(TEN + MINUTE_MS);
    await job.work();
    await job.work();
    expect(texts()).toEqual([expect.stringContaining('1 digest not posted')]);
  });
});

describe('InstantPay is away at the due time', () => {
  test('for five minutes: incomplete is said once, at once; then the whole', async () => {
    const { pass, job, texts, to, desk, outcomes, entries } = await openDigestStage();
    desk.gateway.script.links = () => UNREADABLE;
    to(TEN);
    expect(await job.work()).toBe('failed');
    expect(texts()).toEqual([
      expect.stringMatching(/^Payout digest INCOMPLETE .*the last by 20 Nov 2026, 11:00 IST/),
    ]);
    await pass(5 * MINUTE_MS);
    expect(texts()).toHaveLength(1);
    desk.gateway.script.links = () => READABLE;
    await pass(5 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringContaining('INCOMPLETE'), expect.stringMatching(DIGEST)]);
    expect(outcomes).toEqual([
      ['incomplete', 1],
      ['complete', 1],
    ]);
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'digest incomplete', reason: 'Page 2 failed.' }),
    );
  });

  test('for 59 minutes: the whole still follows', async () => {
    const { pass, texts, to, desk } = await openDigestStage();
    desk.gateway.script.links = () => UNREADABLE;
    to(TEN - 5_000);
    await pass(59 * MINUTE_MS + 5_000);
    desk.gateway.script.links = () => READABLE;
    await pass(MINUTE_MS);
    expect(texts()).toEqual([expect.stringContaining('INCOMPLETE'), expect.stringMatching(DIGEST)]);
    expect(desk.gateway.calls.links.length).toBeLessThan(25);
  });

  test('for 90 minutes: what was read, and that it is missed', async () => {
    const { pass, texts, to, desk, outcomes, entries } = await openDigestStage();
    desk.gateway.script.links = () => UNREADABLE;
    to(TEN - 5_000);
    await pass(90 * MINUTE_MS);
    expect(texts()).toEqual([
      expect.stringContaining('Next attempt'),
      expect.stringContaining(
        'The digest due on 20 Nov 2026, 10:00 IST is missed. No more automatic retries.',
      ),
    ]);
    expect(outcomes).toEqual([
      ['incomplete', 1],
      ['failed', 1],
    ]);
    expect(entries.filter(({ level }) => level === 'error')).toMatchObject([
      { msg: 'digest missed', status: 'failed' },
    ]);
    desk.gateway.script.links = () => READABLE;
    await pass(HOUR_MS, MINUTE_MS);
    expect(texts()).toHaveLength(2);
  });

  test('Slack too: the note is overtaken by the whole', async () => {
    const { pass, away, back, texts, to, desk } = await openDigestStage();
    desk.gateway.script.links = () => UNREADABLE;
    away('ratelimited', ['message'], 10 * MINUTE_MS);
    to(TEN - 5_000);
    await pass(MINUTE_MS);
    desk.gateway.script.links = () => READABLE;
    await pass(4 * MINUTE_MS);
    back();
    await pass(15 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('nobody read it within the grace: missed, and not for InstantPay’s sake', async () => {
    const { digests, replica, texts, to, outcomes } = await openDigestStage();
    to(TEN);
    const schedule = { id: 's1', cron: '0 10 * * *', timezone: 'Asia/Kolkata' };
    await digests.account(schedule, TEN - MINUTE_MS, TEN, { run: TEN, owed: [] });
    to(TEN + HOUR_MS + 1);
    expect(await replica().work()).toBe('failed');
    expect(texts()).toEqual([expect.stringContaining('Payout Desk was not running.')]);
    expect(outcomes).toEqual([['failed', 1]]);
  });

  test('nobody came back to an incomplete one within the grace: missed since it could not be read', async () => {
    const { job, texts, to, desk } = await openDigestStage();
    desk.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    to(TEN + HOUR_MS + 1);
    await job.work();
    expect(texts().at(-1)).toContain('InstantPay’s list could not be read completely in time.');
  });
});

describe('a holder that is slow', () => {
  test('a walk longer than its lease renews it: nobody else walks, and it is posted once', async () => {
    const { desk, digests, replica, texts, to, slack } = await openDigestStage();
    const renewMs = 1;
    const job = replica({}, renewMs);
    const other = replica();
    const renewals: (() => void)[] = [];
    const renewed = () => new Promise<void>((resolve) => renewals.push(resolve));
    const renew = digests.renewRead.bind(digests);
    // Renewed for the time of a process, while the interval is that of a test.
    digests.renewRead = async (claim, now) => {
      const held = await renew(claim, now, LEASE_MS);
      for (const resolve of renewals.splice(0)) resolve();
      return held;
    };
    desk.gateway.script.links = async () => {
      for (let page = 0; page < 12; page += 1) {
        // Two, since the first may have begun before the clock moved on.
        await renewed();
        await renewed();
        to(desk.time.now + LEASE_MS - 1);
        await other.work();
      }
      return READABLE;
    };
    to(TEN);
    await job.work();
    await other.work();
    expect(desk.gateway.calls.links).toHaveLength(1);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(slack.calls).toEqual(['message']);
  });

  test('a walk that lost its lease brings nothing: the other’s digest stands alone', async () => {
    const { desk, job, replica, texts, to, entries, outcomes } = await openDigestStage();
    const walking = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<typeof READABLE>();
    desk.gateway.script.links = [
      () => {
        walking.resolve();
        return slow.promise;
      },
      READABLE,
    ];
    to(TEN);
    const first = job.work();
    await walking.promise;
    to(TEN + LEASE_MS);
    await replica().work();
    slow.resolve(READABLE);
    expect(await first).toBe('ok');
    expect(texts()).toHaveLength(1);
    expect(outcomes).toEqual([['complete', 1]]);
    expect(entries.map(({ msg }) => msg)).toContain('digest claim lost, result dropped');
  });

  test('an incomplete walk that lost its lease neither, nor one that would be the last', async () => {
    const { desk, job, replica, texts, to } = await openDigestStage({ schedule: { graceMs: 2 * MINUTE_MS } });
    const walking = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<typeof UNREADABLE>();
    desk.gateway.script.links = [
      () => {
        walking.resolve();
        return slow.promise;
      },
      READABLE,
    ];
    to(TEN);
    const first = job.work();
    await walking.promise;
    to(TEN + 2 * MINUTE_MS);
    await replica().work();
    slow.resolve(UNREADABLE);
    expect(await first).toBe('failed');
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('frozen before Slack had its message: the late one is taken away', async () => {
    const { job, replica, hold, texts, to, slack, entries } = await openDigestStage();
    to(TEN);
    const post = hold('before', 'message');
    const first = job.work();
    await post.reached;
    to(TEN + LEASE_MS);
    await replica().work();
    const stands = slack.standing[0]?.ts;
    post.release();
    await first;
    await job.work();
    expect(slack.standing.map(({ ts }) => ts)).toEqual([stands]);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(entries.map(({ msg }) => msg)).toContain('digest claim lost after posting');
    await job.work();
    expect(slack.calls.filter((call) => call === 'remove')).toHaveLength(1);
  });

  test('frozen after Slack had its message: the next holder finds it, and it stays', async () => {
    const { job, replica, hold, texts, to, slack } = await openDigestStage();
    to(TEN);
    const post = hold('after', 'message');
    const first = job.work();
    await post.reached;
    to(TEN + LEASE_MS);
    await replica().work();
    post.release();
    await first;
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(slack.calls).toEqual(['message', 'findOwn']);
  });

  test('frozen between its claim and its post: it posts nothing', async () => {
    const { job, replica, texts, to, digests, slack } = await openDigestStage();
    const posting = digests.posting.bind(digests);
    to(TEN);
    digests.posting = async (...args) => {
      digests.posting = posting;
      to(TEN + LEASE_MS);
      await replica().work();
      return posting(...args);
    };
    await job.work();
    expect(texts()).toHaveLength(1);
    expect(slack.calls).toEqual(['message']);
  });

  test('a stray that Slack does not let go is tried again, until it is gone', async () => {
    const { job, replica, hold, to, slack, away, back, entries, digests } = await openDigestStage();
    to(TEN);
    const post = hold('before', 'message');
    const first = job.work();
    await post.reached;
    to(TEN + LEASE_MS);
    await replica().work();
    post.release();
    await first.catch(() => {});
    expect(slack.standing).toHaveLength(1);
    const [digest] = slack.standing;
    await digests.addStray(`s1 ${new Date(TEN).toISOString()} digest`, '9.9');
    away('http_503', ['remove']);
    await job.work();
    expect(await digests.strays(9)).toHaveLength(1);
    expect(entries.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'stray digest not removed',
      code: 'http_503',
    });
    back();
    // Slack says message_not_found, which is as good.
    await job.work();
    expect(await digests.strays(9)).toEqual([]);
    expect(slack.standing).toEqual([digest]);
  });

  test('the post of an earlier attempt is nowhere to be seen: posted again after some patience, with the doubt', async () => {
    const { pass, slack, texts, to, job } = await openDigestStage();
    slack.showsHistory = false;
    slack.after = () => {
      slack.after = () => {};
      throw new SlackFailure('unreachable');
    };
    to(TEN);
    await job.work();
    expect(texts()).toHaveLength(1);
    await pass(5_000);
    expect(texts()).toHaveLength(1);
    await pass(2 * MINUTE_MS);
    expect(texts()).toHaveLength(2);
    expect(
      slack.standing.map(({ message }) => JSON.stringify(message.blocks).includes('may appear twice')),
    ).toEqual([false, true]);
    expect(slack.calls).toEqual(['message', 'findOwn', 'findOwn', 'findOwn', 'message']);
  });

  test('something unexpected while posting: the row is tried again when its lease is over', async () => {
    const { job, slack, texts, to } = await openDigestStage();
    slack.before = () => {
      slack.before = () => {};
      throw new Error('a fault in the code');
    };
    to(TEN);
    await expect(job.work()).rejects.toThrow('a fault in the code');
    to(TEN + LEASE_MS);
    await job.work();
    expect(texts()).toHaveLength(1);
  });
});
