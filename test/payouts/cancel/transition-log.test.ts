/** Owns what the log is told: each stored step of a request once, with who made it. */

import { expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { executeAll, executeCancel } from '../../../src/payouts/cancel/execute.ts';
import { approvedDeps, CHECKER, LINK, MAKER, makeDeps, SECOND, type TestDeps, write } from '../setup.ts';

const told = ({ transitions }: TestDeps) =>
  transitions.map(({ from, request, action, actorId }) => [from, request.status, action, actorId]);

test('each stored step is told once, and what changed nothing is not', async () => {
  const deps = makeDeps({ script: { cancel: write('done') } });
  const input = { linkIds: [LINK], reason: 'Paid twice', requestedIn: 'C_FINANCE' };
  const { batch } = await requestCancel(deps, MAKER, input);
  await requestCancel(deps, MAKER, input);
  const answers = await Promise.all([
    decideCancel(deps, CHECKER, batch.id, 'approve'),
    decideCancel(deps, SECOND, batch.id, 'reject', { reason: 'Not ours' }),
  ]);
  for (const answered of answers) await executeAll(deps, answered.batch);
  expect(told(deps)).toEqual([
    [undefined, 'pending', 'cancel.requested', MAKER.userId],
    ['pending', 'approved', 'cancel.approved', CHECKER.userId],
    ['approved', 'executing', 'cancel.started', SYSTEM_ACTOR],
    ['executing', 'executed', 'cancel.executed', SYSTEM_ACTOR],
  ]);
});

test('a start whose commit was not confirmed is told once', async () => {
  let lost = true;
  const { deps, approved } = await approvedDeps(
    { cancel: write('done') },
    {
      at: ({ operation, when }) => {
        if (!lost || operation !== 'approvals.save' || when !== 'after') return;
        lost = false;
        throw new Unavailable('The answer is lost.');
      },
    },
  );
  expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
  expect(told(deps).map(([, status]) => status)).toEqual(['executing', 'executed']);
});
