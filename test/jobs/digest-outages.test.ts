/** Owns a digest whose due time met an outage: posted within the grace, or reported as missed. */

import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openDigestStage, READABLE, TEN, UNREADABLE, DIGEST } from './digest-stage.ts';
import { MISSED_WORDS, missedCount, missedDue } from '../../src/slack/views/digest-missed.ts';
import { digestMissed } from '../../src/slack/views/digest-message.ts';
import { unformatted } from '../../src/slack/block-kit/text.ts';

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
    const { pass, away, back, texts, to, deps, outcomes } = await openDigestStage();
    away('http_503');
    to(TEN - 5_000);
    await pass(59 * MINUTE_MS + 5_000);
    back();
    await pass(MINUTE_MS);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(outcomes).toEqual([['complete', 1]]);
    // Read once: what Slack did not take costs InstantPay nothing.
    expect(deps.gateway.calls.links).toHaveLength(1);
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
      expect.stringContaining(`${missedCount({ perhapsPosted: true })} ${missedDue({ lastDueAt: TEN })}`),
    ]);
    await pass(HOUR_MS, MINUTE_MS);
    expect(texts()).toHaveLength(1);
  });

  test('for more than a day: the notice is given up too', async () => {
    const { pass, away, back, texts, to, entries } = await openDigestStage();
    away('fatal_error');
    to(TEN - 5_000);
    // By then the next digest is due as well; only the notices count here.
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

describe('InstantPay is away at the due time', () => {
  test('for five minutes: incomplete is said once, at once; then the whole', async () => {
    const { pass, job, texts, to, deps, outcomes, entries } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    expect(await job.work()).toBe('failed');
    expect(texts()).toEqual([expect.stringMatching(/^Payout digest incomplete .* by today 11:00/)]);
    await pass(5 * MINUTE_MS);
    expect(texts()).toHaveLength(1);
    deps.gateway.script.links = () => READABLE;
    await pass(5 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringContaining('digest incomplete'), expect.stringMatching(DIGEST)]);
    expect(outcomes).toEqual([
      ['incomplete', 1],
      ['complete', 1],
    ]);
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'digest incomplete', reason: 'Page 2 failed.' }),
    );
  });

  test('for 59 minutes: the whole still follows', async () => {
    const { pass, texts, to, deps } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN - 5_000);
    await pass(59 * MINUTE_MS + 5_000);
    deps.gateway.script.links = () => READABLE;
    await pass(MINUTE_MS);
    expect(texts()).toEqual([expect.stringContaining('digest incomplete'), expect.stringMatching(DIGEST)]);
    expect(deps.gateway.calls.links.length).toBeLessThan(25);
  });

  test('for 90 minutes: what was read, and that it is missed', async () => {
    const { pass, texts, to, deps, outcomes, entries } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN - 5_000);
    await pass(90 * MINUTE_MS);
    expect(texts()).toEqual([
      expect.stringContaining('Next attempt'),
      expect.stringContaining(unformatted(digestMissed(TEN, deps.time.now))),
    ]);
    expect(outcomes).toEqual([
      ['incomplete', 1],
      ['failed', 1],
    ]);
    expect(entries.filter(({ level }) => level === 'error')).toMatchObject([
      { msg: 'digest missed', status: 'failed' },
    ]);
    deps.gateway.script.links = () => READABLE;
    await pass(HOUR_MS, MINUTE_MS);
    expect(texts()).toHaveLength(2);
  });

  test('Slack too: the note is overtaken by the whole', async () => {
    const { pass, away, back, texts, to, deps } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    away('ratelimited', ['message'], 10 * MINUTE_MS);
    to(TEN - 5_000);
    await pass(MINUTE_MS);
    deps.gateway.script.links = () => READABLE;
    await pass(4 * MINUTE_MS);
    back();
    await pass(15 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
  });

  test('nobody read it within the grace: missed, and not for InstantPay’s sake', async () => {
    const { digests, subscriptions, replica, texts, to, outcomes } = await openDigestStage();
    to(TEN);
    const [schedule] = await subscriptions.all();
    if (schedule) await digests.account(schedule, TEN, { run: TEN, skipped: [], messages: [] });
    to(TEN + HOUR_MS + 1);
    expect(await replica().work()).toBe('failed');
    expect(texts()).toEqual([expect.stringContaining(MISSED_WORDS.not_running)]);
    expect(outcomes).toEqual([['failed', 1]]);
  });

  test('and so is Slack, with lost answers: no note of an incomplete list follows the whole one', async () => {
    const { pass, away, back, texts, job, to, deps, entries, logged, outcomes } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    away('http_503');
    to(TEN);
    await job.work();
    deps.gateway.script.links = () => READABLE;
    await pass(2 * MINUTE_MS);
    back();
    await pass(2 * HOUR_MS, MINUTE_MS);
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    // Neither a failure nor an error: the digest itself was posted.
    expect(logged('digest message given up')).toMatchObject([{ level: 'info', kind: 'incomplete' }]);
    expect(entries.filter(({ level }) => level === 'error')).toEqual([]);
    expect(outcomes).toEqual([
      ['incomplete', 1],
      ['complete', 1],
    ]);
  });

  test('nobody came back to an incomplete one within the grace: missed since it could not be read', async () => {
    const { job, texts, to, deps } = await openDigestStage();
    deps.gateway.script.links = () => UNREADABLE;
    to(TEN);
    await job.work();
    to(TEN + HOUR_MS + 1);
    await job.work();
    expect(texts().at(-1)).toContain(MISSED_WORDS.unreadable);
  });
});
