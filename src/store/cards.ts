/** Owns the copies of approval cards in the database: where each was posted and what it shows. */

import type { Insertable, Selectable } from 'kysely';
import type { CardCopy, CardStore } from '../payouts/ports.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Database, Tables } from './schema.ts';

export function cardStore(db: Database): CardStore {
  return {
    async put(card) {
      const { id, ...values } = toRow(card);
      await db
        .insertInto('cards')
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute();
    },

    async of(approvalId) {
      const rows = await db
        .selectFrom('cards')
        .selectAll()
        .where('approval_id', '=', approvalId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    async claim(approvalId, now, leaseUntilAt) {
      // One statement: of two desks that ask at once, the second finds the copies already moved on.
      const rows = await db
        .updateTable('cards')
        .set((eb) => ({ next_attempt_at: toInstant(leaseUntilAt), attempts: eb('attempts', '+', 1) }))
        .where('approval_id', '=', approvalId)
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) =>
          eb(
            'shown_version',
            '<',
            eb.selectFrom('approvals').select('version').where('approvals.id', '=', approvalId),
          ),
        )
        .returningAll()
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

export function toRow(card: CardCopy): Insertable<Tables['cards']> {
  return {
    id: card.id,
    approval_id: card.approvalId,
    purpose: card.purpose,
    channel_id: card.channelId,
    ts: card.ts ?? null,
    shown_version: card.shownVersion,
    attempts: card.attempts,
    next_attempt_at: toInstant(card.nextAttemptAt),
    problem: card.problem ?? null,
  };
}

function fromRow(row: Selectable<Tables['cards']>): CardCopy {
  return {
    id: row.id,
    approvalId: row.approval_id,
    purpose: row.purpose,
    channelId: row.channel_id,
    ts: row.ts ?? undefined,
    shownVersion: row.shown_version,
    attempts: row.attempts,
    nextAttemptAt: fromInstant(row.next_attempt_at),
    problem: row.problem ?? undefined,
  };
}
