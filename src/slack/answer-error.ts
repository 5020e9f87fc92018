/** Owns what a person reads when something failed: one sentence, what to do next, and a reference; never silence. */

import { isPayoutDeskError, StoreUnavailable } from '../errors.ts';
import type { Context } from './context.ts';
import { isTokenRefused } from './api/error-codes.ts';
import { SlackFailure } from './api/client.ts';
import { failure } from './views/notices.ts';
import type { CommandName } from './parse/vocabulary.ts';

/** What cannot be explained is said to be so: whether anything happened is for tracking to tell. */
const UNEXPECTED =
  'Something went wrong on the desk’s side, and it has been noted. Track the link before you try again, and quote the reference if you ask for help.';

/** Returns why Slack did not do it and the one next step, for a person. */
export function slackSays({ code, neededScope, retryAfterMs }: SlackFailure): string {
  if (code === 'missing_scope') {
    const scope = neededScope === undefined ? 'a scope' : `the scope ${neededScope}`;
    return `The Slack app lacks ${scope}. Ask an administrator to add it and to run the doctor (npm run doctor).`;
  }
  if (retryAfterMs !== undefined)
    return `Slack asks Payout Desk to wait. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
  if (isTokenRefused(code))
    return `Slack refuses the token of Payout Desk (${code}). Contact your administrator.`;
  return `Slack answered ${code}. Try again in a minute.`;
}

/** Tells the person and writes one log line with the same reference. Never rejects. */
export async function answerError(context: Context, error: unknown, command?: CommandName): Promise<void> {
  try {
    if (isPayoutDeskError(error)) {
      const line = { kind: error.kind, ipayUuid: error.ipayUuid, error: error.cause };
      if (error instanceof StoreUnavailable) context.log.error(line, 'store unavailable');
      else context.log.info(line, 'refused');
      const usage = error.kind === 'usage' ? command : undefined;
      await context.answer(
        failure(error.message, { reference: context.reference, ipayUuid: error.ipayUuid, usage }),
      );
      return;
    }
    if (error instanceof SlackFailure)
      context.log.error({ code: error.code }, 'Slack did not take an answer');
    else context.log.error({ error }, 'an unexpected failure');
    await context.answer(failure(UNEXPECTED, { reference: context.reference }));
  } catch (second) {
    context.log.error({ error: second }, 'the person could not be told about a failure');
  }
}
