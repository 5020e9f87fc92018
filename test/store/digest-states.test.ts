/** Owns what digests told, on both engines: a change is told by the digest that was posted, and by no other. */

import { describe, expect, test } from 'vitest';
import type { DigestStore, MessageClaim, OutboxMessage } from '../../src/payouts/digest/port.ts';
import type { StateChange, ToldLink } from '../../src/payouts/digest/told.ts';
import type { SubscriptionStore } from '../../src/payouts/subscriptions/port.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { toInstant } from '../../src/store/instant.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { databases, ENGINES } from './engines.ts';

const NOON = Date.parse('2026-11-20T12:00:00.000Z');
const LONG = 60_000;

const message = (dueAt: number, kind: OutboxMessage['kind'] = 'digest'): OutboxMessage => ({
  scheduleId: 's1',
  dueAt,
  kind,
  channelId: 'C1',
  content: { text: kind, blocks: [] },
  expiresAt: dueAt + LONG,
});

const change = (at: number, set: readonly ToldLink[], changes: Partial<StateChange> = {}): StateChange => ({
  at,
  purpose: undefined,
  isKept: true,
  replaces: false,
  set,
  gone: [],
  ...changes,
});

const issued = (linkId: string): ToldLink => ({ linkId, status: 'issued' });

/** Accounts for this due time, from where the schedule stands. */
async function account(digests: DigestStore, dueAt: number, messages: OutboxMessage[] = []): Promise<void> {
  const schedule = await schedules.get(digests)?.find('s1');
  if (!schedule) throw new Error('there is no schedule');
  expect(await digests.account(schedule, dueAt, { run: dueAt, skipped: [], messages })).toBe(true);
}

const schedules = new WeakMap<DigestStore, SubscriptionStore>();

/** The digests of a store, with their schedule. */
async function withSchedule({ digests, subscriptions }: OpenStore): Promise<DigestStore> {
  await subscriptions.create(subscription({ markAt: NOON - 1 }), []);
  schedules.set(digests, subscriptions);
  return digests;
}

/** The run of this due time is read, with this state. */
async function read(digests: DigestStore, dueAt: number, state?: StateChange): Promise<void> {
  await account(digests, dueAt);
  const claim = await digests.claimRead({ scheduleId: 's1', dueAt }, dueAt, LONG);
  if (!claim) throw new Error('the run was not to be had');
  expect(await digests.finishRead(claim, dueAt, message(dueAt), state)).toBe(true);
}

async function claimOf(digests: DigestStore, dueAt: number, leaseMs = LONG): Promise<MessageClaim> {
  const claim = await digests.claimMessage(`s1 ${toInstant(dueAt)} digest`, dueAt, leaseMs);
  if (!claim) throw new Error('the message was not to be had');
  return claim;
}

const post = async (digests: DigestStore, dueAt: number) =>
  digests.posted(await claimOf(digests, dueAt), '1.1', dueAt);

const linksOf = async (digests: DigestStore) => {
  const told = await digests.told('s1');
  return told && Object.fromEntries(told.links);
};

describe.each(ENGINES)('%s', (engine) => {
  const fresh = databases(engine);
  const open = async () => withSchedule(await (await fresh()).open());

  test('nothing was told before the first digest was posted', async () => {
    const digests = await open();
    expect(await digests.told('s1')).toBeUndefined();
    const first = change(NOON, [issued('a'), { linkId: 'b', status: 'stuck' }], { purpose: 'salary' });
    await read(digests, NOON, first);
    expect(await digests.told('s1')).toBeUndefined();
    await post(digests, NOON);
    const links = new Map([
      ['a', 'issued'],
      ['b', 'stuck'],
    ]);
    expect(await digests.told('s1')).toEqual({ at: NOON, purpose: 'salary', links });
    expect(await digests.told('s2')).toBeUndefined();
  });

  test('a posted digest changes what was told; one that is given up changes nothing', async () => {
    const digests = await open();
    await read(digests, NOON, change(NOON, [issued('a'), issued('b'), issued('c')]));
    await post(digests, NOON);
    const next: StateChange = change(
      NOON + 1,
      [
        { linkId: 'b', status: 'processing' },
        { linkId: 'd', status: 'stuck' },
      ],
      { gone: ['a'] },
    );
    await read(digests, NOON + 1, next);
    const claim = await claimOf(digests, NOON + 1);
    expect(await digests.abandon(claim, NOON + 1, message(NOON + 1, 'missed'))).toBe(true);
    expect(await digests.told('s1')).toMatchObject({ at: NOON });
    expect(await linksOf(digests)).toEqual({ a: 'issued', b: 'issued', c: 'issued' });
    await read(digests, NOON + 2, { ...next, at: NOON + 2 });
    await post(digests, NOON + 2);
    expect(await digests.told('s1')).toMatchObject({ at: NOON + 2 });
    expect(await linksOf(digests)).toEqual({ b: 'processing', c: 'issued', d: 'stuck' });
  });

  test('a holder that lost its claim settles nothing', async () => {
    const digests = await open();
    await read(digests, NOON, change(NOON, [issued('a')]));
    const lost = await claimOf(digests, NOON, 0);
    const held = await claimOf(digests, NOON);
    expect(await digests.posted(lost, '1.1', NOON)).toBe(false);
    expect(await digests.abandon(lost, NOON, undefined)).toBe(false);
    expect(await digests.told('s1')).toBeUndefined();
    expect(await digests.posted(held, '1.2', NOON)).toBe(true);
    expect(await linksOf(digests)).toEqual({ a: 'issued' });
  });

  test('a run waits for an older one, and for its digest: what those tell is compared with', async () => {
    const digests = await open();
    const [older, newer] = [NOON, NOON + 5].map((dueAt) => ({ scheduleId: 's1', dueAt }));
    if (!older || !newer) throw new Error('no runs');
    await account(digests, NOON);
    await account(digests, NOON + 5);
    expect(await digests.claimRead(newer, NOON + 5, LONG)).toBeUndefined();
    const claim = await digests.claimRead(older, NOON + 5, LONG);
    if (!claim) throw new Error('the run was not to be had');
    expect(await digests.claimRead(newer, NOON + 5, LONG)).toBeUndefined();
    await digests.finishRead(claim, NOON + 5, message(NOON), change(NOON, [issued('a')]));
    expect(await digests.claimRead(newer, NOON + 5, LONG)).toBeUndefined();
    await post(digests, NOON);
    expect(await digests.claimRead(newer, NOON + 5, LONG)).toMatchObject({ attempt: 1 });
  });

  test('the notice of a missed digest holds no other run up', async () => {
    const digests = await open();
    await account(digests, NOON, [message(NOON - 5, 'missed')]);
    expect(await digests.claimRead({ scheduleId: 's1', dueAt: NOON }, NOON, LONG)).toBeDefined();
  });

  test('another purpose replaces every link, and too many links keep none', async () => {
    const digests = await open();
    const many = Array.from({ length: 450 }, (_none, index) => issued(`l${index}`));
    await read(digests, NOON, change(NOON, many));
    await post(digests, NOON);
    expect((await digests.told('s1'))?.links.size).toBe(450);
    const salary = change(NOON + 1, [issued('l7'), issued('x')], { replaces: true, purpose: 'salary' });
    await read(digests, NOON + 1, salary);
    await post(digests, NOON + 1);
    expect(await linksOf(digests)).toEqual({ l7: 'issued', x: 'issued' });
    await read(digests, NOON + 2, change(NOON + 2, [], { replaces: true, isKept: false }));
    await post(digests, NOON + 2);
    expect(await digests.told('s1')).toBeUndefined();
    // The next one compares with nothing.
    await read(digests, NOON + 3, change(NOON + 3, [issued('z')], { replaces: true }));
    await post(digests, NOON + 3);
    expect(await linksOf(digests)).toEqual({ z: 'issued' });
  });

  test('a digest without a state, such as an older version’s, leaves what was told', async () => {
    const digests = await open();
    await read(digests, NOON, change(NOON, [issued('a')]));
    await post(digests, NOON);
    await read(digests, NOON + 1);
    await post(digests, NOON + 1);
    expect(await linksOf(digests)).toEqual({ a: 'issued' });
  });

  test.each(['{"at":', 'null', '{"at":"today"}'])(
    'a state that cannot be read (%s) is none',
    async (text) => {
      const database = await fresh();
      const digests = await withSchedule(await database.open());
      await read(digests, NOON, change(NOON, [issued('a')]));
      await post(digests, NOON);
      await database.raw(`update digest_states set told = '${text}'`);
      expect(await digests.told('s1')).toBeUndefined();
    },
  );
});
