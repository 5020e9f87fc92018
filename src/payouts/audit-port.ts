/** Owns what the rules need of the stored audit: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from './audit-entry.ts';

/**
 * An entry as it was stored. Its keys are plain text here: a row that a later version wrote, or that was changed in the
 * database, must not hide the rest of the audit.
 */
export interface AuditRow extends Omit<AuditEntry, 'action' | 'subject' | 'outcome'> {
  /** 1, 2, 3, ... without gaps. */
  sequence: number;
  action: string;
  subject?: string | undefined;
  outcome?: string | undefined;
}

/** A row with its place in the chain: its hash covers the row and the hash of the row before. */
export interface ChainedAuditRow extends AuditRow {
  previousHash: string;
  hash: string;
}

/** The last row of the audit. Kept elsewhere, it finds a tail that was cut or a database that was exchanged. */
export interface AuditAnchor {
  /** 0 while the audit is empty. */
  sequence: number;
  hash: string;
}

export interface AuditFilter {
  linkId?: string;
  cancelRequestId?: string;
  actorId?: string;
  /** Rows of cancellation requests alone. */
  cancels?: boolean;
  /** `from <= at < to`. */
  from?: number;
  to?: number;
  /** Newest first: by the order they were written; of some days, and of requests alone, by their times. */
  limit: number;
}

/** The audit as the rules see it; rows are never changed or deleted. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  list(filter: AuditFilter): Promise<ChainedAuditRow[]>;
  /** Every row with `from <= at < to`, in the order they were written; for whole exports, memory stays flat. */
  rows(from: number, to: number): AsyncGenerator<ChainedAuditRow, void, void>;
  anchor(): Promise<AuditAnchor>;
}
