/** Owns questions to the requester: who may ask, until when, once for each submission, and what is stored with it. */

import { expect, test } from 'vitest';
import { Conflict, Forbidden, NotFound, UsageError } from '../../../src/errors.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { questionOf } from '../../../src/payouts/cancel/messages.ts';
import {
  askRequester,
  QUESTION_LENGTH,
  QUESTION_MISSING,
  QUESTIONS_AT_MOST,
  questionsOf,
  readQuestion,
} from '../../../src/payouts/cancel/question.ts';
import { DAY_MS } from '../../../src/payouts/time.ts';
import {
  auditOf,
  CHECKER,
  keep,
  MAKER,
  makeDeps,
  NOON,
  request,
  SECOND,
  stored,
  STRANGER,
} from '../setup.ts';

const QUESTION = { id: 'V1', question: ' Is 9876543210 the right number? ' };

test('an approver’s question is stored masked, audited, and posted to the thread and to the requester', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  deps.time.now = NOON + 5_000;
  const asked = await askRequester(deps, CHECKER, 'a1', QUESTION);
  const question = {
    id: 'V1',
    by: CHECKER.userId,
    at: NOON + 5_000,
    text: 'Is ******3210 the right number?',
  };
  expect(asked).toMatchObject({ ok: true, batch: { version: 8, requests: [{ status: 'pending' }] } });
  expect(stored(deps)?.questions).toEqual([question]);
  expect(auditOf(deps)).toMatchObject([
    {
      action: 'question.asked',
      actorId: CHECKER.userId,
      affectedUserId: MAKER.userId,
      cancelRequestId: 'a1',
      reason: question.text,
    },
  ]);
  const { cards } = deps.store.contents();
  expect(cards.map(({ purpose, channelId }) => [purpose, channelId])).toEqual([
    ['question', 'C_APPROVALS'],
    ['question', MAKER.userId],
  ]);
  for (const copy of cards) expect(questionOf(copy, questionsOf(asked.batch))).toEqual(question);
});

test('a submission that is delivered again is one question; another one is another', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  await askRequester(deps, CHECKER, 'a1', QUESTION);
  const again = await askRequester(deps, CHECKER, 'a1', QUESTION);
  expect(again.ok).toBe(true);
  await askRequester(deps, SECOND, 'a1', { id: 'V2', question: 'And why now?' });
  expect(questionsOf(again.batch).map(({ id }) => id)).toEqual(['V1']);
  expect(stored(deps)?.questions.map(({ id }) => id)).toEqual(['V1', 'V2']);
  expect(auditOf(deps)).toHaveLength(2);
  expect(deps.store.contents().cards).toHaveLength(4);
});

test('a decision saved meanwhile wins: the question is not sent, and the refusal is audited', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  await decideCancel(deps, CHECKER, 'a1', 'reject', { reason: 'No need' });
  const late = await askRequester(deps, SECOND, 'a1', QUESTION);
  expect(late).toMatchObject({ ok: false, why: 'finished' });
  expect(stored(deps)?.questions).toEqual([]);
  expect(auditOf(deps).at(-1)).toMatchObject({
    action: 'decision.refused',
    subject: 'question.ask',
    outcome: 'finished',
    actorId: SECOND.userId,
  });
});

test('a vote of another approver at the same moment keeps its place: both are stored', async () => {
  let voted = false;
  const deps = makeDeps({
    settings: { approvalsRequiredAbovePaise: 0 },
    at: async ({ operation, when }) => {
      if (operation !== 'approvals.save' || when !== 'before' || voted) return;
      voted = true;
      await decideCancel(deps, SECOND, 'a1', 'approve');
    },
  });
  await keep(deps, request({ approvalsRequired: 2 }));
  await askRequester(deps, CHECKER, 'a1', QUESTION);
  expect(stored(deps)).toMatchObject({
    version: 9,
    approvals: [{ userId: SECOND.userId }],
    questions: [{ id: 'V1' }],
  });
});

test.each([
  ['the requester', { ...CHECKER }, { requestedBy: CHECKER.userId }, 'own_request'],
  ['after the time', CHECKER, { expiresAt: NOON + DAY_MS }, 'expired'],
] as const)('%s gets no question through', async (_what, actor, changes, why) => {
  const deps = makeDeps();
  await keep(deps, request(changes));
  if (why === 'expired') deps.time.now = NOON + DAY_MS;
  expect(await askRequester(deps, actor, 'a1', QUESTION)).toMatchObject({ ok: false, why });
  expect(stored(deps)?.questions).toEqual([]);
});

test('who may not decide may not ask; no such request; no words; too many', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  for (const person of [MAKER, STRANGER])
    await expect(askRequester(deps, person, 'a1', QUESTION)).rejects.toThrow(Forbidden);
  await expect(askRequester(deps, CHECKER, 'a2', QUESTION)).rejects.toThrow(NotFound);
  await expect(askRequester(deps, CHECKER, 'a1', { id: 'V', question: '  ' })).rejects.toThrow(UsageError);
  expect(() => readQuestion('x'.repeat(QUESTION_LENGTH + 1))).toThrow(UsageError);
  expect(() => readQuestion(' ')).toThrow(QUESTION_MISSING);
  const many = Array.from({ length: QUESTIONS_AT_MOST }, (_none, index) => ({
    id: `V${index}`,
    by: CHECKER.userId,
    at: NOON,
    text: 'Why?',
  }));
  const full = makeDeps();
  await keep(full, request({ questions: many }));
  await expect(askRequester(full, CHECKER, 'a1', { id: 'V99', question: 'Why?' })).rejects.toThrow(Conflict);
});
