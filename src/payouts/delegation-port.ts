/** Owns what standing in for an approver needs from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from './audit-entry.ts';

/** An approver is away, and a deputy decides in their place. */
export interface Delegation {
  /** Whose right it is. */
  userId: string;
  deputyId: string;
  since: number;
  /** The first instant after it. */
  until: number;
}

/** Rights that were lent, by which a change is made: they have to hold at the moment it is stored. */
export interface Holding {
  delegations: readonly Delegation[];
  now: number;
}

/** At most one delegation a person. */
export interface DelegationStore {
  /** Those that have not ended by `now`, by the ID of the person. */
  active(now: number): Promise<Delegation[]>;
  /** Stores it in place of the person's earlier one, together with the audit rows. */
  lend(delegation: Delegation, audit: readonly AuditEntry[]): Promise<void>;
  /** Ends exactly this one, together with the audit rows; false, and no write, when it is not stored any more. */
  end(delegation: Delegation, audit: readonly AuditEntry[]): Promise<boolean>;
}
