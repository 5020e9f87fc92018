/** Owns when a due digest is read, posted, tried again and given up. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Backoff,
  nextAttemptAt,
  noticeUntil,
  postUntil,
  READ_AGAIN,
  readUntil,
  sortDue,
} from '../../../src/payouts/digest/run.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { NOON } from '../setup.ts';

describe('which due time is read', () => {
  test.each([
    { name: 'none', times: [], run: undefined, missed: [] },
    { name: 'the one that came', times: [NOON], run: NOON, missed: [] },
    { name: 'one at the end of the grace', times: [NOON - HOUR_MS], run: NOON - HOUR_MS, missed: [] },
    {
      name: 'not one past it',
      times: [NOON - HOUR_MS - 1],
      run: undefined,
      missed: [NOON - HOUR_MS - 1],
    },
    {
      name: 'the last of several',
      times: [NOON - DAY_MS, NOON - 5, NOON - 4],
      run: NOON - 4,
      missed: [NOON - DAY_MS, NOON - 5],
    },
  ])('$name', ({ times, run, missed }) => {
    expect(sortDue(times, NOON, HOUR_MS)).toEqual({ run, missed });
  });

  test('without a grace a tick that comes a little late is still on time', () => {
    expect(sortDue([NOON - MINUTE_MS], NOON, 0).run).toBe(NOON - MINUTE_MS);
    expect(sortDue([NOON - MINUTE_MS - 1], NOON, 0).run).toBeUndefined();
  });
});

describe('how long it is worth it', () => {
  test('a digest is read within the grace', () => {
    expect(readUntil(NOON, HOUR_MS)).toBe(NOON + HOUR_MS);
    expect(readUntil(NOON, 0)).toBe(NOON + MINUTE_MS);
  });

  test('a digest is posted within the grace, and one whose walk took longer has five minutes', () => {
    expect(postUntil(NOON, HOUR_MS, NOON + 5)).toBe(NOON + HOUR_MS);
    expect(postUntil(NOON, MINUTE_MS, NOON + HOUR_MS)).toBe(NOON + HOUR_MS + 5 * MINUTE_MS);
  });

  test('a notice is owed for a day', () => {
    expect(noticeUntil(NOON)).toBe(NOON + DAY_MS);
  });
});

describe('the next attempt', () => {
  const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 8_000 };
  const until = NOON + HOUR_MS;
  const waitMs = (attempt: number, random: number): number =>
    (nextAttemptAt(attempt, BACKOFF, { now: NOON, until, random: () => random }) ?? Number.NaN) - NOON;

  test('backs off, doubling up to the longest, and half of it is jitter', () => {
    expect([1, 2, 3, 4, 5, 99].map((attempt) => waitMs(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
    expect([1, 2, 3, 4, 5].map((attempt) => waitMs(attempt, 0))).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
    expect(waitMs(1, 0.5)).toBe(750);
  });

  test('is no earlier than Slack asks for', () => {
    const told = { now: NOON, until, random: () => 0, retryAfterMs: 30_000 };
    expect(nextAttemptAt(1, BACKOFF, told)).toBe(NOON + 30_000);
    expect(nextAttemptAt(1, BACKOFF, { ...told, retryAfterMs: 10 })).toBe(NOON + 500);
  });

  test('the last one is made half a minute before the end, and none after it', () => {
    const random = () => 1;
    expect(nextAttemptAt(9, BACKOFF, { now: until - 32_000, until, random })).toBe(until - 30_000);
    expect(nextAttemptAt(9, BACKOFF, { now: until - 30_000, until, random })).toBeUndefined();
    expect(nextAttemptAt(9, BACKOFF, { now: until + 5, until, random })).toBeUndefined();
  });

  test('a pause that Slack asks for may end after that, but not after the end', () => {
    const late = { now: until - 40_000, until, random: () => 0 };
    expect(nextAttemptAt(1, BACKOFF, { ...late, retryAfterMs: 35_000 })).toBe(until - 5_000);
    expect(nextAttemptAt(1, BACKOFF, { ...late, retryAfterMs: 40_000 })).toBe(until);
    expect(nextAttemptAt(1, BACKOFF, { ...late, retryAfterMs: 40_001 })).toBeUndefined();
  });

  test('an outage that ends more than a minute before the end is always survived', () => {
    const outage = fc.record({
      endsMs: fc.integer({ min: 0, max: 58 * MINUTE_MS }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(outage, ({ endsMs, random }) => {
        let now = NOON;
        for (let attempt = 1; now < NOON + endsMs; attempt += 1) {
          const next = nextAttemptAt(attempt, READ_AGAIN, { now, until, random: () => random });
          expect(next).toBeDefined();
          expect(next).toBeGreaterThan(now);
          now = next ?? Infinity;
        }
        expect(now).toBeLessThanOrEqual(until);
      }),
    );
  });
});
