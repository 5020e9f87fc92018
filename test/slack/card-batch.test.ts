/** Owns the messages of a request for several links: one card for all, edited a few times, and one message to the requester. */

import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { decideCancel } from '../../src/payouts/cancel/decide.ts';
import { executeAll, executeCancel } from '../../src/payouts/cancel/execute.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { askFor, batchDeps, linkAt } from '../payouts/cancel/batches.ts';
import { CHECKER, type TestDeps, write } from '../payouts/setup.ts';

function cardsOf(deps: TestDeps) {
  const slack = createMessenger();
  return { slack, cards: createApprovalCards(deps, slack.messenger, createLog('silent', []), 30_000) };
}

test('the requester is told once each link has its outcome, and that message follows what is not confirmed yet', async () => {
  const deps = batchDeps({ answers: { [linkAt(1)]: write('unknown') } });
  const { slack, cards } = cardsOf(deps);
  await askFor(deps, 3);
  await cards.sync('b1');
  const { batch } = await decideCancel(deps, CHECKER, 'b1', 'approve');
  const direct = () => slack.standing.filter(({ channelId }) => channelId === 'D_U_MAKER');
  for (const [index, request] of batch.requests.entries()) {
    await executeCancel(deps, request);
    await cards.sync('b1');
    expect(direct()).toHaveLength(index === 2 ? 1 : 0);
  }
  expect(JSON.stringify(direct())).toContain('2 of 3 links cancelled, 1 not confirmed');
  const [first] = direct();
  const [, unknown] = (await deps.store.requests.findBatch('b1'))?.requests ?? [];
  if (!unknown) throw new Error('The second link is lost.');
  await deps.store.requests.save([
    { before: unknown, after: { ...unknown, version: unknown.version + 1, status: 'executed' }, audit: [] },
  ]);
  await cards.sync('b1');
  expect(direct().map(({ ts }) => ts)).toEqual([first?.ts]);
  expect(JSON.stringify(direct())).toContain('3 of 3 links cancelled');
});

test('twenty links that settle one after the other cost the card two edits', async () => {
  const deps = batchDeps();
  const { slack, cards } = cardsOf(deps);
  const asked = await askFor(deps, 20);
  await cards.advanceAndShow(asked);
  const { batch } = await decideCancel(deps, CHECKER, 'b1', 'approve');
  await cards.advanceAndShow(batch, () => executeAll(deps, batch));
  expect(slack.calls.filter((call) => call === 'update').length).toBeLessThanOrEqual(2);
  expect(slack.calls.filter((call) => call === 'message')).toHaveLength(2);
  expect(slack.standing.filter(({ channelId }) => channelId === 'C_APPROVALS')).toHaveLength(1);
  const versions = deps.store.contents().cards.map(({ shownVersion }) => shownVersion);
  const stored = await deps.store.requests.findBatch('b1');
  expect(versions).toEqual([stored?.version, stored?.version]);
});
