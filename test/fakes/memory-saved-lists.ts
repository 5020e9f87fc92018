/** Owns saved lists in memory. */

import type { SavedListRow, SavedListStore } from '../../src/payouts/links/saved-list-port.ts';
import type { Operation } from './memory-store.ts';

export function savedListOperations(operation: Operation): SavedListStore {
  const rows = new Map<string, { userId: string; row: SavedListRow }>();
  const keyOf = (userId: string, slot: number) => `${userId} ${slot}`;
  const put = (userId: string, { slot, sealed, at }: SavedListRow) =>
    void rows.set(keyOf(userId, slot), { userId, row: { slot, sealed, at } });
  return {
    of: operation('savedLists.of', (userId: string) =>
      [...rows.values()]
        .filter((one) => one.userId === userId)
        .map(({ row }) => row)
        .sort((one, other) => one.slot - other.slot),
    ),
    keep: operation('savedLists.keep', put),
    put: operation('savedLists.put', (userId: string, row: SavedListRow, before: string | undefined) => {
      if (rows.get(keyOf(userId, row.slot))?.row.sealed !== before) return false;
      put(userId, row);
      return true;
    }),
    remove: operation('savedLists.remove', (userId: string, slot: number, at: number) =>
      rows.get(keyOf(userId, slot))?.row.at === at ? rows.delete(keyOf(userId, slot)) : false,
    ),
  };
}
