/**
 * Owns an InstantPay that sends anything at all: wrong types, hostile text, answers that are none. It goes over real HTTP through
 * the real client, the rules and the views; nothing crashes, nothing that is shown is alive, nothing breaks a limit.
 */

import { asLines } from '../slack/views/samples.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPayoutDeskError } from '../../src/errors.ts';
import { createGateway } from '../../src/instantpay/gateway.ts';
import type { Batch } from '../../src/payouts/cancel/batch.ts';
import { executeCancel } from '../../src/payouts/cancel/execute.ts';
import { decideCancel } from '../../src/payouts/cancel/decide.ts';
import { requestCancel } from '../../src/payouts/cancel/ask.ts';
import type { Deps } from '../../src/payouts/deps.ts';
import { composeDigest } from '../../src/payouts/digest/digest.ts';
import { find } from '../../src/payouts/links/find.ts';
import { list } from '../../src/payouts/links/list.ts';
import { lookUp } from '../../src/payouts/links/track.ts';
import { remind } from '../../src/payouts/links/remind.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { checkTransaction } from '../../src/payouts/transactions/check.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import type { Message } from '../../src/slack/block-kit/blocks.ts';
import { requestOpened } from '../../src/slack/views/approval-answers.ts';
import { approvalCard, approvalNudge, requesterNotice } from '../../src/slack/views/approval-card.ts';
import { auditList } from '../../src/slack/views/audit-list.ts';
import { digestMessage } from '../../src/slack/views/digest-message.ts';
import { linkCard } from '../../src/slack/views/link-card.ts';
import { linkChoice, nothingFound } from '../../src/slack/views/link-choice.ts';
import { linkList } from '../../src/slack/views/link-list.ts';
import { failure, reminded } from '../../src/slack/views/notices.ts';
import { transactionCard } from '../../src/slack/views/transaction-card.ts';
import { isFull, report } from '../chaos/size.ts';
import { makeClient, serve } from '../instantpay/setup.ts';
import { alone, CHECKER, LINK, makeDeps, MAKER, NOON } from '../payouts/setup.ts';
import { leaksOf } from './canaries.ts';
import { PRIVATE, runs } from './hostile.ts';
import { answerOf } from './hostile-answers.ts';
import { expectHarmless } from './judge.ts';

type WireAnswer = { httpStatus: number; body: string; type: string };

/** A round asks about twelve things. */
const ROUNDS = runs(100, 1_500);
const ANSWERS = isFull ? 10_000 : 600;

const seal = createSeal('secret');

test(`at least ${ANSWERS} answers`, { timeout: isFull ? 1_800_000 : 120_000 }, async () => {
  let answers: readonly WireAnswer[] = [];
  let served = 0;
  const { url } = await serve((_seen, _request, response) => {
    const answer = answers[served % Math.max(1, answers.length)];
    served += 1;
    response.writeHead(answer?.httpStatus ?? 500, answer?.type ? { 'content-type': answer.type } : {});
    response.end(answer?.body);
  });
  const { client } = makeClient(url, { maxPages: 3, now: () => NOON });
  const shown = new Map<string, number>();
  /** Every message of this round, once it is known to be harmless. */
  const show = (what: string, message: Message): void => {
    expectHarmless(message);
    expect(leaksOf(JSON.stringify(message), PRIVATE), what).toEqual([]);
    shown.set(what, (shown.get(what) ?? 0) + 1);
  };

  /** What Payout Desk says of it, or of what went wrong; anything that is none of Payout Desk's failures is a crash. */
  async function ask<Result>(
    what: string,
    asked: () => Promise<Result>,
    say: (result: Result) => Message | Message[],
  ): Promise<Result | undefined> {
    let result: Result;
    try {
      result = await asked();
    } catch (error) {
      if (!isPayoutDeskError(error)) throw error;
      show(`${what}, failing`, failure(error.message, { supportCode: 'REF12345', ipayUuid: error.ipayUuid }));
      return undefined;
    }
    for (const message of [say(result)].flat()) show(what, message);
    return result;
  }

  async function round(): Promise<void> {
    const deps: Deps = { ...makeDeps(), gateway: createGateway(client) };
    const now = NOON;
    await ask(
      'card',
      () => lookUp(deps, LINK),
      (view) => linkCard(view, { now }),
    );
    await ask(
      'list',
      () => list(deps, MAKER, { statuses: [], contact: undefined, pageNumber: 1 }),
      (links) => linkList(links, { now, seal }),
    );
    const target = { kind: 'contact' as const, contact: 'Asha' };
    await ask(
      'search',
      () => find(deps, MAKER, target),
      (found) => {
        if (found.kind === 'one') return [];
        return found.kind === 'none'
          ? nothingFound('Asha', found.incomplete, { seal })
          : linkChoice(found, { intent: 'cancel', what: 'Asha', now });
      },
    );
    await ask(
      'reminder',
      () => remind(deps, MAKER, LINK),
      (sent) => reminded(sent, now),
    );
    await ask(
      'transaction',
      () =>
        checkTransaction(deps, MAKER, {
          externalRef: 'R1',
          date: '2026-11-19',
          aeps: false,
          time: undefined,
          checkNow: false,
        }),
      (given) => transactionCard(given, { now, seal }),
    );
    await ask(
      'digest',
      () => composeDigest(deps, { statuses: ['ISSUED', 'EXPIRED'] }),
      (digest) => digestMessage(digest, { now }),
    );
    const opened = await ask(
      'request',
      () => requestCancel(deps, MAKER, { linkIds: [LINK], reason: 'paid twice', requestedIn: 'C0FINANCE' }),
      ({ batch }) => [
        ...messagesOf(batch, now),
        requestOpened(batch, { now, alreadyOpen: false, channelId: 'C0APPROVALS' }),
        requestOpened(batch, { now, alreadyOpen: true, channelId: 'C0APPROVALS' }),
      ],
    );
    if (opened) {
      const { batch } = await decideCancel(deps, CHECKER, opened.batch.id, 'approve');
      await ask(
        'outcome',
        () => executeCancel(deps, batch.requests[0]),
        (after) => messagesOf(alone(after), now),
      );
    }
    const rows = await deps.store.audit.list({ limit: 20 });
    expect(leaksOf(JSON.stringify(rows), PRIVATE), 'the audit').toEqual([]);
    expect(leaksOf(JSON.stringify(await deps.store.requests.pending()), PRIVATE), 'records').toEqual([]);
    show(
      'audit',
      auditList(
        { query: { linkId: undefined, actorId: undefined, csv: false }, lines: asLines(rows), more: false },
        now + DAY_MS,
      ),
    );
  }

  await fc.assert(
    fc.asyncProperty(fc.array(answerOf(LINK), { minLength: 10, maxLength: 25 }), async (given) => {
      answers = given;
      await round();
    }),
    // What is shrunk from so much would take minutes; the seed leads back to it.
    { ...ROUNDS, endOnFailure: isFull },
  );
  // The rounds must have come to see all of it, or this proves little.
  expect(served).toBeGreaterThanOrEqual(ANSWERS);
  for (const what of ['card', 'list', 'search', 'transaction', 'digest', 'request', 'outcome']) {
    expect(shown.get(what) ?? 0, what).toBeGreaterThan(ROUNDS.numRuns / 50);
  }
  report('answers of InstantPay', {
    answers: served,
    messages: [...shown.values()].reduce((sum, count) => sum + count, 0),
  });
});

function messagesOf(batch: Batch, now: number): Message[] {
  return [approvalCard(batch, now), requesterNotice(batch, now), approvalNudge(batch, now)];
}
