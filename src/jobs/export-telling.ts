/** Owns the one direct message that tells of an export: posted once, found again after a crash, and edited. */

import type { Deps } from '../payouts/deps.ts';
import type { HeldExport } from '../payouts/exports/port.ts';
import { SlackFailure } from '../slack/api/client.ts';
import { isMessageGone } from '../slack/api/error-codes.ts';
import type { Messenger } from '../slack/api/messenger.ts';
import type { Message } from '../slack/block-kit/blocks.ts';

interface TellParts {
  deps: Deps;
  messenger: Pick<Messenger, 'message' | 'update' | 'findOwn'>;
}

/** Runs whose message may stand in Slack although its answer was lost. */
const inDoubt = new WeakSet<HeldExport>();

/** Posts the direct message, or edits it. Rejects with SlackFailure. */
export async function tell({ deps, messenger }: TellParts, run: HeldExport, message: Message): Promise<void> {
  const mark = { kind: 'export', id: run.id } as const;
  if (!run.message && (run.attempts > 1 || inDoubt.has(run))) {
    // An earlier holder was cut off after Slack took it, or this one did not hear of it.
    const [ts] = (await messenger.findOwn(run.userId, run.startedAt, mark)) ?? [];
    if (ts !== undefined) run.message = { channelId: run.userId, ts };
  }
  if (run.message) {
    try {
      await messenger.update(run.message, message);
      return;
    } catch (error) {
      // The person deleted it: a new one tells.
      if (!(error instanceof SlackFailure && isMessageGone(error.code))) throw error;
    }
  }
  try {
    run.message = await messenger.message(run.userId, message, { mark });
  } catch (error) {
    if (error instanceof SlackFailure && error.answerLost) inDoubt.add(run);
    throw error;
  }
  await deps.store.exportRuns.save(run);
}
