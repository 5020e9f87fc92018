/** Owns that a promise is waited for until its deadline and no longer, and that no timer is left behind. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDeadline } from '../src/deadline.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = new Promise<string>(() => {});

test('in time: the value, and the timer is gone', async () => {
  expect(await withDeadline(Promise.resolve('done'), 1_000, () => 'late')).toBe('done');
  expect(vi.getTimerCount()).toBe(0);
});

test('in time: a rejection stays one, and the timer is gone', async () => {
  await expect(withDeadline(Promise.reject(new Error('no')), 1_000, () => 'late')).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
});

test('late: what onLate returns, or throws', async () => {
  const late = withDeadline(never, 1_000, () => 'late');
  await vi.advanceTimersByTimeAsync(999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await late).toBe('late');
  const thrown = expect(
    withDeadline(never, 1_000, () => {
      throw new Error('too late');
    }),
  ).rejects.toThrow('too late');
  await vi.advanceTimersByTimeAsync(1_000);
  await thrown;
});

test('a rejection after the deadline is handled', async () => {
  const work = Promise.withResolvers<string>();
  const late = withDeadline(work.promise, 1_000, () => 'late');
  await vi.advanceTimersByTimeAsync(1_000);
  work.reject(new Error('afterwards'));
  expect(await late).toBe('late');
});
