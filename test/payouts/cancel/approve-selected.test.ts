/** Owns approving several requests with one confirmation: what is in the group, and that each keeps its own rule. */

import { describe, expect, test } from 'vitest';
import { Forbidden, StoreUnavailable } from '../../../src/errors.ts';
import { approveSelected, readSelection } from '../../../src/payouts/cancel/approve-selected.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { NOT_FOUND } from '../../../src/payouts/cancel/words.ts';
import {
  auditOf,
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

/** One that can be approved, one of the approver, one for two approvers, one that is decided, one that expired. */
async function several(options: DepsOptions = {}): Promise<TestDeps> {
  const deps = makeDeps(options);
  const kept = (id: string, changes: Parameters<typeof request>[0] = {}) =>
    keep(deps, request({ id, batchId: id, linkId: `link-${id}`, ...changes }));
  await kept('free');
  await kept('free2');
  await kept('own', { requestedBy: CHECKER.userId });
  await kept('two', { approvalsRequired: 2 });
  await kept('decided');
  await kept('expired', { expiresAt: NOON });
  await decideCancel(deps, SECOND, 'decided', 'approve');
  return deps;
}

const IDS = ['free', 'own', 'two', 'decided', 'expired', 'free2', 'free', 'none'];
const decisions = (deps: TestDeps) =>
  auditOf(deps).filter(({ action, actorId }) => action === 'cancel.approved' && actorId === CHECKER.userId);

describe('the selection', () => {
  test('says which can be approved, and why not the others', async () => {
    const { ready, left } = await readSelection(await several(), CHECKER, IDS);
    expect(ready.map(({ id }) => id)).toEqual(['free', 'free2']);
    expect(left.map(({ batch, why }) => [batch.id, why])).toEqual([
      ['own', 'own_request'],
      ['two', 'needs_more_approvals'],
      ['decided', 'finished'],
      ['expired', 'expired'],
    ]);
  });

  test.each([MAKER, STRANGER])('is not for $userId, who is no approver', async (actor) => {
    const deps = await several();
    await expect(readSelection(deps, actor, IDS)).rejects.toThrow(Forbidden);
    await expect(approveSelected(deps, actor, IDS, NOON)).rejects.toThrow(Forbidden);
    expect(decisions(deps)).toEqual([]);
  });
});

describe('approving', () => {
  test('decides each by its own rule, with an audit row of its own', async () => {
    const deps = await several();
    const results = await approveSelected(deps, CHECKER, IDS, NOON);
    expect(
      results.map((result) => [result.batch?.id, result.kind === 'refused' ? result.why : result.kind]),
    ).toEqual([
      ['free', 'approved'],
      ['own', 'own_request'],
      ['two', 'needs_more_approvals'],
      ['decided', 'finished'],
      ['expired', 'finished'],
      ['free2', 'approved'],
      [undefined, 'failed'],
    ]);
    expect(results.at(-1)).toMatchObject({ message: NOT_FOUND });
    expect(decisions(deps).map(({ cancelRequestId }) => cancelRequestId)).toEqual(['free', 'free2']);
    expect(deps.gateway.calls.cancel).toEqual([]);
  });

  test('a second time it is told as approved, and nothing is decided', async () => {
    const deps = await several();
    await approveSelected(deps, CHECKER, ['free'], NOON);
    expect(await approveSelected(deps, CHECKER, ['free'], NOON)).toMatchObject([
      { kind: 'approved', isNew: false },
    ]);
    expect(decisions(deps)).toHaveLength(1);
  });

  test('two copies at once decide each request once', async () => {
    const deps = await several();
    const copies = await Promise.all(
      [1, 2].map(() => approveSelected(deps, CHECKER, ['free', 'free2'], NOON)),
    );
    const fresh = copies.flat().filter((result) => result.kind === 'approved' && result.isNew);
    expect(fresh).toHaveLength(2);
    expect(copies.flat().every(({ kind }) => kind === 'approved')).toBe(true);
    expect(decisions(deps)).toHaveLength(2);
  });

  test('one that the store does not save stops no other', async () => {
    let saves = 0;
    const deps = await several({
      at: ({ operation, when }) => {
        // The first save is the decision that was made before.
        if (operation === 'approvals.save' && when === 'before' && (saves += 1) === 2)
          throw new StoreUnavailable('away');
      },
    });
    const results = await approveSelected(deps, CHECKER, ['free', 'free2'], NOON);
    expect(results).toMatchObject([{ kind: 'failed', message: 'away' }, { kind: 'approved' }]);
  });
});
