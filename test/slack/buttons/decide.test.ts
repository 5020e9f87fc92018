/** Owns what a person is told when the store fails after their decision was saved: never that nothing was done. */

import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { decide } from '../../../src/slack/buttons/decide.ts';
import { cancel } from '../../../src/slack/commands/cancel.ts';
import type { Context } from '../../../src/slack/context.ts';
import { DECISION_SAVED } from '../../../src/slack/views/notices.ts';
import { STORE_UNREACHABLE } from '../../../src/store/failure.ts';
import { CHECKER, LINK, MAKER, makeDeps, type TestDeps, write } from '../../payouts/setup.ts';

const away = (): Promise<never> => Promise.reject(new StoreUnavailable(STORE_UNREACHABLE));

/** As much of a context as the handlers use; `said` collects what the person reads. */
function contextOf(deps: TestDeps, actor: Context['actor'], cards: Partial<Context['cards']>) {
  const said: string[] = [];
  const say = async ({ text }: { text: string }) => void said.push(text);
  const parts = {
    deps,
    actor,
    cards,
    channelId: 'C1',
    approvalChannel: 'C_APPROVALS',
    pressedAt: deps.clock(),
    isRedelivery: false,
    log: createLog('silent', []),
    acknowledge: async () => {},
    waiting: { amend: async () => {} },
    answer: say,
    replace: say,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the handlers use nothing else of it
  return { said, context: parts as unknown as Context };
}

test('the store fails after the link was cancelled: the person reads that the decision is saved', async () => {
  const deps = makeDeps({ script: { cancel: write('done', 'cancelled') } });
  const { batch } = await requestCancel(deps, MAKER, {
    linkIds: [LINK],
    reason: 'duplicate',
    requestedIn: 'C1',
  });
  const find = deps.store.requests.findBatch.bind(deps.store.requests);
  const { said, context } = contextOf(deps, CHECKER, {
    advanceAndShow: async (_request, step) => {
      await step?.();
      deps.store.requests.findBatch = away;
      return { notShown: undefined };
    },
  });
  await decide(context, batch.id, 'approve', { from: 'list' });
  deps.store.requests.findBatch = find;
  expect(await find(batch.id)).toMatchObject({ requests: [{ status: 'executed' }] });
  expect(said).toEqual([DECISION_SAVED]);
});

test('the store fails after a request was saved: the person reads that it is', async () => {
  const deps = makeDeps();
  const cards = { advanceAndShow: async () => ({ notShown: undefined }), place: away };
  const { said, context } = contextOf(deps, MAKER, cards);
  await cancel(context, { name: 'cancel', targets: [{ kind: 'id', linkId: LINK }], reason: 'duplicate' });
  expect(await deps.store.requests.pending()).toHaveLength(1);
  expect(said).toEqual([expect.stringContaining('Cancellation requested')]);
});
