/** Owns a digest at half past two in Berlin: a time that is left out in March and comes twice in October. */

import { describe, expect, test } from 'vitest';
import { nextTimes } from '../../src/payouts/subscriptions/subscription.ts';
import { NO_SKIP } from '../../src/payouts/subscriptions/skip.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { OFFER_ALL } from '../../src/slack/views/offers.ts';
import { CHANGED, subscriptionSaved } from '../../src/slack/views/subscriptions.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { readable } from '../slack/shown.ts';
import { type EngineName, ENGINES } from '../store/engines.ts';
import { openDigestStage } from './digest-stage.ts';

const SCHEDULE = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };

const CHANGES = [
  {
    name: 'left out',
    due: ['2026-03-28T01:30Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    shown: ['28 Mar 2026, 07:00', '29 Mar 2026, 06:30', '30 Mar 2026, 06:00'],
  },
  {
    name: 'doubled',
    due: ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    shown: ['24 Oct 2026, 06:00', '25 Oct 2026, 06:00', '26 Oct 2026, 07:00'],
  },
].map(({ due, ...more }) => ({ ...more, due: due.map((at) => Date.parse(at)) }));

describe.each(CHANGES)('the time that is $name', ({ due, shown }) => {
  const [first = 0, , last = 0] = due;
  const now = first - 2 * DAY_MS + HOUR_MS;

  test('is said in words, with the next three times in India', () => {
    const next = nextTimes(SCHEDULE, first - HOUR_MS, { skip: NO_SKIP, amount: 3 });
    expect(next).toEqual(due);
    const saved = subscriptionSaved(
      { subscription: subscription(SCHEDULE), next },
      { now, offers: OFFER_ALL, isOfSettings: () => false, lead: CHANGED, isMember: true },
    );
    expect(readable(saved)).toContain('Every day at 02:30, Europe/Berlin');
    expect(readable(saved)).toContain(shown.join('; '));
  });

  test.each<EngineName>(ENGINES)('is posted once a day by two replicas on %s', async (engine) => {
    const stage = await openDigestStage({ schedule: SCHEDULE, startAt: first - HOUR_MS, engine });
    const replicas = [stage.job, stage.replica()];
    const posted: number[] = [];
    // Once before, at it, and at each half hour after it: half past two comes again after an hour.
    for (const at of due.flatMap((dueAt) =>
      [-1, 0, 1, 2, 3].map((halves) => dueAt + halves * 30 * MINUTE_MS),
    )) {
      await stage.reach(at);
      await Promise.all(replicas.map((replica) => replica.work()));
      while (posted.length < stage.slack.standing.length) posted.push(at);
    }
    expect(posted).toEqual(due);
    expect(stage.outcomes).toEqual([
      ['complete', 1],
      ['complete', 1],
      ['complete', 1],
    ]);
  });

  test('missed in the night of the change, it is told once', async () => {
    const stage = await openDigestStage({ schedule: SCHEDULE, startAt: first - HOUR_MS });
    stage.to(first);
    await stage.job.work();
    stage.to(last + MINUTE_MS);
    await stage.replica().work();
    const messages = await stage.raw(
      'select kind, count(*) as amount from digest_messages group by kind order by kind',
    );
    expect(messages).toEqual([
      { kind: 'digest', amount: 2 },
      { kind: 'missed', amount: 1 },
    ]);
  });
});
