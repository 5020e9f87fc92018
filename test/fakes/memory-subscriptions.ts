/** Owns the schedules of digests in memory; the runs and messages of digests are the database's alone. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { SubscriptionChange, SubscriptionStore } from '../../src/payouts/subscriptions/port.ts';
import type { Subscription } from '../../src/payouts/subscriptions/subscription.ts';
import type { Operation } from './memory-store.ts';

export function subscriptionOperations(
  operation: Operation,
  append: (entry: AuditEntry) => void,
): SubscriptionStore {
  const stored = new Map<string, Subscription>();
  const inOrder = () =>
    [...stored.values()].sort(
      (one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1),
    );
  const isUnchanged = ({ id, version, markAt }: Subscription): boolean => {
    const there = stored.get(id);
    return there?.version === version && there.markAt === markAt;
  };
  const appendAll = (entries: readonly AuditEntry[]): void => {
    for (const entry of entries) append(entry);
  };
  return {
    all: operation('subscriptions.all', inOrder),
    of: operation('subscriptions.of', (channelId: string) =>
      inOrder().filter((one) => one.channelId === channelId),
    ),
    find: operation('subscriptions.find', (id: string) => stored.get(id)),
    create: operation('subscriptions.create', (subscription: Subscription, audit: readonly AuditEntry[]) => {
      if (stored.has(subscription.id)) return false;
      stored.set(subscription.id, subscription);
      appendAll(audit);
      return true;
    }),
    save: operation(
      'subscriptions.save',
      (before: Subscription, after: Subscription, { audit }: SubscriptionChange) => {
        if (!isUnchanged(before)) return false;
        stored.set(before.id, after);
        appendAll(audit);
        return true;
      },
    ),
    remove: operation(
      'subscriptions.remove',
      (before: Subscription, { audit }: { audit: readonly AuditEntry[]; endsAt: number }) => {
        if (!isUnchanged(before)) return false;
        stored.delete(before.id);
        appendAll(audit);
        return true;
      },
    ),
  };
}
