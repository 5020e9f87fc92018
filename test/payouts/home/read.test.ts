/** Owns what App Home holds for one person: what waits for them, in which order, what they requested and decided. */

import { describe, expect, test } from 'vitest';
import { approveSelected } from '../../../src/payouts/cancel/approve-selected.ts';
import { type Batch, batchOf } from '../../../src/payouts/cancel/batch.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import type { HomeStore } from '../../../src/payouts/home/port.ts';
import { firstExpiry, isOpen, isSelectable } from '../../../src/payouts/home/queue.ts';
import { readHome } from '../../../src/payouts/home/read.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, parseIst } from '../../../src/payouts/time.ts';
import {
  alone,
  CHECKER,
  type DepsOptions,
  keep,
  MAKER,
  makeDeps,
  NOON,
  request,
  SECOND,
  STRANGER,
  type TestDeps,
} from '../setup.ts';

const TODAY = { opened: 1, approved: 2, rejected: 3, cancelledLinks: 4, unconfirmedLinks: 5 };

/** What the store of App Home is asked, and what it gives. */
function homesWith(own: Batch[] = []) {
  const asked: unknown[] = [];
  const homes: Pick<HomeStore, 'requestedBy' | 'counts'> = {
    requestedBy: async (...given) => {
      asked.push(given);
      return own;
    },
    counts: async (since) => {
      asked.push(since);
      return TODAY;
    },
  };
  return { homes, asked };
}

async function withRequests(
  requests: Record<string, Parameters<typeof request>[0]>,
  options: DepsOptions = {},
): Promise<TestDeps> {
  const deps = makeDeps(options);
  for (const [id, changes] of Object.entries(requests))
    await keep(deps, request({ id, batchId: id, linkId: `link-${id}`, ...changes }));
  return deps;
}

const idsOf = (batches: readonly Batch[]): string[] => batches.map(({ id }) => id);

describe('what waits for a person', () => {
  test('the requests of other people, what expires first at the top, by the request or by its link', async () => {
    const deps = await withRequests({
      late: { expiresAt: NOON + 9 * HOUR_MS, linkExpiresAt: undefined },
      soon: { expiresAt: NOON + 5 * HOUR_MS, linkExpiresAt: NOON + 99 * HOUR_MS },
      urgent: { expiresAt: NOON + 9 * HOUR_MS, linkExpiresAt: NOON + HOUR_MS },
    });
    const { waiting } = await readHome(deps, homesWith().homes, CHECKER);
    expect(idsOf(waiting)).toEqual(['urgent', 'soon', 'late']);
  });

  test('not the own ones, those approved already, those that expired or are decided', async () => {
    const deps = await withRequests({
      own: { requestedBy: CHECKER.userId },
      approved: { approvalsRequired: 2, approvals: [{ userId: CHECKER.userId, at: NOON }] },
      expired: { expiresAt: NOON },
      decided: {},
      waits: { approvalsRequired: 2, approvals: [{ userId: SECOND.userId, at: NOON }] },
    });
    await decideCancel(deps, SECOND, 'decided', 'approve');
    expect(idsOf((await readHome(deps, homesWith().homes, CHECKER)).waiting)).toEqual(['waits']);
  });

  test('nothing for who may not decide', async () => {
    const deps = await withRequests({ one: {} });
    for (const actor of [MAKER, STRANGER])
      expect((await readHome(deps, homesWith().homes, actor)).waiting).toEqual([]);
  });

  test('by tier: the requests whose rule names the person', async () => {
    const rule = (userId: string) => ({ fromPaise: 0, approvals: 1, users: [userId], groups: [] });
    const deps = await withRequests({
      mine: { rule: rule(CHECKER.userId) },
      theirs: { rule: rule(SECOND.userId) },
    });
    expect(idsOf((await readHome(deps, homesWith().homes, CHECKER)).waiting)).toEqual(['mine']);
  });

  test('of a deputy: while they stand in, but never what the lender requested', async () => {
    const deps = await withRequests({ one: {}, lenders: { requestedBy: CHECKER.userId } });
    const until = NOON + HOUR_MS;
    const delegation = { userId: CHECKER.userId, deputyId: SECOND.userId, since: NOON, until };
    const other = { ...deps, policy: { ...deps.policy, approve: onlyChecker() } };
    expect((await readHome(other, homesWith().homes, SECOND)).waiting).toEqual([]);
    await deps.store.delegations.lend(delegation, []);
    expect(idsOf((await readHome(other, homesWith().homes, SECOND)).waiting)).toEqual(['one']);
    deps.time.now = until;
    expect((await readHome(other, homesWith().homes, SECOND)).waiting).toEqual([]);
  });

  const onlyChecker = () => ({ everyone: false, users: new Set([CHECKER.userId]), groups: [] });
});

describe('what a person requested and decided', () => {
  test('open ones before finished ones, each as the store gives them', async () => {
    const finished = (id: string) => alone(request({ id, batchId: id, status: 'executed' }));
    const open = (id: string) => alone(request({ id, batchId: id, status: 'unknown' }));
    const { homes, asked } = homesWith([finished('f1'), open('o1'), finished('f2'), open('o2')]);
    const { own, today } = await readHome(makeDeps(), homes, MAKER);
    expect(idsOf(own)).toEqual(['o1', 'o2', 'f1', 'f2']);
    expect(today).toEqual(TODAY);
    expect(asked).toEqual([[MAKER.userId, NOON - 3 * DAY_MS, 20], parseIst('2026-11-20 00:00:00')]);
  });

  test('the latest five decisions of a day, each once; what others decided is not among them', async () => {
    const ids = Array.from({ length: 7 }, (_none, index) => `r${index}`);
    const deps = await withRequests(Object.fromEntries(ids.map((id) => [id, {}])));
    await decideCancel(deps, SECOND, 'r0', 'reject', { reason: 'not mine' });
    for (const id of ids.slice(1, 6)) {
      deps.time.now += MINUTE_MS;
      await approveSelected(deps, CHECKER, [id], deps.time.now);
    }
    await decideCancel(deps, CHECKER, 'r6', 'reject', { reason: 'a mistake' });
    await decideCancel(deps, CHECKER, 'r6', 'reject', { reason: 'a mistake' });
    const { decided } = await readHome(deps, homesWith().homes, CHECKER);
    expect(idsOf(decided)).toEqual(['r6', 'r5', 'r4', 'r3', 'r2']);
    deps.time.now += DAY_MS + 1;
    expect((await readHome(deps, homesWith().homes, CHECKER)).decided).toEqual([]);
  });
});

describe('a request', () => {
  test('of several links expires with the first that still waits', () => {
    const some = batchOf([
      request({ id: 'a', linkExpiresAt: NOON + 3 }),
      request({ id: 'b', linkExpiresAt: NOON + 2 }),
      request({ id: 'c', linkExpiresAt: NOON + 1, status: 'rejected' }),
    ]);
    expect(some && firstExpiry(some)).toBe(NOON + 2);
    expect(firstExpiry(alone(request({ linkExpiresAt: undefined })))).toBe(Infinity);
  });

  test('is in the group when one approval is enough', () => {
    expect(isSelectable(alone(request()))).toBe(true);
    expect(isSelectable(alone(request({ approvalsRequired: 2 })))).toBe(false);
  });

  test.each([
    ['pending', true],
    ['approved', true],
    ['executing', true],
    ['unknown', true],
    ['executed', false],
    ['rejected', false],
  ] as const)('that is %s is open: %s', (status, open) => {
    expect(isOpen(alone(request({ status })))).toBe(open);
  });
});
