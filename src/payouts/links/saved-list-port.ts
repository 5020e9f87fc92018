/** Owns what saved lists need from the store: types alone. Instants are epoch milliseconds in UTC. */

export interface SavedListRow {
  /** From 0. */
  slot: number;
  /** Name and filter: readable in Payout Desk alone. */
  sealed: string;
  at: number;
}

/** Bounded without pruning: the rule has 21 slots for each person who may look. */
export interface SavedListStore {
  /** All of this person’s rows, by slot. */
  of(userId: string): Promise<SavedListRow[]>;
  /** In the place of whatever the slot holds. */
  keep(userId: string, row: SavedListRow): Promise<void>;
  /** Compare-and-swap on what the slot holds; `before` undefined: nothing. False, and no write, when it holds something else. */
  put(userId: string, row: SavedListRow, before: string | undefined): Promise<boolean>;
  /** Deletes the row of this slot and time; false when there is none. */
  remove(userId: string, slot: number, at: number): Promise<boolean>;
}
