/** Owns automatic reminders in the database on both engines: one claim a step, at most three a link, none when stopped. */

import { describe, expect, test } from 'vitest';
import { AUTO_AT_MOST, AUTO_HEARD_WITHIN_MS } from '../../src/payouts/links/auto-remind-steps.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, MINUTE, NOON } from './samples.ts';

const HOUR = 60 * MINUTE;
const step = (beforeHours: number, linkId = 'l1') => ({
  linkId,
  beforeMs: beforeHours * HOUR,
  expiresAt: NOON + 30 * HOUR,
});

describe.each(ENGINES)('automatic reminders on %s', (engine) => {
  const fresh = databases(engine);

  test('one of fifty claims a step, over two replicas', async () => {
    const stores = await (await fresh()).openTwo();
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        stores[index % 2 === 0 ? 0 : 1].autoReminders.claim(step(24), NOON),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await stores[0].autoReminders.known(['l1', 'l2'])).toEqual({
      claimed: [{ linkId: 'l1', beforeMs: 24 * HOUR }],
      stopped: [],
    });
  });

  test('of many steps at once, no more than three are claimed for a link', async () => {
    const stores = await (await fresh()).openTwo();
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, (_none, index) =>
          stores[index % 2 === 0 ? 0 : 1].autoReminders.claim(step(index + 1), NOON),
        ),
      );
    }
    expect((await stores[0].autoReminders.known(['l1'])).claimed).toHaveLength(AUTO_AT_MOST);
    expect(await stores[0].autoReminders.claim(step(30, 'l2'), NOON)).toBe(true);
  });

  test('what certainly was not sent can be claimed again, what was or may have been cannot', async () => {
    const store = await (await fresh()).open();
    await store.autoReminders.claim(step(24), NOON);
    await store.autoReminders.release(step(24));
    expect(await store.autoReminders.claim(step(24), NOON)).toBe(true);
    for (const result of ['sent', 'not_sent', 'unknown'] as const) {
      await store.autoReminders.settle(step(24), result, NOON);
      expect(await store.autoReminders.claim(step(24), NOON)).toBe(false);
    }
    expect(await store.autoReminders.claim(step(2), NOON)).toBe(true);
    await store.autoReminders.release(step(24));
    expect(await store.autoReminders.claim(step(1), NOON)).toBe(true);
    expect(await store.autoReminders.claim(step(24), NOON)).toBe(true);
  });

  test('stopped and allowed again, each once, with its audit row', async () => {
    const store = await (await fresh()).open();
    const stop = entry({ action: 'reminder.auto_stopped', linkId: 'l1' });
    expect(await store.autoReminders.setStopped('l1', false, entry())).toBe(false);
    expect(await store.autoReminders.setStopped('l1', true, stop)).toBe(true);
    expect(await store.autoReminders.setStopped('l1', true, stop)).toBe(false);
    expect(await store.autoReminders.claim(step(24), NOON)).toBe(false);
    expect(await store.autoReminders.claim(step(24, 'l2'), NOON)).toBe(true);
    expect((await store.autoReminders.known(['l1', 'l2'])).stopped).toEqual(['l1']);
    expect(
      await store.autoReminders.setStopped('l1', false, entry({ action: 'reminder.auto_allowed' })),
    ).toBe(true);
    expect(await store.autoReminders.claim(step(24), NOON)).toBe(true);
    const rows = await store.audit.list({ limit: 10 });
    expect(rows.map(({ action }) => action)).toEqual(['reminder.auto_allowed', 'reminder.auto_stopped']);
  });

  test('each counts once: when it was answered, or when it is too late to hear of it', async () => {
    const store = await (await fresh()).open();
    const late = NOON + AUTO_HEARD_WITHIN_MS;
    for (const linkId of ['sent', 'declined', 'unknown', 'died'])
      await store.autoReminders.claim(step(24, linkId), NOON);
    await store.autoReminders.settle(step(24, 'sent'), 'sent', NOON + 1);
    await store.autoReminders.settle(step(24, 'declined'), 'not_sent', NOON + 1);
    await store.autoReminders.settle(step(24, 'unknown'), 'unknown', NOON + 1);
    expect(await store.autoReminders.remindedSince(NOON, NOON + 1)).toEqual({ sent: 0, notConfirmed: 0 });
    expect(await store.autoReminders.remindedSince(NOON + 1, late)).toEqual({ sent: 1, notConfirmed: 1 });
    expect(await store.autoReminders.remindedSince(late, late + 1)).toEqual({ sent: 0, notConfirmed: 1 });
    expect(await store.autoReminders.remindedSince(late + 1, late + HOUR)).toEqual({
      sent: 0,
      notConfirmed: 0,
    });
  });

  test('what is over is pruned', async () => {
    const store = await (await fresh()).open();
    await store.autoReminders.claim(step(24), NOON);
    await store.autoReminders.setStopped('l2', true, entry({ at: NOON }));
    await store.autoReminders.prune(NOON + 30 * HOUR, NOON);
    expect(await store.autoReminders.known(['l1', 'l2'])).toMatchObject({
      claimed: [{ linkId: 'l1' }],
      stopped: ['l2'],
    });
    await store.autoReminders.prune(NOON + 30 * HOUR + 1, NOON + 1);
    expect(await store.autoReminders.known(['l1', 'l2'])).toEqual({ claimed: [], stopped: [] });
  });

  test('more links than one query takes', async () => {
    const store = await (await fresh()).open();
    const linkIds = Array.from({ length: 1_200 }, (_none, index) => `l${index}`);
    for (const linkId of ['l0', 'l700', 'l1199']) await store.autoReminders.claim(step(24, linkId), NOON);
    const { claimed } = await store.autoReminders.known(linkIds);
    expect(claimed.map(({ linkId }) => linkId).toSorted()).toEqual(['l0', 'l1199', 'l700']);
  });
});
