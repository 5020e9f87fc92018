/** Owns the store of digests on both engines: one replica a due time, fencing tokens, an outbox that loses nothing. */

import { describe, expect, test } from 'vitest';
import type { DigestStore, OutboxMessage } from '../../src/payouts/digest/port.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { toInstant } from '../../src/store/instant.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { databases, ENGINES } from './engines.ts';

const NOON = Date.parse('2026-11-20T12:00:00.000Z');
/** The scheduling hints stay on the caller's clock; leases of this length are over at once by anybody's. */
const NO_TIME = 0;
const LONG = 60_000;
const SCHEDULE = subscription({ markAt: NOON - 1 });
const RUN = { scheduleId: 's1', dueAt: NOON };
const outbox = (kind: OutboxMessage['kind'], more: Partial<OutboxMessage> = {}): OutboxMessage => ({
  ...RUN,
  kind,
  channelId: 'C1',
  content: { text: kind, blocks: [] },
  expiresAt: NOON + LONG,
  ...more,
});

/** Fifty that compete, on both replicas. */
const fifty = (stores: readonly [OpenStore, OpenStore]): DigestStore[] =>
  Array.from({ length: 25 }, () => stores.map(({ digests }) => digests)).flat();

/** The schedule with one run that is due. */
async function withRun(digests: DigestStore, messages: readonly OutboxMessage[] = []): Promise<void> {
  if (!(await digests.account(SCHEDULE, NOON, { run: NOON, skipped: [], messages })))
    throw new Error('there is no schedule');
}

async function claimRead(digests: DigestStore, leaseMs: number, now = NOON) {
  const claim = await digests.claimRead(RUN, now, leaseMs);
  if (!claim) throw new Error('the run was not to be had');
  return claim;
}

async function claimMessage(digests: DigestStore, leaseMs: number, kind = 'digest', now = NOON) {
  const claim = await digests.claimMessage(`s1 ${toInstant(NOON)} ${kind}`, now, leaseMs);
  if (!claim) throw new Error('the message was not to be had');
  return claim;
}

describe.each(ENGINES)('%s', (engine) => {
  const fresh = databases(engine);
  /** A store with the schedule. */
  const opened = async (database: Awaited<ReturnType<typeof fresh>>) => {
    const store = await database.open();
    await store.subscriptions.create(SCHEDULE, []);
    return store;
  };
  const openAll = async () => (await fresh()).open();
  const open = async () => (await opened(await fresh())).digests;

  describe('a schedule', () => {
    test('is accounted for from its mark on, as it was known', async () => {
      const store = await openAll();
      const { digests, subscriptions } = store;
      await subscriptions.create(SCHEDULE, []);
      const nothing = { run: undefined, skipped: [], messages: [] };
      expect(await digests.account(SCHEDULE, NOON + 9, nothing)).toBe(true);
      expect(await subscriptions.find('s1')).toEqual({ ...SCHEDULE, markAt: NOON + 9 });
      expect(await digests.account(SCHEDULE, NOON + 10, nothing)).toBe(false);
      const moved = { ...SCHEDULE, markAt: NOON + 9 };
      await subscriptions.save(moved, { ...moved, version: 2 }, { audit: [] });
      expect(await digests.account(moved, NOON + 10, { ...nothing, run: NOON })).toBe(false);
      expect(await digests.dueSchedules(NOON + 9)).toEqual([]);
    });

    test('that is paused is not accounted for, nor one that is gone', async () => {
      const { digests, subscriptions } = await openAll();
      const paused = subscription({ paused: { why: 'person', at: NOON, by: 'U_ADMIN' } });
      await subscriptions.create(paused, []);
      const outcome = { run: NOON, skipped: [], messages: [outbox('missed')] };
      expect(await digests.account(paused, NOON, outcome)).toBe(false);
      expect(await digests.setMark(paused, NOON)).toBe(false);
      expect(await digests.account(subscription({ id: 's2' }), NOON, outcome)).toBe(false);
      expect(await digests.dueSchedules(NOON)).toEqual([]);
      expect(await digests.dueMessages(NOON, 9)).toEqual([]);
    });

    test('a mark of a wrong clock is set again by one of fifty', async () => {
      const stores = await (await fresh()).openTwo();
      const ahead = subscription({ markAt: NOON + 400 * LONG });
      await stores[0].subscriptions.create(ahead, []);
      const tries = fifty(stores).map((digests) => digests.setMark(ahead, NOON));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await stores[1].subscriptions.find('s1')).toEqual({ ...ahead, markAt: NOON });
    });

    test('what was skipped stays with it until a run takes it along', async () => {
      const { digests, subscriptions } = await openAll();
      await subscriptions.create(SCHEDULE, []);
      const days = [NOON - 2, NOON - 1];
      await digests.account(SCHEDULE, NOON - 1, { run: undefined, skipped: days, messages: [] });
      const later = { ...SCHEDULE, markAt: NOON - 1, skipped: days };
      expect(await subscriptions.find('s1')).toEqual(later);
      await digests.account(later, NOON, { run: NOON, skipped: days, messages: [] });
      expect(await subscriptions.find('s1')).toEqual({ ...later, markAt: NOON, skipped: [] });
      expect(await digests.dueSchedules(NOON)).toEqual(['s1']);
      expect(await claimRead(digests, LONG)).toMatchObject({ skipped: days });
      expect(await digests.dueSchedules(NOON)).toEqual([]);
    });

    test('is accounted for by one of fifty', async () => {
      const stores = await (await fresh()).openTwo();
      await stores[0].subscriptions.create(SCHEDULE, []);
      const tries = fifty(stores).map((digests) =>
        digests.account(SCHEDULE, NOON, { run: NOON, skipped: [], messages: [outbox('missed')] }),
      );
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await stores[1].digests.dueReads('s1', NOON)).toEqual([RUN]);
      expect(await stores[1].digests.dueMessages(NOON, 9)).toHaveLength(1);
    });

    test('what ended long ago is pruned, what waits and what was removed by nobody stays', async () => {
      const database = await fresh();
      const { digests } = await opened(database);
      await withRun(digests, [outbox('missed')]);
      await digests.finishRead(await claimRead(digests, LONG), NOON, outbox('digest'));
      await digests.posted(await claimMessage(digests, LONG), '1.1', NOON);
      await digests.addStray(`s1 ${toInstant(NOON)} digest`, '2.2');
      await digests.prune(NOON + 1);
      const left = () => database.raw('select kind from digest_messages order by kind');
      expect(await left()).toEqual([{ kind: 'digest' }, { kind: 'missed' }]);
      for (const stray of await digests.strays(9)) await digests.removeStray(stray);
      await digests.prune(NOON);
      expect(await left()).toHaveLength(2);
      await digests.prune(NOON + 1);
      expect(await left()).toEqual([{ kind: 'missed' }]);
      expect(await database.raw('select * from digest_runs')).toEqual([]);
    });
  });

  describe('a run', () => {
    test('is read by one of fifty, and by one of fifty again when the lease is over', async () => {
      const stores = await (await fresh()).openTwo();
      await stores[0].subscriptions.create(SCHEDULE, []);
      await withRun(stores[0].digests);
      const winners = async (leaseMs: number) => {
        const tries = fifty(stores).map((digests) => digests.claimRead(RUN, NOON, leaseMs));
        return (await Promise.all(tries))
          .filter((claim) => claim !== undefined)
          .map(({ attempt }) => attempt);
      };
      expect(await winners(LONG)).toEqual([1]);
      expect(await winners(LONG)).toEqual([]);
      expect(await stores[0].digests.dueReads('s1', NOON)).toEqual([]);
    });

    test('is not due before its time, nor for another schedule', async () => {
      const digests = await open();
      await withRun(digests);
      expect(await digests.claimRead(RUN, NOON - 1, LONG)).toBeUndefined();
      expect(await digests.dueReads('s1', NOON - 1)).toEqual([]);
      expect(await digests.dueReads('s2', NOON)).toEqual([]);
      expect(await digests.claimRead({ ...RUN, scheduleId: 's2' }, NOON, LONG)).toBeUndefined();
    });

    test('whose lease is over is taken over, and what the first holder brings counts for nothing', async () => {
      const digests = await open();
      await withRun(digests);
      const first = await claimRead(digests, NO_TIME);
      const second = await claimRead(digests, LONG);
      expect(second.token).not.toBe(first.token);
      expect(second.attempt).toBe(2);
      expect(await digests.renewRead(first, NOON, LONG)).toBe(false);
      expect(await digests.retryRead(first, NOON, 'Page 3 failed.', outbox('incomplete'))).toBe(false);
      expect(await digests.finishRead(first, NOON, outbox('digest'))).toBe(false);
      expect(await digests.dueMessages(NOON, 9)).toEqual([]);
      expect(await digests.finishRead(second, NOON, outbox('digest'))).toBe(true);
      expect(await digests.dueMessages(NOON, 9)).toHaveLength(1);
    });

    test('whose lease is renewed is not taken over', async () => {
      const digests = await open();
      await withRun(digests);
      const claim = await claimRead(digests, NO_TIME);
      expect(await digests.renewRead(claim, NOON, LONG)).toBe(true);
      expect(await digests.claimRead(RUN, NOON, LONG)).toBeUndefined();
    });

    test('that was incomplete waits for its next attempt, remembers why, and owes the note once', async () => {
      const digests = await open();
      await withRun(digests);
      const first = await claimRead(digests, LONG);
      expect(first.problem).toBeUndefined();
      expect(await digests.retryRead(first, NOON + 9, 'Page 3 failed.', outbox('incomplete'))).toBe(true);
      expect(await digests.claimRead(RUN, NOON + 8, LONG)).toBeUndefined();
      const second = await claimRead(digests, LONG, NOON + 9);
      expect(second).toMatchObject({ attempt: 2, problem: 'Page 3 failed.' });
      await digests.retryRead(
        second,
        NOON + 9,
        'Page 1 failed.',
        outbox('incomplete', { content: { text: 'again' } }),
      );
      expect((await claimMessage(digests, LONG, 'incomplete')).content).toEqual({
        text: 'incomplete',
        blocks: [],
      });
    });

    test('that is finished is over, across a restart', async () => {
      const database = await fresh();
      const store = await opened(database);
      await withRun(store.digests);
      await store.digests.finishRead(await claimRead(store.digests, LONG), NOON, outbox('digest'));
      await store.close();
      const { digests } = await database.open();
      expect(await digests.dueReads('s1', NOON + LONG)).toEqual([]);
      expect(await digests.claimRead(RUN, NOON + LONG, LONG)).toBeUndefined();
      expect(await digests.dueMessages(NOON, 9)).toEqual([`s1 ${toInstant(NOON)} digest`]);
    });

    test('that is complete takes back the note that nobody began to post, and no other', async () => {
      const digests = await open();
      await withRun(digests);
      await digests.retryRead(await claimRead(digests, LONG), NOON, 'Page 3 failed.', outbox('incomplete'));
      const note = await claimMessage(digests, LONG, 'incomplete');
      await digests.finishRead(await claimRead(digests, LONG), NOON, outbox('digest'));
      expect(await digests.posting(note, NOON, LONG)).toBe(false);
      expect(await digests.dueMessages(NOON, 9)).toEqual([`s1 ${toInstant(NOON)} digest`]);
    });

    test('a note that somebody began to post stays, to be found', async () => {
      const digests = await open();
      await withRun(digests);
      await digests.retryRead(await claimRead(digests, LONG), NOON, 'Page 3 failed.', outbox('incomplete'));
      const note = await claimMessage(digests, LONG, 'incomplete');
      await digests.posting(note, NOON, LONG);
      await digests.finishRead(await claimRead(digests, LONG), NOON, outbox('digest'));
      expect(await digests.posted(note, '1.1', NOON)).toBe(true);
    });
  });

  describe('a message', () => {
    test('is posted by one of fifty, with its content', async () => {
      const stores = await (await fresh()).openTwo();
      await stores[0].subscriptions.create(SCHEDULE, []);
      await withRun(stores[0].digests, [outbox('digest')]);
      const tries = fifty(stores).map((digests) =>
        digests.claimMessage(`s1 ${toInstant(NOON)} digest`, NOON, LONG),
      );
      const claims = (await Promise.all(tries)).filter((claim) => claim !== undefined);
      expect(claims).toEqual([
        {
          ...outbox('digest'),
          id: `s1 ${toInstant(NOON)} digest`,
          token: 1,
          attempt: 1,
          maybePostedAt: undefined,
          problem: undefined,
        },
      ]);
      expect(await stores[1].digests.dueMessages(NOON, 9)).toEqual([]);
    });

    test('that was cut off while posting says since when; a certain failure takes that back', async () => {
      const digests = await open();
      await withRun(digests, [outbox('digest')]);
      await digests.posting(await claimMessage(digests, LONG), NOON + 1, NO_TIME);
      const second = await claimMessage(digests, LONG, 'digest', NOON + 1);
      expect(second).toMatchObject({ attempt: 2, maybePostedAt: NOON + 1 });
      await digests.posting(second, NOON + 2, LONG);
      expect(await digests.postLater(second, NOON + 5, { problem: 'unreachable', maybePosted: true })).toBe(
        true,
      );
      expect(await digests.claimMessage(second.id, NOON + 4, LONG)).toBeUndefined();
      expect(await digests.dueMessages(NOON + 4, 9)).toEqual([]);
      const third = await claimMessage(digests, LONG, 'digest', NOON + 5);
      expect(third).toMatchObject({ maybePostedAt: NOON + 1, problem: 'unreachable' });
      await digests.postLater(third, NOON + 5, { problem: 'fatal_error', maybePosted: false });
      expect(await claimMessage(digests, LONG, 'digest', NOON + 5)).toMatchObject({
        attempt: 4,
        maybePostedAt: undefined,
        problem: 'fatal_error',
      });
    });

    test('of a holder that lost it: nothing it writes counts', async () => {
      const digests = await open();
      await withRun(digests, [outbox('digest')]);
      const first = await claimMessage(digests, NO_TIME);
      await claimMessage(digests, LONG);
      expect(await digests.posting(first, NOON, LONG)).toBe(false);
      expect(await digests.posted(first, '1.1', NOON)).toBe(false);
      expect(await digests.postLater(first, NOON, { problem: 'x', maybePosted: false })).toBe(false);
      expect(await digests.abandon(first, NOON, outbox('missed'))).toBe(false);
      expect(await digests.lastPostedAt()).toBeUndefined();
    });

    test('that Slack took is done, its content gone, and the last success known', async () => {
      const database = await fresh();
      const { digests } = await opened(database);
      await withRun(digests, [outbox('digest'), outbox('missed', { dueAt: NOON + 5 })]);
      expect(await digests.posted(await claimMessage(digests, LONG), '1.1', NOON + 7)).toBe(true);
      expect(await digests.claimMessage(`s1 ${toInstant(NOON)} digest`, NOON + LONG, LONG)).toBeUndefined();
      expect(await digests.lastPostedAt()).toBe(NOON + 7);
      expect(await database.raw(`select content from digest_messages where kind = 'digest'`)).toEqual([
        { content: null },
      ]);
      const notice = await digests.claimMessage(`s1 ${toInstant(NOON + 5)} missed`, NOON, LONG);
      if (notice) await digests.posted(notice, '2.2', NOON + 9);
      expect(await digests.lastPostedAt()).toBe(NOON + 7);
    });

    test('that is given up owes the notice instead', async () => {
      const digests = await open();
      await withRun(digests, [outbox('digest')]);
      expect(await digests.abandon(await claimMessage(digests, LONG), NOON, outbox('missed'))).toBe(true);
      expect(await digests.dueMessages(NOON, 9)).toEqual([`s1 ${toInstant(NOON)} missed`]);
      expect(await digests.lastPostedAt()).toBeUndefined();
      expect(await digests.abandon(await claimMessage(digests, LONG, 'missed'), NOON, undefined)).toBe(true);
      expect(await digests.dueMessages(NOON, 9)).toEqual([]);
    });

    test('the longest waiting come first, not more than asked for', async () => {
      const digests = await open();
      await withRun(digests, [
        outbox('missed', { dueAt: NOON + 2 }),
        outbox('missed', { dueAt: NOON + 1 }),
        outbox('missed'),
      ]);
      expect(await digests.dueMessages(NOON, 2)).toEqual([
        `s1 ${toInstant(NOON)} missed`,
        `s1 ${toInstant(NOON + 1)} missed`,
      ]);
    });
  });

  describe('a stray', () => {
    test('waits until it is known which message is kept', async () => {
      const digests = await open();
      await withRun(digests, [outbox('digest')]);
      const id = `s1 ${toInstant(NOON)} digest`;
      const claim = await claimMessage(digests, LONG);
      await digests.addStray(id, '1.1');
      await digests.addStray(id, '1.1');
      await digests.addStray(id, '2.2');
      expect(await digests.strays(9)).toEqual([]);
      await digests.posted(claim, '2.2', NOON);
      const strays = await digests.strays(9);
      expect(strays).toEqual([
        { id, channelId: 'C1', ts: '1.1', kept: false },
        { id, channelId: 'C1', ts: '2.2', kept: true },
      ]);
      for (const stray of strays.slice(1)) await digests.removeStray(stray);
      expect(await digests.strays(9)).toEqual(strays.slice(0, 1));
    });

    test('of a message that was given up does not stand', async () => {
      const digests = await open();
      await withRun(digests, [outbox('digest')]);
      const claim = await claimMessage(digests, LONG);
      await digests.addStray(claim.id, '1.1');
      await digests.abandon(claim, NOON, outbox('missed'));
      expect(await digests.strays(9)).toMatchObject([{ ts: '1.1', kept: false }]);
    });
  });
});
