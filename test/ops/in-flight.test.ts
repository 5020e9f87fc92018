/** Owns counting work: what runs is waited for, what is new is refused while stopping. */

import { expect, test } from 'vitest';
import { createInFlight } from '../../src/ops/in-flight.ts';

test('counted in and out, once each', () => {
  const work = createInFlight();
  const first = work.accept();
  const second = work.accept();
  expect(work.count).toBe(2);
  first?.();
  first?.();
  expect(work.count).toBe(1);
  second?.();
  expect(work.count).toBe(0);
  expect(work.stopping).toBe(false);
});

test('a stop waits for the last piece of work and takes nothing new', async () => {
  const work = createInFlight();
  const first = work.accept();
  const second = work.accept();
  let ended = false;
  const drained = work.drain(10_000).then((all) => {
    ended = true;
    return all;
  });
  expect(work.stopping).toBe(true);
  expect(work.accept()).toBeUndefined();
  first?.();
  await Promise.resolve();
  expect(ended).toBe(false);
  second?.();
  expect(await drained).toBe(true);
});

test('nothing running: at once; something that never ends: after the deadline, and it says so', async () => {
  expect(await createInFlight().drain(10_000)).toBe(true);
  const work = createInFlight();
  work.accept();
  expect(await work.drain(1)).toBe(false);
});
