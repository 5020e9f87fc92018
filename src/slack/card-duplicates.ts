/** Owns that each outbox row has one message: what a replica posted without the lease is found and removed. */

import type { Log } from '../log.ts';
import type { CardCopy, HeldCopy } from '../payouts/cancel/ports.ts';
import type { Batch } from '../payouts/cancel/batch.ts';
import type { Deps } from '../payouts/deps.ts';
import { isMessageGone } from './api/error-codes.ts';
import { SlackFailure } from './api/client.ts';
import type { Messenger, Posted } from './api/messenger.ts';
import { threadOf } from './card-thread.ts';

/** What the work on a message needs. */
export interface CardWork {
  deps: Deps;
  messenger: Messenger;
  log: Log;
  /** For how long a message is held. */
  leaseMs: number;
}

/** By this mark Slack finds the message again. */
export const markOf = ({ id }: CardCopy) => ({ kind: 'card', id }) as const;

/** Returns the row's messages that Slack shows; undefined when Slack does not show the channel. */
export async function findPosted(
  { deps, messenger }: CardWork,
  copy: CardCopy,
  batch: Batch,
): Promise<string[] | undefined> {
  const thread = await threadOf(deps.store.cards, copy, batch);
  // A reply that was not broadcast is in its thread alone.
  const threadTs = thread?.broadcast === false ? thread.threadTs : undefined;
  return messenger.findOwn(copy.channelId, batch.requests[0].requestedAt, markOf(copy), threadTs);
}

async function remove({ messenger, log }: CardWork, copy: CardCopy, at: Posted): Promise<void> {
  const about = { kind: copy.purpose };
  try {
    await messenger.remove(at);
    log.info(about, 'duplicate card removed');
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    if (!isMessageGone(error.code)) log.warn({ ...about, code: error.code }, 'duplicate card not removed');
  }
}

/** Removes every message of the row but its own one. */
export async function removeOthers(
  work: CardWork,
  copy: CardCopy,
  batch: Batch,
  stands: string,
): Promise<void> {
  for (const ts of (await findPosted(work, copy, batch)) ?? []) {
    if (ts !== stands) await remove(work, copy, { channelId: copy.channelId, ts });
  }
}

/** Tidies up after another replica took the lease while this one was at work, frozen or cut off from the database. */
export async function yieldToHolder(
  work: CardWork,
  copy: HeldCopy,
  batch: Batch,
  posted?: Posted,
): Promise<void> {
  const { deps, log } = work;
  const { cards } = deps.store;
  log.warn({ kind: copy.purpose }, 'card lease lost');
  if (copy.ts !== undefined) {
    // What was edited late may be older than what the next holder showed.
    await cards.showAgain({ ...copy, ts: copy.ts }, deps.clock());
    return;
  }
  const stored = (await cards.of(batch.id)).find(({ id }) => id === copy.id);
  if (posted && stored?.ts === posted.ts) return;
  if (stored?.ts !== undefined) {
    if (posted) await remove(work, copy, posted);
    await removeOthers(work, copy, batch, stored.ts);
    return;
  }
  // If Slack shows history, the next holder takes this message or removes it; if not, it posts its own.
  if (posted && (await findPosted(work, copy, batch)) === undefined) await remove(work, copy, posted);
}
