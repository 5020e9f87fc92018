/** Owns when automatic reminders are due: steps, quiet hours, reminders by hand. */

import { expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { isQuiet, isRemindedByHand, stepAt } from '../../../src/payouts/links/auto-remind-steps.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { LINK, MAKER, NOON } from '../setup.ts';

const STEPS = { beforeMs: [24 * HOUR_MS, 2 * HOUR_MS], quiet: undefined };

test.each([
  ['before the first', 25 * HOUR_MS, undefined],
  ['at the first', 24 * HOUR_MS, 24 * HOUR_MS],
  ['until the second', 2 * HOUR_MS + 1, 24 * HOUR_MS],
  ['at the second', 2 * HOUR_MS, 2 * HOUR_MS],
  ['until the expiry', 1, 2 * HOUR_MS],
  ['at the expiry', 0, undefined],
  ['after it', -1, undefined],
])('%s', (_when, leftMs, step) => {
  expect(stepAt(STEPS, { createdAt: undefined, expiresAt: NOON + leftMs }, NOON)).toBe(step);
});

test('no step that was over before the link was made; none of a link without an expiry', () => {
  const expiresAt = NOON + 10 * HOUR_MS;
  expect(stepAt(STEPS, { createdAt: NOON - HOUR_MS, expiresAt }, NOON)).toBeUndefined();
  expect(stepAt(STEPS, { createdAt: NOON - 14 * HOUR_MS, expiresAt }, NOON)).toBe(24 * HOUR_MS);
  expect(stepAt(STEPS, { createdAt: NOON - HOUR_MS, expiresAt }, expiresAt - HOUR_MS)).toBe(2 * HOUR_MS);
  expect(stepAt(STEPS, { createdAt: undefined, expiresAt: undefined }, NOON)).toBeUndefined();
});

const at = (time: string): number => Date.parse(`2026-11-20T${time}+05:30`);

test.each([
  [
    '21:00-08:00',
    { fromMinute: 1_260, toMinute: 480 },
    ['21:00:00', '23:59:59', '00:00:00', '07:59:59'],
    ['08:00:00', '12:00:00', '20:59:59'],
  ],
  [
    '13:00-14:30',
    { fromMinute: 780, toMinute: 870 },
    ['13:00:00', '14:29:59'],
    ['12:59:59', '14:30:00', '00:00:00'],
  ],
  ['none', undefined, [], ['00:00:00', '03:00:00', '21:00:00']],
])('quiet hours %s, in IST', (_name, quiet, within, outside) => {
  for (const time of within) expect(isQuiet(quiet, at(time)), time).toBe(true);
  for (const time of outside) expect(isQuiet(quiet, at(time)), time).toBe(false);
});

test.each([
  ['within the step', NOON, true],
  ['within the cooldown before it', NOON - 59 * MINUTE_MS, true],
  ['earlier', NOON - 61 * MINUTE_MS, false],
])('reminded by hand %s', (_when, remindedAt, isReminded) => {
  const step = { expiresAt: NOON + 2 * HOUR_MS, beforeMs: 2 * HOUR_MS };
  const last = { linkId: LINK, at: remindedAt, actorId: MAKER.userId };
  expect(isRemindedByHand(last, step, HOUR_MS)).toBe(isReminded);
  expect(isRemindedByHand({ ...last, actorId: SYSTEM_ACTOR }, step, HOUR_MS)).toBe(false);
  expect(isRemindedByHand(undefined, step, HOUR_MS)).toBe(false);
});
