/** Owns cooldowns on both engines: one of many starts it, and the database’s clock judges it. */

import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { NOON } from './samples.ts';

const HOUR = 3_600_000;
/** What ends every cooldown, whatever clock judges it. */
const END = `update cooldowns set lease_until = '2001-01-01T00:00:00.000Z'`;

describe.each(ENGINES)('cooldowns on %s', (engine) => {
  const fresh = databases(engine);

  test('one of fifty starts the cooldown, the others learn when it ends', async () => {
    const stores = await (await fresh()).openTwo();
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].cooldowns.claim('k', NOON, HOUR + index),
      ),
    );
    const winner = claims.find((one) => one.claimed);
    expect(claims.filter((one) => one.claimed)).toHaveLength(1);
    const others = claims.filter((one) => !one.claimed);
    expect(others).toEqual(others.map(() => ({ claimed: false, untilAt: winner?.untilAt })));
  });

  test('a running cooldown is kept across a restart, and keys do not touch each other', async () => {
    const database = await fresh();
    const store = await database.open();
    const first = await store.cooldowns.claim('a', NOON, HOUR);
    expect(first).toMatchObject({ claimed: true, token: 1 });
    expect(await store.cooldowns.claim('b', NOON, HOUR)).toMatchObject({ claimed: true, token: 1 });
    await store.close();
    const again = await database.open();
    const refused = await again.cooldowns.claim('a', NOON, HOUR);
    expect(refused).toEqual({ claimed: false, untilAt: first.untilAt });
    await database.raw(END);
    expect(await again.cooldowns.claim('a', NOON, HOUR)).toMatchObject({ claimed: true, token: 2 });
  });

  test('only the claim that was taken is given back', async () => {
    const database = await fresh();
    const [one, other] = await database.openTwo();
    await one.cooldowns.claim('a', NOON, HOUR);
    await one.cooldowns.claim('b', NOON, HOUR);
    await database.raw(END);
    expect(await other.cooldowns.claim('a', NOON, HOUR)).toMatchObject({ claimed: true, token: 2 });
    // The first holder hears late that nothing was sent: the cooldown that runs now is not its own.
    expect(await one.cooldowns.release('a', 1)).toBe(false);
    expect(await one.cooldowns.claim('a', NOON, HOUR)).toMatchObject({ claimed: false });
    expect(await other.cooldowns.release('a', 2)).toBe(true);
    expect(await other.cooldowns.release('c', 1)).toBe(false);
    expect(await one.cooldowns.claim('a', NOON, HOUR)).toMatchObject({ claimed: true, token: 3 });
    expect(await one.cooldowns.release('a', 2)).toBe(false);
  });
});

describe('whose clock judges a cooldown', () => {
  const sqlite = databases('sqlite');
  const postgres = databases('postgres');

  test('SQLite: that of the one process; it is over at its end, not before', async () => {
    const store = await (await sqlite()).open();
    const claimed = await store.cooldowns.claim('a', NOON, 10);
    expect(claimed).toEqual({ claimed: true, token: 1, untilAt: NOON + 10 });
    expect(await store.cooldowns.claim('a', NOON + 9, 90)).toEqual({ claimed: false, untilAt: NOON + 10 });
    expect(await store.cooldowns.claim('a', NOON + 10, 90)).toMatchObject({ claimed: true });
  });

  test('PostgreSQL: the server’s, so replicas whose clocks are apart agree', async () => {
    const [one, other] = await (await postgres()).openTwo();
    const before = Date.now();
    const claimed = await one.cooldowns.claim('a', NOON - 9 * HOUR, HOUR);
    // The server of a test runs on this machine.
    expect(claimed.untilAt).toBeGreaterThan(before + HOUR - 1_000);
    expect(claimed.untilAt).toBeLessThan(Date.now() + HOUR + 1_000);
    expect(await other.cooldowns.claim('a', NOON + 9_000 * HOUR, HOUR)).toEqual({
      claimed: false,
      untilAt: claimed.untilAt,
    });
  });
});
