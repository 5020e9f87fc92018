/** Owns `Ask requester`: the form for the question, and posting it. */

import { Forbidden, isPayoutDeskError } from '../../errors.ts';
import { isPending } from '../../payouts/cancel/batch.ts';
import { showRequest } from '../../payouts/cancel/decide.ts';
import { askRequester, readQuestion } from '../../payouts/cancel/question.ts';
import { decodeDecisionMetadata, readReasonInput } from '../block-kit/form-metadata.ts';
import { BLOCK_IDS } from '../block-kit/ids.ts';
import type { Context } from '../context.ts';
import { questionRefused, questionSent } from '../views/approval-thread.ts';
import { askModal } from '../views/modals.ts';
import { failure, QUESTION_SAVED_NEXT_FAILED } from '../views/notices.ts';
import { metadataOf } from './approval.ts';
import { FORM_NOT_VALID, requestIdOf } from './values.ts';

/** Opens the form; whether the person may ask is judged when it is submitted. */
export async function openAsk(context: Context, value: string, blockId: string): Promise<void> {
  const batch = await showRequest(context.deps, context.actor, requestIdOf(value));
  if (!isPending(batch)) return context.answer(questionRefused('finished', batch, context.deps.clock()));
  await context.openView(askModal(metadataOf(context, batch.id, blockId), batch));
}

/** What is wrong with the form: checked before it closes. */
export function checkQuestion(values: unknown): Record<string, string> | undefined {
  try {
    readQuestion(readReasonInput(values) ?? '');
    return undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { [BLOCK_IDS.reason]: error.message };
  }
}

export async function askWithQuestion(context: Context, values: unknown, metadata: string): Promise<void> {
  const form = decodeDecisionMetadata(metadata, context.seal);
  if (!form) throw new Forbidden(`${FORM_NOT_VALID} Select the button again.`);
  const { deps, actor } = context;
  const asked = await askRequester(deps, actor, form.cancelRequestId, {
    // The form's own ID: a submission that Slack delivers twice is one question.
    id: context.deliveryId ?? deps.newId(),
    question: readReasonInput(values) ?? '',
  });
  const { batch } = asked;
  if (!asked.ok) {
    await context.answer(questionRefused(asked.why, batch, deps.clock()));
    return;
  }
  // The question is saved: whatever fails from here on is retried by the job.
  const advanced = await context.cards.advanceAndShow(batch);
  await context.answer(
    'error' in advanced
      ? failure(QUESTION_SAVED_NEXT_FAILED, { supportCode: context.supportCode })
      : questionSent(batch, deps.clock()),
  );
}
