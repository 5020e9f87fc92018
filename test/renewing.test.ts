/** Owns the renewal of a lease while work runs: none fails the work, none comes after it. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renewing } from '../src/renewing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('renews while the work runs, and not after', async () => {
  let renewals = 0;
  const work = Promise.withResolvers<string>();
  const done = renewing(
    10,
    async () => void (renewals += 1),
    () => work.promise,
  );
  await vi.advanceTimersByTimeAsync(35);
  expect(renewals).toBe(3);
  work.resolve('done');
  expect(await done).toBe('done');
  await vi.advanceTimersByTimeAsync(100);
  expect(renewals).toBe(3);
});

test('a renewal that fails does not end the work, and work that fails ends the renewals', async () => {
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
    throw new Error('the store is away');
  };
  const work = Promise.withResolvers<string>();
  const done = renewing(10, renew, () => work.promise);
  done.catch(() => {});
  await vi.advanceTimersByTimeAsync(25);
  work.reject(new Error('Slack is away'));
  await expect(done).rejects.toThrow('Slack is away');
  await vi.advanceTimersByTimeAsync(100);
  expect(renewals).toBe(2);
});

test('ends after a renewal that is under way, so that none comes after what the caller writes next', async () => {
  const order: string[] = [];
  const renewal = Promise.withResolvers<void>();
  const work = Promise.withResolvers<void>();
  const done = renewing(
    10,
    () => renewal.promise,
    () => work.promise,
  ).then(() => order.push('work'));
  await vi.advanceTimersByTimeAsync(10);
  work.resolve();
  await vi.advanceTimersByTimeAsync(1);
  order.push('renewal');
  renewal.resolve();
  await done;
  expect(order).toEqual(['renewal', 'work']);
});
