/** Owns the copies of approval cards in the database: where each was posted and what it shows. */

import type { Insertable, Selectable } from 'kysely';
import type { CardCopy, CardStore } from '../payouts/ports.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Database, Tables } from './schema.ts';

const NOT_POSTED = '';

export function cardStore(db: Database): CardStore {
  return {
    async put(card) {
      const row = toRow(card);
      const { approval_id, purpose, channel_id, ts, ...shown } = row;
      await db.transaction().execute(async (change) => {
        if (ts !== NOT_POSTED) {
          const known = await change
            .updateTable('cards')
            .set(shown)
            .where('approval_id', '=', approval_id)
            .where('purpose', '=', purpose)
            .where('channel_id', '=', channel_id)
            .where('ts', '=', ts)
            .executeTakeFirst();
          if (known.numUpdatedRows > 0n) return;
          // The first time a message id is seen it belongs to the copy that waited to be posted: that one must
          // not stay behind, or it would be posted again.
          await change
            .deleteFrom('cards')
            .where('approval_id', '=', approval_id)
            .where('purpose', '=', purpose)
            .where('channel_id', '=', channel_id)
            .where('ts', '=', NOT_POSTED)
            .execute();
        }
        await change
          .insertInto('cards')
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(['approval_id', 'purpose', 'channel_id', 'ts']).doUpdateSet(shown),
          )
          .execute();
      });
    },

    async of(approvalId) {
      const rows = await db
        .selectFrom('cards')
        .selectAll()
        .where('approval_id', '=', approvalId)
        .orderBy('purpose')
        .orderBy('channel_id')
        .orderBy('ts')
        .execute();
      return rows.map(fromRow);
    },

    async behind(now, limit) {
      const rows = await db
        .selectFrom('cards')
        .innerJoin('approvals', 'approvals.id', 'cards.approval_id')
        .select('cards.approval_id')
        .whereRef('cards.shown_version', '<', 'approvals.version')
        .where('cards.next_attempt_at', '<=', toInstant(now))
        .groupBy('cards.approval_id')
        .orderBy(({ fn }) => fn.min('cards.next_attempt_at'))
        .orderBy('cards.approval_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.approval_id);
    },
  };
}

function toRow(card: CardCopy): Insertable<Tables['cards']> {
  return {
    approval_id: card.approvalId,
    purpose: card.purpose,
    channel_id: card.channelId,
    ts: card.ts ?? NOT_POSTED,
    shown_version: card.shownVersion,
    attempts: card.attempts,
    next_attempt_at: toInstant(card.nextAttemptAt),
    problem: card.problem ?? null,
  };
}

function fromRow(row: Selectable<Tables['cards']>): CardCopy {
  return {
    approvalId: row.approval_id,
    purpose: row.purpose,
    channelId: row.channel_id,
    ts: row.ts === NOT_POSTED ? undefined : row.ts,
    shownVersion: row.shown_version,
    attempts: row.attempts,
    nextAttemptAt: fromInstant(row.next_attempt_at),
    problem: row.problem ?? undefined,
  };
}
