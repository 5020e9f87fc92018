/** Owns replicas that are slow, frozen or cut off at a digest: one message remains. */

import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
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
import { MAY_APPEAR_TWICE } from '../../src/slack/views/digest-message.ts';
import { missedCount } from '../../src/slack/views/digest-missed.ts';
import { ALREADY_POSTED } from '../../src/jobs/digest-post.ts';

describe('a holder that is slow', () => {
  test('a walk longer than its lease renews it: nobody else walks, and it is posted once', async () => {
    const { deps, digests, replica, texts, to, slack } = await openDigestStage();
    const renewMs = 1;
    const job = replica(renewMs);
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
    deps.gateway.script.links = async () => {
      for (let page = 0; page < 12; page += 1) {
        // Two, since the first may have begun before the clock moved on.
        await renewed();
        await renewed();
        to(deps.time.now + LEASE_MS - 1);
        await other.work();
      }
      return READABLE;
    };
    to(TEN);
    await job.work();
    await other.work();
    expect(deps.gateway.calls.links).toHaveLength(1);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(slack.calls).toEqual(['message']);
  });

  test('a walk that lost its lease brings nothing: the other’s digest stands alone', async () => {
    const stage = await openDigestStage();
    const { replica, texts, to, outcomes } = stage;
    const walk = await heldWalk(stage);
    to(TEN + LEASE_MS);
    await replica().work();
    expect(await walk.release(READABLE)).toBe('ok');
    expect(texts()).toHaveLength(1);
    expect(outcomes).toEqual([['complete', 1]]);
  });

  test('an incomplete walk that lost its lease neither, nor one that would be the last', async () => {
    const stage = await openDigestStage({ schedule: { graceMs: 2 * MINUTE_MS } });
    const { job, replica, texts, to } = stage;
    const walk = await heldWalk(stage);
    to(TEN + 2 * MINUTE_MS);
    await replica().work();
    expect(await walk.release(UNREADABLE)).toBe('failed');
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('frozen before Slack had its message: the late one is taken away', async () => {
    const stage = await openDigestStage();
    const { job, texts, slack } = stage;
    const post = await frozenPost(stage, 'before');
    const stands = slack.standing[0]?.ts;
    await post.release();
    await job.work();
    expect(slack.standing.map(({ ts }) => ts)).toEqual([stands]);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    await job.work();
    expect(slack.calls.filter((call) => call === 'remove')).toHaveLength(1);
  });

  test('frozen after Slack had its message: the next holder finds it, and it stays', async () => {
    const stage = await openDigestStage();
    const { job, texts, slack, logged } = stage;
    const looks: { channelId: string; since: number }[] = [];
    const findOwn = slack.messenger.findOwn.bind(slack.messenger);
    slack.messenger.findOwn = (channelId, since, mark) => {
      looks.push({ channelId, since });
      return findOwn(channelId, since, mark);
    };
    const post = await frozenPost(stage, 'after');
    await post.release();
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(slack.calls).toEqual(['message', 'findOwn']);
    expect(looks).toEqual([{ channelId: CHANNEL, since: TEN }]);
    expect(logged(ALREADY_POSTED)).toMatchObject([{ attempt: 2 }]);
    expect(logged('digest posted')).toEqual([]);
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
    const stage = await openDigestStage();
    const { job, slack, away, back, entries, digests } = stage;
    const post = await frozenPost(stage, 'before');
    await post.release();
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
    const { pass, slack, texts } = await openInDoubt();
    expect(texts()).toHaveLength(1);
    await pass(5_000);
    expect(texts()).toHaveLength(1);
    await pass(2 * MINUTE_MS);
    expect(texts()).toHaveLength(2);
    expect(
      slack.standing.map(({ message }) => JSON.stringify(message.blocks).includes(MAY_APPEAR_TWICE)),
    ).toEqual([false, true]);
    expect(slack.calls).toEqual(['message', 'findOwn', 'findOwn', 'findOwn', 'message']);
  });

  test('and past its time: given up at once, as not confirmed', async () => {
    const { texts, to, job } = await openInDoubt();
    to(TEN + HOUR_MS + 1);
    await job.work();
    await job.work();
    expect(texts()).toEqual([
      expect.stringMatching(DIGEST),
      expect.stringContaining(missedCount({ perhapsPosted: true })),
    ]);
  });

  test('something unexpected while posting: the row is tried again when its lease is over', async () => {
    const { job, slack, texts, to } = await openDigestStage();
    slack.failOnce('before', new Error('a fault in the code'));
    to(TEN);
    await expect(job.work()).rejects.toThrow('a fault in the code');
    to(TEN + LEASE_MS);
    await job.work();
    expect(texts()).toHaveLength(1);
  });
});
