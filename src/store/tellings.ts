/** Owns which stuck links a message of the outbox tells of: rows that are written with it. */

import { type Expression, type RawBuilder, sql } from 'kysely';
import type { Tells } from '../payouts/links/telling.ts';
import { someAtOnce } from './in-steps.ts';
import { toInstant } from './instant.ts';
import type { Change } from './schema.ts';

/**
 * Adds what this message tells of; returns of how many links it was not told before. A link that was claimed again since, or
 * whose message was given up, was not.
 */
export async function insertTellings(
  change: Change,
  message: { id: string; channelId: string },
  { at, links }: Tells,
): Promise<number> {
  // In the same order on every replica, so that two that write the same links cannot end in a deadlock.
  const rows = links
    .map(({ linkId, stage, since }) => ({
      channel_id: message.channelId,
      link_id: linkId,
      stage,
      since_at: toInstant(since),
      told_at: toInstant(at),
      message_id: message.id,
    }))
    .sort((one, other) => (one.link_id < other.link_id ? -1 : 1));
  let added = 0;
  // A digest may tell of thousands.
  await someAtOnce(rows, async (some) => {
    const inserted = await change
      .insertInto('stuck_tellings')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .columns(['channel_id', 'link_id', 'stage'])
          .doUpdateSet((eb) => ({
            since_at: eb.ref('excluded.since_at'),
            told_at: eb.ref('excluded.told_at'),
            message_id: eb.ref('excluded.message_id'),
          }))
          .where((eb) =>
            eb.or([
              eb('excluded.since_at', '>', eb.ref('stuck_tellings.told_at')),
              givenUp(eb.ref('stuck_tellings.message_id')),
            ]),
          ),
      )
      .returning('link_id')
      .execute();
    added += inserted.length;
  });
  return added;
}

/** Whether the message was given up: it ended, and Slack did not take it. A message that was pruned was not. */
export function givenUp(messageId: Expression<string>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from digest_messages
    where digest_messages.id = ${messageId} and digest_messages.finished_at is not null and digest_messages.ts is null)`;
}
