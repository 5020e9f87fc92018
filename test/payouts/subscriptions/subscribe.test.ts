/** Owns what administrators do with digests' schedules: who may, what is refused, what a change keeps, what is audited. */

import { describe, expect, test } from 'vitest';
import { Conflict, Forbidden, NotFound, Refused } from '../../../src/errors.ts';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { followSettings } from '../../../src/payouts/subscriptions/follow-settings.ts';
import { pauseClosed } from '../../../src/payouts/subscriptions/pause-closed.ts';
import {
  changeSubscription,
  MOST_IN_ALL,
  MOST_IN_CHANNEL,
  pauseSubscription,
  removeSubscription,
  resumeSubscription,
  subscribe,
  subscriptionsOf,
  subscriptionToChange,
} from '../../../src/payouts/subscriptions/subscribe.ts';
import type { Subscription } from '../../../src/payouts/subscriptions/subscription.ts';
import {
  CHANGED_MEANWHILE,
  NO_SUBSCRIPTION,
  NOT_A_CHANNEL,
  OF_SETTINGS,
  SAME_SUBSCRIPTION,
  TOO_MANY,
  TOO_MANY_IN_ALL,
} from '../../../src/payouts/subscriptions/words.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { auditOf, CHECKER, MAKER, makeDeps, NOON, only, policy, type TestDeps } from '../setup.ts';
import { subscription } from './samples.ts';

/** Ten in India, two hours before the tests begin. */
const TEN = NOON - 2 * HOUR_MS;
const DAILY = {
  cron: '0 10 * * *',
  timezone: 'Asia/Kolkata',
  statuses: ['EXPIRED'],
  purpose: undefined,
} as const;
const WANTED = { ...DAILY, id: 's1', channelId: 'C1' };

async function withOne(deps: TestDeps, changes: Partial<Subscription> = {}): Promise<Subscription> {
  const one = subscription({ markAt: NOON, ...changes });
  await deps.store.subscriptions.create(one, []);
  return one;
}
const find = (deps: TestDeps, id = 's1') => deps.store.subscriptions.find(id);

describe('subscribing', () => {
  test('begins now, is audited with what it holds, and tells the next three times', async () => {
    const deps = makeDeps();
    const { subscription: made, next } = await subscribe(deps, CHECKER, {
      ...WANTED,
      purpose: 'salary 9820011101',
    });
    expect(made).toEqual({
      ...WANTED,
      purpose: 'salary 9820011101',
      version: 1,
      createdBy: CHECKER.userId,
      createdAt: NOON,
      paused: undefined,
      markAt: NOON,
      skipped: [],
    });
    expect(next).toEqual([1, 2, 3].map((days) => TEN + days * DAY_MS));
    expect(await find(deps)).toEqual(made);
    // Numbers of people do not reach the audit.
    expect(auditOf(deps)).toMatchObject([
      {
        action: 'subscription.created',
        actorId: CHECKER.userId,
        detail: 'C1 0 10 * * * Asia/Kolkata EXPIRED “salary ******1101”',
      },
    ]);
  });

  test('delivered twice: one, and the same answer', async () => {
    const deps = makeDeps();
    const first = await subscribe(deps, CHECKER, WANTED);
    expect(await subscribe(deps, CHECKER, WANTED)).toEqual(first);
    expect(await deps.store.subscriptions.all()).toHaveLength(1);
    expect(auditOf(deps)).toHaveLength(1);
  });

  test.each(['D1', 'U1', ''])('not in %s, which is no channel', async (channelId) => {
    const deps = makeDeps();
    await expect(subscribe(deps, CHECKER, { ...WANTED, channelId })).rejects.toThrow(
      new Refused(NOT_A_CHANNEL),
    );
  });

  test('not the same twice in a channel; in another one it is', async () => {
    const deps = makeDeps();
    await subscribe(deps, CHECKER, { ...WANTED, statuses: ['EXPIRED', 'ISSUED'] });
    const same = { ...WANTED, id: 's2', statuses: ['ISSUED', 'EXPIRED'] as const };
    await expect(subscribe(deps, CHECKER, same)).rejects.toThrow(new Refused(SAME_SUBSCRIPTION));
    await subscribe(deps, CHECKER, { ...same, channelId: 'C2' });
  });

  test('not more than are walked in a morning', async () => {
    const deps = makeDeps();
    for (let index = 0; index < MOST_IN_CHANNEL; index += 1)
      await subscribe(deps, CHECKER, { ...WANTED, id: `s${index}`, cron: `${index} 10 * * *` });
    const more = { ...WANTED, id: 'more', cron: '0 11 * * *' };
    await expect(subscribe(deps, CHECKER, more)).rejects.toThrow(new Refused(TOO_MANY(MOST_IN_CHANNEL)));
    for (let index = MOST_IN_CHANNEL; index < MOST_IN_ALL; index += 1)
      await withOne(deps, { id: `x${index}`, channelId: `C${index}` });
    await expect(subscribe(deps, CHECKER, { ...more, channelId: 'C9X' })).rejects.toThrow(
      new Refused(TOO_MANY_IN_ALL(MOST_IN_ALL)),
    );
  });
});

test('only administrators change anything; each refusal is audited and nothing is stored', async () => {
  const deps = makeDeps();
  const one = await withOne(deps);
  const changed = { ...DAILY, id: 's1', version: 1, cron: '0 9 * * *' };
  const tries = [
    subscribe(deps, MAKER, { ...WANTED, id: 's2' }),
    changeSubscription(deps, MAKER, changed),
    subscriptionToChange(deps, MAKER, 's1'),
    pauseSubscription(deps, MAKER, 's1'),
    resumeSubscription(deps, MAKER, 's1'),
    removeSubscription(deps, MAKER, 's1'),
  ];
  for (const attempt of tries) await expect(attempt).rejects.toThrow(Forbidden);
  expect(await deps.store.subscriptions.all()).toEqual([one]);
  expect(auditOf(deps)).toHaveLength(tries.length);
  for (const row of auditOf(deps))
    expect(row).toMatchObject({ subject: 'subscription.manage', outcome: 'not_administrator' });
  expect(await subscriptionsOf(deps, MAKER, 'C_DIGESTS')).toMatchObject([{ subscription: one }]);
  await expect(subscriptionsOf(deps, { userId: 'U_NOBODY' }, 'C_DIGESTS')).rejects.toThrow(Forbidden);
});

describe('a change', () => {
  const to = (changes: object) => ({ ...DAILY, id: 's1', version: 1, ...changes });

  test('of what it holds keeps its mark and what was skipped', async () => {
    const deps = makeDeps();
    await withOne(deps, { markAt: TEN, skipped: [TEN - DAY_MS] });
    await changeSubscription(deps, CHECKER, to({ statuses: ['ISSUED'], purpose: 'rent' }));
    expect(await find(deps)).toMatchObject({
      version: 2,
      statuses: ['ISSUED'],
      purpose: 'rent',
      markAt: TEN,
      skipped: [TEN - DAY_MS],
    });
    expect(auditOf(deps)).toMatchObject([
      {
        action: 'subscription.changed',
        detail: 'C_DIGESTS 0 10 * * * Asia/Kolkata EXPIRED → C_DIGESTS 0 10 * * * Asia/Kolkata ISSUED “rent”',
      },
    ]);
  });

  test('of its days starts afresh: nothing is due that never was by them', async () => {
    const deps = makeDeps();
    await withOne(deps, { markAt: NOON - 60_000 });
    const { next } = await changeSubscription(deps, CHECKER, to({ cron: '0 11 * * *' }));
    expect(await find(deps)).toMatchObject({ markAt: NOON, skipped: [] });
    expect(next[0]).toBe(TEN + DAY_MS + HOUR_MS);
  });

  test('of a version that is no longer there changes nothing', async () => {
    const deps = makeDeps();
    const one = await withOne(deps, { version: 2 });
    await expect(changeSubscription(deps, CHECKER, to({ cron: '0 9 * * *' }))).rejects.toThrow(
      new Conflict(CHANGED_MEANWHILE),
    );
    expect(await find(deps)).toEqual(one);
  });

  test('of one that is gone says so', async () => {
    const deps = makeDeps();
    for (const attempt of [
      changeSubscription(deps, CHECKER, to({})),
      pauseSubscription(deps, CHECKER, 's1'),
      removeSubscription(deps, CHECKER, 's1'),
      subscriptionToChange(deps, CHECKER, 's1'),
    ])
      await expect(attempt).rejects.toThrow(new NotFound(NO_SUBSCRIPTION));
  });

  test('that meets an accounting replica is made on what that one left', async () => {
    let meets = true;
    const deps = makeDeps({
      async at({ operation, when }) {
        if (operation !== 'subscriptions.save' || when !== 'before' || !meets) return;
        meets = false;
        const there = await find(deps);
        if (there) await deps.store.subscriptions.save(there, { ...there, markAt: NOON - 1 }, { audit: [] });
      },
    });
    await withOne(deps, { markAt: TEN });
    await pauseSubscription(deps, CHECKER, 's1');
    expect(await find(deps)).toMatchObject({ markAt: NOON - 1, paused: { why: 'person' } });
  });
});

describe('a pause', () => {
  test('and its end: what was due meanwhile was skipped, twice over changes nothing', async () => {
    const deps = makeDeps();
    await withOne(deps);
    const { next } = await pauseSubscription(deps, CHECKER, 's1');
    expect(next).toEqual([]);
    await pauseSubscription(deps, CHECKER, 's1');
    deps.time.now = NOON + 2 * DAY_MS;
    const resumed = await resumeSubscription(deps, CHECKER, 's1');
    await resumeSubscription(deps, CHECKER, 's1');
    expect(resumed.subscription).toMatchObject({
      version: 3,
      paused: undefined,
      markAt: NOON + 2 * DAY_MS,
      skipped: [TEN + DAY_MS, TEN + 2 * DAY_MS],
    });
    expect(resumed.next[0]).toBe(TEN + 3 * DAY_MS);
    expect(auditOf(deps).map(({ action }) => action)).toEqual([
      'subscription.paused',
      'subscription.resumed',
    ]);
  });

  test('outlives a change of days, and counts what was due by the former ones', async () => {
    const deps = makeDeps();
    await withOne(deps, { paused: { why: 'person', at: NOON, by: 'U_A' } });
    deps.time.now = NOON + DAY_MS;
    await changeSubscription(deps, CHECKER, { ...DAILY, id: 's1', version: 1, cron: '0 11 * * *' });
    expect(await find(deps)).toMatchObject({ paused: { why: 'person' }, skipped: [TEN + DAY_MS] });
    deps.time.now = NOON + 2 * DAY_MS;
    await resumeSubscription(deps, CHECKER, 's1');
    expect(await find(deps)).toMatchObject({
      skipped: [TEN + DAY_MS, TEN + 2 * DAY_MS + HOUR_MS],
    });
  });
});

describe('the schedule of the settings', () => {
  const OURS = { ...DAILY, channelId: 'C0DIGESTS' };

  test('is made once, follows them, and goes with its channel', async () => {
    const deps = makeDeps();
    await Promise.all([followSettings(deps, OURS), followSettings(deps, OURS)]);
    deps.time.now += HOUR_MS;
    await followSettings(deps, OURS);
    expect(await deps.store.subscriptions.all()).toMatchObject([
      { id: 'settings:C0DIGESTS', version: 1, createdBy: SYSTEM_ACTOR, markAt: NOON },
    ]);
    await followSettings(deps, { ...OURS, statuses: ['ISSUED'] });
    expect(await find(deps, 'settings:C0DIGESTS')).toMatchObject({ version: 2, markAt: NOON });
    await followSettings(deps, { ...OURS, statuses: ['ISSUED'], cron: '0 9 * * *' });
    expect(await find(deps, 'settings:C0DIGESTS')).toMatchObject({ version: 3, markAt: NOON + HOUR_MS });
    await withOne(deps);
    await followSettings(deps, { ...OURS, channelId: 'C0OTHER' });
    const ids = async () => (await deps.store.subscriptions.all()).map(({ id }) => id).sort();
    expect(await ids()).toEqual(['s1', 'settings:C0OTHER']);
    await followSettings(deps, undefined);
    expect(await ids()).toEqual(['s1']);
    expect(auditOf(deps).map(({ action }) => action)).toEqual([
      'subscription.created',
      'subscription.changed',
      'subscription.changed',
      'subscription.removed',
      'subscription.created',
      'subscription.removed',
    ]);
  });

  test('is paused by people and stays so at a start; it is neither changed nor removed by them', async () => {
    const deps = makeDeps();
    await followSettings(deps, OURS);
    const id = 'settings:C0DIGESTS';
    await pauseSubscription(deps, CHECKER, id);
    await followSettings(deps, { ...OURS, statuses: ['ISSUED'] });
    expect(await find(deps, id)).toMatchObject({ paused: { by: CHECKER.userId }, statuses: ['ISSUED'] });
    for (const attempt of [
      removeSubscription(deps, CHECKER, id),
      subscriptionToChange(deps, CHECKER, id),
      changeSubscription(deps, CHECKER, { ...DAILY, id, version: 3 }),
    ])
      await expect(attempt).rejects.toThrow(new Refused(OF_SETTINGS));
  });
});

describe('a channel that takes no message', () => {
  const closed = {
    channelId: 'C_DIGESTS',
    why: 'channel_archived',
    notices: { paused: () => 'paused', refused: () => 'refused' },
  } as const;
  type Deps = ReturnType<typeof makeDeps>;
  /** What is put into the outbox; the store ignores a second one of the same schedule and time. */
  const noticesOf = (deps: Deps): (() => string[]) => {
    const { subscriptions } = deps.store;
    const save = subscriptions.save.bind(subscriptions);
    const told = new Set<string>();
    deps.store.subscriptions.save = async (before, after, change) => {
      for (const { scheduleId, dueAt, channelId, content } of change.messages ?? [])
        told.add([content, scheduleId, dueAt, channelId].join(' '));
      return save(before, after, change);
    };
    return () => [...told];
  };

  test('pauses all its schedules, once, by nobody', async () => {
    const deps = makeDeps();
    await withOne(deps);
    await withOne(deps, { id: 's2' });
    await withOne(deps, { id: 's3', channelId: 'C_OTHER' });
    expect(await pauseClosed(deps, closed)).toBe(2);
    expect(await pauseClosed(deps, closed)).toBe(0);
    expect(await find(deps, 's2')).toMatchObject({
      version: 2,
      paused: { why: 'channel_archived', at: NOON, by: SYSTEM_ACTOR },
    });
    expect((await find(deps, 's3'))?.paused).toBeUndefined();
    expect(auditOf(deps).map(({ actorId }) => actorId)).toEqual([SYSTEM_ACTOR, SYSTEM_ACTOR]);
  });

  test.each([
    ['nobody administers', only(), {}],
    ['Slack does not tell who does', { ...only(), groups: ['S1'] }, { S1: new Forbidden('no') }],
    ['who does has left', only('U_GONE'), {}],
  ])('pauses nothing while %s: nobody could resume it', async (_name, administer, groups) => {
    const deps = makeDeps({ policy: policy({ administer }), groups, people: { U_GONE: 'deactivated' } });
    const one = await withOne(deps);
    expect(await pauseClosed(deps, closed)).toBe(0);
    expect(await find(deps)).toEqual(one);
    expect(auditOf(deps)).toEqual([]);
  });

  test.each([
    ['its maker', ['U_MAKER', 'U_MAKER'], ['U_MAKER']],
    ['each maker', ['U_MAKER', 'U_CHECKER'], ['U_MAKER', 'U_CHECKER']],
    ['the approvals channel, when the maker has left', ['U_GONE'], ['C_APPROVALS']],
    ['both, for that of the settings', ['U_MAKER', SYSTEM_ACTOR], ['U_MAKER', 'C_APPROVALS']],
  ])('without administrators it tells %s, once', async (_name, makers, readers) => {
    const deps = makeDeps({ policy: policy({ administer: only() }), people: { U_GONE: 'deactivated' } });
    const told = noticesOf(deps);
    for (const [index, createdBy] of makers.entries())
      await withOne(deps, { id: `s${index + 1}`, createdBy });
    const first = await find(deps);
    expect(await pauseClosed(deps, closed)).toBe(0);
    expect(await pauseClosed(deps, closed)).toBe(0);
    expect(told()).toEqual(readers.map((reader) => `refused s1 ${first?.createdAt} ${reader}`));
  });

  test('tells nobody while Slack does not say who administers', async () => {
    const deps = makeDeps({
      policy: policy({ administer: { ...only(), groups: ['S1'] } }),
      groups: { S1: new Forbidden('no') },
    });
    const told = noticesOf(deps);
    const one = await withOne(deps);
    expect(await pauseClosed(deps, closed)).toBe(0);
    expect(told()).toEqual([]);
    expect(await find(deps)).toEqual(one);
  });
});
