/** Owns what a person reads when something failed: one sentence, what to do next, and a reference; never silence. */

import { isDeskError } from '../errors.ts';
import type { Call } from './call.ts';
import { SlackFailure } from './web-client.ts';
import { failure } from './views/notices.ts';
import type { CommandName } from './vocabulary.ts';

/** What cannot be explained is said to be so: whether anything happened is for tracking to tell. */
const UNEXPECTED =
  'Something went wrong on the desk’s side, and it has been noted. Track the link before you try again, and quote the reference if you ask for help.';

/** Tells the person and writes one log line with the same reference. Never rejects. */
export async function answerError(call: Call, error: unknown, command?: CommandName): Promise<void> {
  try {
    if (isDeskError(error)) {
      call.log.info({ kind: error.kind, ipayUuid: error.ipayUuid, error: error.cause }, 'refused');
      const usage = error.kind === 'usage' ? command : undefined;
      await call.answer(
        failure(error.message, { reference: call.reference, ipayUuid: error.ipayUuid, usage }),
      );
      return;
    }
    if (error instanceof SlackFailure) call.log.error({ code: error.code }, 'Slack did not take an answer');
    else call.log.error({ error }, 'an unexpected failure');
    await call.answer(failure(UNEXPECTED, { reference: call.reference }));
  } catch (second) {
    call.log.error({ error: second }, 'the person could not be told about a failure');
  }
}
