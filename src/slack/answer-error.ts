/** Owns the answer to a failure: one sentence, the next step and, for what nobody expected, a support code; never silence. */

import { isPayoutDeskError, StoreUnavailable } from '../errors.ts';
import type { Context } from './context.ts';
import { isTokenRefused } from './api/error-codes.ts';
import { SlackFailure } from './api/client.ts';
import type { Message } from './block-kit/blocks.ts';
import { FORM_TITLE, messageForm } from './views/form-parts.ts';
import { failure } from './views/notices.ts';
import type { CommandName } from './parse/vocabulary.ts';

/** Whether anything was done is not known here, so the person is sent to the link's status. */
export const UNEXPECTED = 'Something went wrong. Check the link’s status before you try again.';

/** The person learns nothing; the log is all there is. */
export const ANSWER_NOT_SENT = 'failure answer could not be sent';

/** Returns why Slack refused and the next step. */
export function slackSays({ code, neededScope, retryAfterMs }: SlackFailure): string {
  if (code === 'missing_scope') {
    const scope = neededScope === undefined ? 'a scope' : `the scope ${neededScope}`;
    return `The Slack app is missing ${scope}. Contact your administrator, who can run “npm run doctor”.`;
  }
  if (retryAfterMs !== undefined)
    return `Slack is limiting requests. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
  if (isTokenRefused(code)) return `Slack refused Payout Desk’s token (${code}). Contact your administrator.`;
  return `Slack responded with ${code}. Try again in a minute.`;
}

/** In the open form, else as an answer; a form that the person closed before they submitted anything needs none. */
async function tell(context: Context, message: Message): Promise<void> {
  const { form } = context;
  if (form.isOpen()) {
    const shown = await form.show(messageForm(form.at?.title ?? FORM_TITLE, message));
    if (shown === 'shown' || (shown === 'gone' && !form.isSubmitted)) return;
  }
  await context.answer(message);
}

/** Tells the person and writes one log line; its `requestId` is the support code. Never rejects. */
export async function answerError(context: Context, error: unknown, command?: CommandName): Promise<void> {
  try {
    if (isPayoutDeskError(error)) {
      const line = { kind: error.kind, ipayUuid: error.ipayUuid, error: error.cause };
      if (error instanceof StoreUnavailable) context.log.error(line, 'store unavailable');
      else context.log.info(line, 'refused');
      const usage = error.kind === 'usage' ? command : undefined;
      const contacts = error.kind === 'forbidden' ? error.contacts : [];
      await tell(context, failure(error.message, { ipayUuid: error.ipayUuid, usage, contacts }));
      return;
    }
    if (error instanceof SlackFailure) context.log.error({ code: error.code }, 'answer refused by Slack');
    else context.log.error({ error }, 'unexpected failure');
    await tell(context, failure(UNEXPECTED, { supportCode: context.supportCode }));
  } catch (second) {
    context.log.error({ error: second }, ANSWER_NOT_SENT);
  }
}
