/** Owns what one cancellation costs: how often its messages are written to the store, and what Slack is asked. */

import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { requestCancel } from '../../src/payouts/cancel/ask.ts';
import { decideCancel } from '../../src/payouts/cancel/decide.ts';
import { executeAll } from '../../src/payouts/cancel/execute.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { CHECKER, LINK, MAKER, makeDeps, write } from '../payouts/setup.ts';

test('one request, its approval and its execution: four Slack calls, and one card write for each', async () => {
  const operations: Record<string, number> = {};
  const deps = makeDeps({
    script: { cancel: write('done') },
    at: ({ operation, when }) => {
      if (when === 'before') operations[operation] = (operations[operation] ?? 0) + 1;
    },
  });
  const slack = createMessenger();
  const cards = createApprovalCards(deps, slack.messenger, createLog('silent', []), 30_000);
  const input = { linkIds: [LINK], reason: 'Paid twice', requestedIn: 'C_FINANCE' };
  const { batch } = await requestCancel(deps, MAKER, input);
  await cards.advanceAndShow(batch);
  const answered = await decideCancel(deps, CHECKER, batch.id, 'approve');
  await cards.advanceAndShow(batch, () => executeAll(deps, answered.batch));

  expect(slack.calls).toEqual(['message', 'update', 'update', 'message']);
  expect(slack.standing.map(({ channelId }) => channelId)).toEqual(['C_APPROVALS', 'D_U_MAKER']);
  expect(operations).toMatchObject({ 'cards.settle': 4, 'approvals.open': 1, 'approvals.save': 3 });
  expect(Object.values(operations).reduce((sum, times) => sum + times)).toBeLessThanOrEqual(21);
  expect(deps.store.contents().cards.map(({ purpose }) => purpose)).toEqual(['outcome', 'request']);
});
