/** Owns questions to the requester: who may ask, how long, and that each is posted once. */

import { Conflict, UsageError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { maskText } from '../mask.ts';
import { type Batch, pendingOf } from './batch.ts';
import { type Judging, judgeRight } from './judge-decision.ts';
import type { NoDecision } from './outcome.ts';
import { auditOf, type CancelRequest, change, type In, type Step } from './request.ts';
import { findBatch, saveStep } from './save.ts';

export const QUESTION_LENGTH = 500;
export const QUESTION_AT_LEAST = 3;
/** More belong into the thread itself. */
export const QUESTIONS_AT_MOST = 20;

export const QUESTION_MISSING = 'Enter a question. The requester will see it.';
export const TOO_MANY_QUESTIONS =
  'Question not sent: this request already has 20 questions. Reply in its thread in the approval channel.';

/** A question as it is kept: trimmed, numbers and addresses masked (R17). */
export function readQuestion(text: string): string {
  const question = text.trim();
  if (question.length < QUESTION_AT_LEAST) throw new UsageError(QUESTION_MISSING);
  if (question.length > QUESTION_LENGTH) {
    throw new UsageError(`Enter a question of at most ${QUESTION_LENGTH} characters.`);
  }
  return maskText(question);
}

/** Why a question was not sent. */
export type NoQuestion = Extract<
  NoDecision,
  'finished' | 'expired' | 'own_request' | 'not_of_tier' | 'deputy_ended' | 'lent_by_requester'
>;
export type Asked = { ok: true; batch: Batch } | { ok: false; why: NoQuestion; batch: Batch };

/**
 * Asks the requester while the request waits for a decision; who may decide may ask. `id`: the same whenever Slack
 * delivers the same question again, which is then asked once.
 */
export async function askRequester(
  deps: Deps,
  actor: Actor,
  batchId: string,
  { id, question }: { id: string; question: string },
): Promise<Asked> {
  const by = actor.userId;
  const subject = 'question.ask';
  const { lent } = await requirePermission(deps, actor, 'approve', { subject, cancelRequestId: batchId });
  const text = readQuestion(question);
  for (;;) {
    const batch = await findBatch(deps, batchId);
    const [request] = pendingOf(batch);
    const now = deps.clock();
    const why =
      whyNot(request, by, now) ?? (request && (await whyNoRight(deps, request, by, { now, subject, lent })));
    if (why || !request) {
      const row = { subject, outcome: why ?? 'finished' } as const;
      await deps.store.audit.append(auditOf(batch.requests[0], now, by, 'decision.refused', row));
      return { ok: false, why: row.outcome, batch };
    }
    const asked = questionsOf(batch);
    if (asked.some((one) => one.id === id)) return { ok: true, batch };
    if (asked.length >= QUESTIONS_AT_MOST) throw new Conflict(TOO_MANY_QUESTIONS);
    const saved = await saveStep(deps, request, stepOf(request, { id, by, at: now, text }));
    if (saved) return { ok: true, batch: await findBatch(deps, batchId) };
  }
}

function whyNot(request: In<'pending'> | undefined, by: string, now: number): NoQuestion | undefined {
  if (!request) return 'finished';
  if (now >= request.expiresAt) return 'expired';
  return request.requestedBy === by ? 'own_request' : undefined;
}

/** Who may decide may ask. */
async function whyNoRight(
  deps: Deps,
  request: CancelRequest,
  by: string,
  judging: Judging,
): Promise<NoQuestion | undefined> {
  const right = await judgeRight(deps, request, by, judging);
  if (!('ok' in right)) return undefined;
  const { why } = right;
  return why === 'not_of_tier' || why === 'lent_by_requester' ? why : 'deputy_ended';
}

function stepOf(request: In<'pending'>, question: CancelRequest['questions'][number]): Step<'pending'> {
  const next = change(request, 'pending', { questions: [...request.questions, question] });
  const row = { reason: question.text, affectedUserId: request.requestedBy };
  return {
    next,
    audit: [auditOf(next, question.at, question.by, 'question.asked', row)],
    messages: ['question'],
  };
}

/** Oldest first. */
export function questionsOf({ requests }: Pick<Batch, 'requests'>): CancelRequest['questions'] {
  return requests.flatMap(({ questions }) => questions).toSorted((one, other) => one.at - other.at);
}
