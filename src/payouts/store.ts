/** Owns the store as the rules see it: types alone. Each part is beside its rule. */

import type { AuditLog } from './audit-port.ts';
import type { CancelRequestStore, CardStore } from './cancel/ports.ts';
import type { DelegationStore } from './delegation-port.ts';
import type { AutoReminderStore } from './links/auto-remind-port.ts';
import type { CooldownStore } from './links/cooldowns.ts';
import type { ExportStore } from './exports/port.ts';
import type { LinkIndexStore } from './links/index-port.ts';
import type { ProcessingStore } from './links/processing-port.ts';
import type { ReminderRunStore } from './links/remind-port.ts';
import type { SavedListStore } from './links/saved-list-port.ts';
import type { SubscriptionStore } from './subscriptions/port.ts';
import type { TransactionStore } from './transactions/port.ts';
import type { WatchStore } from './watches/port.ts';

export interface Store {
  requests: CancelRequestStore;
  cards: CardStore;
  cooldowns: CooldownStore;
  delegations: DelegationStore;
  linkIndex: LinkIndexStore;
  processing: ProcessingStore;
  reminderRuns: ReminderRunStore;
  exportRuns: ExportStore;
  autoReminders: AutoReminderStore;
  savedLists: SavedListStore;
  subscriptions: SubscriptionStore;
  transactions: TransactionStore;
  watches: WatchStore;
  audit: AuditLog;
  /** Resolves when a write works; rejects with Unavailable when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
