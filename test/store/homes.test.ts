/** Owns App Home in the database on both engines: who is behind, who publishes, what is counted. */

import { describe, expect, test } from 'vitest';
import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, MINUTE, next, NOON, request } from './samples.ts';

const LEASE = 30_000;
const ASHA = 'U_ASHA';
const RAVI = 'U_RAVI';
/** What ends every lease, whatever clock judges it. */
const END = `update home_views set lease_until = '2001-01-01T00:00:00.000Z'`;

describe.each(ENGINES)('App Home on %s', (engine) => {
  const fresh = databases(engine);
  const open = async (): Promise<OpenStore> => (await fresh()).open();

  test('one of fifty publishes it, and it is behind again after a change', async () => {
    const stores = await (await fresh()).openTwo();
    const [{ homes }] = stores;
    await homes.opened(ASHA, NOON);
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        stores[index % 2 === 0 ? 0 : 1].homes.claim(ASHA, NOON, LEASE),
      ),
    );
    const [held, ...more] = claims.filter((claim) => claim !== undefined);
    if (!held) throw new Error('nobody publishes it');
    expect(more).toEqual([]);
    await homes.want([ASHA]);
    expect(await homes.settle(held, { published: true })).toBe(true);
    expect(await homes.behind(NOON, NOON, 10)).toEqual([ASHA]);
    const again = await homes.claim(ASHA, NOON, LEASE);
    expect(again).toMatchObject({ userId: ASHA, wanted: held.wanted + 1, attempts: 1 });
    expect(again && (await homes.settle(again, { published: true }))).toBe(true);
    expect(await homes.behind(NOON, NOON, 10)).toEqual([]);
    expect(await homes.claim(ASHA, NOON, LEASE)).toBeUndefined();
  });

  test('every stored step is a change until it was told, and a later step is one again', async () => {
    const stores = await (await fresh()).openTwo();
    const [{ homes, requests }] = stores;
    const opened = request({ id: 'r1', requestedBy: ASHA });
    await requests.open([opened], [], []);
    const before = await stores[1].homes.changes(10);
    expect(before).toEqual([{ id: 'r1', version: 1, requestedBy: ASHA }]);
    const after = next(opened, {});
    expect(await requests.save([{ before: opened, after, audit: [] }])).toBe(true);
    // What was read before the step tells nothing of the step.
    await homes.told(before);
    const later = await homes.changes(10);
    expect(later).toEqual([{ id: 'r1', version: 2, requestedBy: ASHA }]);
    await Promise.all(stores.map((store) => store.homes.told(later)));
    await homes.told(before);
    expect(await homes.changes(10)).toEqual([]);
  });

  test('a change that was not stored is none', async () => {
    const { homes, requests } = await open();
    const opened = request({ id: 'r1', requestedBy: ASHA });
    await requests.open([opened], [], []);
    await homes.told(await homes.changes(10));
    const lost = { before: next(opened, {}), after: next(next(opened, {}), {}), audit: [] };
    expect(await requests.save([lost])).toBe(false);
    expect(await homes.changes(10)).toEqual([]);
  });

  test('whoever lost the lease settles nothing', async () => {
    const database = await fresh();
    const { homes } = await database.open();
    await homes.opened(ASHA, NOON);
    const first = await homes.claim(ASHA, NOON, LEASE);
    await database.raw(END);
    const second = await homes.claim(ASHA, NOON, LEASE);
    expect(first && (await homes.settle(first, { published: true }))).toBe(false);
    expect(await homes.claim(ASHA, NOON, LEASE)).toBeUndefined();
    expect(second && (await homes.settle(second, { published: true }))).toBe(true);
  });

  test('a failure is tried again when it is due, at once when the person opens it', async () => {
    const { homes } = await open();
    await homes.opened(ASHA, NOON);
    const held = await homes.claim(ASHA, NOON, LEASE);
    expect(held && (await homes.settle(held, { retryAt: NOON + MINUTE }))).toBe(true);
    expect(await homes.behind(NOON, NOON, 10)).toEqual([]);
    expect(await homes.claim(ASHA, NOON, LEASE)).toBeUndefined();
    expect(await homes.behind(NOON + MINUTE, NOON, 10)).toEqual([ASHA]);
    await homes.opened(ASHA, NOON);
    expect(await homes.claim(ASHA, NOON, LEASE)).toMatchObject({ attempts: 1 });
  });

  test('only those who opened it are kept up to date, the latest first, within a bound', async () => {
    const { homes } = await open();
    await homes.claimWelcome('U_WELCOMED', NOON);
    await homes.opened(ASHA, NOON);
    await homes.opened(RAVI, NOON + 1);
    await homes.opened('U_LONG_AGO', NOON - MINUTE);
    await homes.want([ASHA, RAVI, 'U_WELCOMED', 'U_NEVER_THERE']);
    await homes.want([]);
    expect(await homes.openedSince(NOON, 10)).toEqual([RAVI, ASHA]);
    expect(await homes.openedSince(NOON, 1)).toEqual([RAVI]);
    expect(await homes.behind(NOON, NOON, 10)).toEqual([RAVI, ASHA]);
    expect(await homes.claim('U_WELCOMED', NOON, LEASE)).toBeUndefined();
  });

  test('one of fifty welcomes a person, unless the welcome is taken back', async () => {
    const stores = await (await fresh()).openTwo();
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        stores[index % 2 === 0 ? 0 : 1].homes.claimWelcome(ASHA, NOON),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    const [{ homes }] = stores;
    await homes.opened(ASHA, NOON);
    expect(await homes.claimWelcome(ASHA, NOON)).toBe(false);
    expect(await homes.claimWelcome(RAVI, NOON)).toBe(true);
    await homes.releaseWelcome(ASHA);
    expect(await homes.claimWelcome(ASHA, NOON)).toBe(true);
  });

  test('when all were selected last', async () => {
    const { homes } = await open();
    expect(await homes.selectedAllAt(ASHA)).toBeUndefined();
    await homes.selectAll(ASHA, NOON);
    await homes.selectAll(ASHA, NOON + 1);
    expect(await homes.selectedAllAt(ASHA)).toBe(NOON + 1);
    expect(await homes.selectedAllAt(RAVI)).toBeUndefined();
  });

  test('a person’s own requests: unfinished ones always, others for a time, whole, the latest first', async () => {
    const store = await open();
    const mine = async (id: string, changes: Partial<CancelRequest>, links = [`l_${id}`]): Promise<void> => {
      const requests = links.map((linkId, index) =>
        request({
          id: index === 0 ? id : `${id}-0${index + 1}`,
          batchId: id,
          linkId,
          requestedBy: ASHA,
          ...changes,
        }),
      );
      const [first, ...others] = requests;
      if (!first) throw new Error('there is no link');
      await store.requests.open([first, ...others], [entry()], []);
    };
    await mine('old', { requestedAt: NOON - 10 * MINUTE });
    await mine('old_done', { requestedAt: NOON - 9 * MINUTE, status: 'executed' });
    await mine('new_done', { requestedAt: NOON - MINUTE, status: 'rejected' }, ['l_x', 'l_y']);
    await mine('new', { requestedAt: NOON });
    await mine('not_mine', { requestedAt: NOON, requestedBy: RAVI });
    const own = await store.homes.requestedBy(ASHA, NOON - 2 * MINUTE, 10);
    expect(own.map(({ id }) => id)).toEqual(['new', 'new_done', 'old']);
    expect(own[1]?.requests.map(({ linkId }) => linkId)).toEqual(['l_x', 'l_y']);
    expect(await store.homes.requestedBy(ASHA, NOON - 2 * MINUTE, 1)).toHaveLength(1);
    expect(await store.homes.requestedBy('U_NOBODY', NOON, 10)).toEqual([]);
  });

  test('counts requests and links of the day, an approval only when it is enough', async () => {
    const store = await open();
    const first = request({ id: 'a1', linkId: 'l1' });
    const opened = await store.requests.open([first], [entry()], []);
    if (!opened.opened) throw new Error('it is open already');
    const note = (action: Parameters<typeof entry>[0]) => store.audit.append(entry(action));
    const one = { cancelRequestId: 'b1', linkId: 'x1' };
    await note({ ...one, action: 'cancel.requested' });
    await note({ ...one, linkId: 'x2', action: 'cancel.requested' });
    await note({ cancelRequestId: 'b0', linkId: 'x0', action: 'cancel.requested', at: NOON - 1 });
    await note({ ...one, action: 'cancel.approved', approvals: 1, approvalsRequired: 2 });
    expect(await store.homes.counts(NOON)).toMatchObject({ opened: 1, approved: 0 });
    await note({ ...one, action: 'cancel.approved', approvals: 2, approvalsRequired: 2 });
    await note({ ...one, linkId: 'x2', action: 'cancel.approved', approvals: 2, approvalsRequired: 2 });
    await note({
      cancelRequestId: 'b2',
      linkId: 'x3',
      action: 'cancel.emergency_approved',
      approvals: 1,
      approvalsRequired: 2,
    });
    await note({ cancelRequestId: 'b3', linkId: 'x4', action: 'cancel.rejected' });
    await note({ ...one, action: 'cancel.executed' });
    await note({ ...one, linkId: 'x2', action: 'cancel.executed' });
    await note({ action: 'audit.read' });
    const change = { before: first, after: next(first, { status: 'unknown' }), audit: [] };
    expect(await store.requests.save([change], [])).toBe(true);
    expect(await store.homes.counts(NOON)).toEqual({
      opened: 1,
      approved: 2,
      rejected: 1,
      cancelledLinks: 2,
      unconfirmedLinks: 1,
    });
  });
});
