/** Owns the shape of an audit row and its hash, which covers the row and the hash of the row before it. */

import { createHash, createHmac } from 'node:crypto';
import type { Selectable } from 'kysely';
import { maskText } from '../payouts/mask.ts';
import type { AuditEntry } from '../payouts/audit-entry.ts';
import type { ChainedAuditRow } from '../payouts/audit-port.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { AuditTable } from './schema.ts';

export type StoredAudit = Selectable<AuditTable>;

/** The previous hash of the first row; migration 0001 writes the same into the head row. */
export const FIRST_HASH = '0'.repeat(64);

/** The scheme of unkeyed rows. */
export const UNKEYED = 'sha256';

/** Returns the hash scheme for this AUDIT_KEY; the key’s fingerprint in it tells a wrong key from a changed row. */
export function schemeOf(key: string | undefined): string {
  if (key === undefined) return UNKEYED;
  return `hmac-sha256:${createHmac('sha256', key).update('payout-desk audit key').digest('hex').slice(0, 16)}`;
}

/** Returns the entries as rows, numbered from `firstSequence`, each with the hash of the row before. */
export function chain(
  entries: readonly AuditEntry[],
  firstSequence: number,
  previousHash: string,
  key: string | undefined,
): StoredAudit[] {
  const scheme = schemeOf(key);
  let previous = previousHash;
  return entries.map((entry, index) => {
    const row: StoredAudit = {
      sequence: firstSequence + index,
      at: toInstant(entry.at),
      actor_id: plain(entry.actorId),
      action: plain(entry.action),
      subject: text(entry.subject),
      outcome: text(entry.outcome),
      link_id: text(entry.linkId),
      cancel_request_id: text(entry.cancelRequestId),
      reference: text(masked(entry.reference)),
      transaction_date: text(entry.transactionDate),
      amount_paise: whole(entry.amountPaise),
      reason: text(masked(entry.reason)),
      detail: text(masked(entry.detail)),
      affected_user_id: text(entry.affectedUserId),
      approvals: whole(entry.approvals),
      approvals_required: whole(entry.approvalsRequired),
      row_count: whole(entry.rowCount),
      ipay_uuid: text(entry.ipayUuid),
      status_before: text(entry.statusBefore),
      status_after: text(entry.statusAfter),
      decision_ms: whole(entry.decisionMs),
      scheme,
      previous_hash: previous,
      hash: '',
    };
    previous = hashOf(row, key);
    return { ...row, hash: previous };
  });
}

/** Compares a row with its hash; `no key`: it was hashed with another key. */
export function proofOf(row: StoredAudit, key: string | undefined): 'sound' | 'changed' | 'no key' {
  const known = row.scheme === UNKEYED ? undefined : key;
  if (row.scheme !== schemeOf(known)) return 'no key';
  return hashOf(row, known) === row.hash ? 'sound' : 'changed';
}

/** The hash of a row. A list, because its order is fixed and an object’s is not. */
function hashOf(row: StoredAudit, key: string | undefined): string {
  const canonical = JSON.stringify([
    // The version of the list: a later column needs a new version, and old rows keep theirs.
    'audit-1',
    row.scheme,
    row.previous_hash,
    row.sequence,
    row.at,
    row.actor_id,
    row.action,
    row.subject,
    row.outcome,
    row.link_id,
    row.cancel_request_id,
    row.reference,
    row.transaction_date,
    row.amount_paise,
    row.reason,
    row.detail,
    row.affected_user_id,
    row.approvals,
    row.approvals_required,
    row.row_count,
    row.ipay_uuid,
    row.status_before,
    row.status_after,
    row.decision_ms,
  ]);
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  return hash.update(canonical).digest('hex');
}

export function toAuditRow(row: StoredAudit): ChainedAuditRow {
  return {
    sequence: row.sequence,
    at: fromInstant(row.at),
    actorId: row.actor_id,
    action: row.action,
    subject: present(row.subject),
    outcome: present(row.outcome),
    linkId: present(row.link_id),
    cancelRequestId: present(row.cancel_request_id),
    reference: present(row.reference),
    transactionDate: present(row.transaction_date),
    amountPaise: present(row.amount_paise),
    reason: present(row.reason),
    detail: present(row.detail),
    affectedUserId: present(row.affected_user_id),
    approvals: present(row.approvals),
    approvalsRequired: present(row.approvals_required),
    rowCount: present(row.row_count),
    ipayUuid: present(row.ipay_uuid),
    statusBefore: present(row.status_before),
    statusAfter: present(row.status_after),
    decisionMs: present(row.decision_ms),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/**
 * Half an emoji becomes another character on its way into the database, and PostgreSQL refuses NUL in text: either
 * would make the row read back differ from the row that was hashed.
 */
function plain(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD');
}

// The rules mask what people typed; masked once more here, because a stored row can never be corrected.
function masked(value: string | undefined): string | undefined {
  return value === undefined ? undefined : maskText(value);
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : plain(value);
}

function whole(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value);
}

function present<Value>(column: Value | null): Value | undefined {
  return column ?? undefined;
}
