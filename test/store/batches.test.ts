/** Owns batches on both engines: opened whole or not at all, changed whole or not at all, and no edit of a card is lost. */

import { describe, expect, test } from 'vitest';
import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import type { Store } from '../../src/payouts/store.ts';
import { databases, ENGINES } from './engines.ts';
import { card, entry, next, NOON, request } from './samples.ts';

/** The requests of a batch with these links. */
function batch(id: string, ...links: string[]): CancelRequest[] {
  return links.map((linkId, index) =>
    request({ id: index === 0 ? id : `${id}-0${index + 1}`, batchId: id, linkId }),
  );
}

const open = (store: Store, requests: CancelRequest[]) =>
  store.requests.open(
    requests,
    requests.map(({ linkId }) => entry({ linkId })),
    [card({ id: `card-${requests[0]?.id}`, cancelRequestId: requests[0]?.id ?? '' })],
  );

const change = (before: CancelRequest, changes: Partial<CancelRequest> = {}) => ({
  before,
  after: next(before, changes),
  audit: [entry({ action: 'cancel.approved', linkId: before.linkId })],
});

describe.each(ENGINES)('batches on %s', (engine) => {
  const fresh = databases(engine);

  test('one number for all of them, in the order of the links, across a restart', async () => {
    const database = await fresh();
    const store = await database.open();
    const given = batch('b1', 'l3', 'l1', 'l2');
    expect(await open(store, given)).toMatchObject({
      opened: true,
      batch: { id: 'b1', number: 1001, version: 3 },
    });
    expect(await open(store, batch('b2', 'l4', 'l5'))).toMatchObject({ batch: { number: 1002 } });
    await store.close();
    const again = await database.open();
    const found = await again.requests.findBatch('b1');
    expect(found?.requests).toStrictEqual(given);
    expect(await again.requests.findBatch('b1-02')).toBeUndefined();
    expect(await again.requests.find('b1-02')).toStrictEqual(given[1]);
    expect(await again.audit.list({ limit: 9 })).toHaveLength(5);
  });

  test('a link with an unfinished request leaves nothing of the batch, and is returned', async () => {
    const store = await (await fresh()).open();
    const standing = batch('b1', 'l1', 'l2');
    await open(store, standing);
    const refused = await open(store, batch('b2', 'l3', 'l2', 'l4', 'l1'));
    expect(refused).toMatchObject({ opened: false, existing: { id: 'b1' } });
    expect(refused.opened ? [] : refused.taken).toStrictEqual([standing[1], standing[0]]);
    expect(await store.requests.findBatch('b2')).toBeUndefined();
    expect(await store.cards.of('b2')).toEqual([]);
    expect(await store.audit.list({ limit: 9 })).toHaveLength(2);
    expect(await open(store, batch('b3', 'l3', 'l4'))).toMatchObject({ opened: true });
  });

  test('of many batches with links in common, in any order, each link is opened once and none waits for ever', async () => {
    const stores = await (await fresh()).openTwo();
    const links = ['l1', 'l2', 'l3', 'l4'];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const chosen = [links[index % 4], links[(index * 3 + 1) % 4], `own-${index}`].flatMap(
          (one) => one ?? [],
        );
        return open(stores[index % 2 === 0 ? 0 : 1], batch(`b${index}`, ...new Set(chosen)));
      }),
    );
    const opened = answers.flatMap((answer) => (answer.opened ? [answer.batch] : []));
    const taken = opened.flatMap(({ requests }) => requests.map(({ linkId }) => linkId));
    expect(new Set(taken).size).toBe(taken.length);
    expect(opened.length).toBeGreaterThanOrEqual(1);
    const rows = await stores[0].audit.list({ limit: 99 });
    expect(rows).toHaveLength(taken.length);
  });

  test('changes are saved together or not at all', async () => {
    const store = await (await fresh()).open();
    const [one, other] = batch('b1', 'l1', 'l2');
    if (!one || !other) throw new Error('no batch');
    await open(store, [one, other]);
    const late = { ...other, version: 2 };
    expect(await store.requests.save([change(one), change(late)])).toBe(false);
    expect((await store.requests.findBatch('b1'))?.version).toBe(2);
    expect(await store.audit.list({ limit: 9 })).toHaveLength(2);
    expect(await store.requests.save([change(one), change(other)])).toBe(true);
    expect((await store.requests.findBatch('b1'))?.version).toBe(4);
    expect(await store.audit.list({ limit: 9 })).toHaveLength(4);
  });

  test('changes of two batches at once, or of a batch that changes, are a mistake of ours and refused', async () => {
    const store = await (await fresh()).open();
    const [one] = batch('b1', 'l1');
    const [other] = batch('b2', 'l2');
    if (!one || !other) throw new Error('no batch');
    await expect(store.requests.save([change(one), change(other)])).rejects.toThrow('next version');
    await expect(store.requests.save([change(one, { batchId: 'b2' })])).rejects.toThrow('next version');
    expect(await store.requests.save([])).toBe(true);
  });

  test('of many decisions on all of them at once, one is saved', async () => {
    const stores = await (await fresh()).openTwo();
    const requests = batch('b1', 'l1', 'l2', 'l3');
    await open(stores[0], requests);
    const saved = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        // In any order: locks are taken in one.
        const given = index % 3 === 0 ? requests.toReversed() : requests;
        return stores[index % 2 === 0 ? 0 : 1].requests.save(
          given.map((before) => change(before, { reason: `by ${index}` })),
        );
      }),
    );
    expect(saved.filter(Boolean)).toHaveLength(1);
    const winner = `by ${saved.indexOf(true)}`;
    const found = await stores[1].requests.findBatch('b1');
    expect(found?.requests.map(({ reason }) => reason)).toEqual([winner, winner, winner]);
    expect(await stores[1].audit.list({ limit: 99 })).toHaveLength(6);
  });

  test('links that settle at the same moment leave the card behind by each of their versions', async () => {
    const stores = await (await fresh()).openTwo();
    const requests = batch('b1', 'l1', 'l2', 'l3', 'l4');
    await open(stores[0], requests);
    for (let round = 1; round <= 5; round += 1) {
      const current = (await stores[0].requests.findBatch('b1'))?.requests ?? [];
      const saved = await Promise.all(
        current.map((before, index) =>
          stores[index % 2 === 0 ? 0 : 1].requests.save(
            [change(before, { checks: round })],
            // A message that comes with a step wants the version of all steps that were saved before it.
            [card({ id: `outcome-${index}-${round}`, cancelRequestId: 'b1', purpose: 'outcome' })],
          ),
        ),
      );
      expect(saved).toEqual([true, true, true, true]);
      const version = (await stores[0].requests.findBatch('b1'))?.version ?? 0;
      expect(version).toBe(4 + round * 4);
      const held = await stores[0].cards.claim('b1', NOON, 1_000);
      expect(held).toHaveLength(1 + round * 4);
      for (const copy of held) {
        const result = {
          ...copy,
          ts: `1.${copy.id}`,
          shownVersion: version - 1,
          attempts: 0,
          problem: undefined,
        };
        await stores[0].cards.settle(copy, result);
      }
      // A message that shows one version less is behind: the last of the four was not lost.
      expect(await stores[1].cards.behind(NOON, 9)).toEqual(['b1']);
    }
  });

  test('a message that is found again wants the version of all of them', async () => {
    const store = await (await fresh()).open();
    const requests = batch('b1', 'l1', 'l2');
    await open(store, requests);
    const [one] = requests;
    if (!one) throw new Error('no batch');
    await store.requests.save([change(one)]);
    await store.cards.showAgain({ ...card({ id: 'x', cancelRequestId: 'b1' }), ts: '9.9' }, NOON);
    const held = (await store.cards.claim('b1', NOON, 1_000)).find(({ id }) => id === 'x');
    if (!held) throw new Error('not behind');
    await store.cards.settle(held, { ...held, shownVersion: 3 });
    expect((await store.cards.claim('b1', NOON, 1_000)).map(({ id }) => id)).not.toContain('x');
  });

  test('what waits is listed by batch, with what was left out, and not when one of them cannot be read', async () => {
    const problems: string[] = [];
    const database = await fresh();
    const store = await database.open((problem) => problems.push(problem.message));
    const [one, other] = batch('b1', 'l1', 'l2');
    if (!one || !other) throw new Error('no batch');
    await open(store, [one, other]);
    await open(store, batch('b2', 'l3', 'l4'));
    await store.requests.save([change(one, { status: 'rejected', wakeAt: undefined })]);
    const waiting = await store.requests.pending();
    expect(waiting.map(({ id, requests }) => [id, requests.map(({ status }) => status)])).toEqual([
      ['b1', ['rejected', 'pending']],
      ['b2', ['pending', 'pending']],
    ]);
    await database.raw(`update cancel_requests set details = '{}' where id = 'b2-02'`);
    expect((await store.requests.pending()).map(({ id }) => id)).toEqual(['b1']);
    await expect(store.requests.findBatch('b2')).rejects.toThrow('b2-02');
    expect(problems).toHaveLength(1);
  });
});
