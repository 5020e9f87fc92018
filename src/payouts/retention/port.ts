/** Owns what retention needs from the store: types alone. Each operation removes at most `limit` and returns how many it removed. */

export interface RetentionStore {
  /**
   * Removes batches that were requested before this instant with their messages, where every request is finished and none is
   * unresolved, and no message is behind. The batch with the highest number stays: numbers are never given twice.
   */
  removeRequests(before: number, limit: number): Promise<number>;
  /** Removes cooldowns and claims that ended before this instant. */
  removeCooldowns(before: number, limit: number): Promise<number>;
  /** Removes what was answered about transactions that nobody has checked since this instant. */
  removeTransactions(before: number, limit: number): Promise<number>;
}
