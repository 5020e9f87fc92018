/** Owns what reminders need from the store: types alone. */

export interface CooldownStore {
  /**
   * Atomic: starts a cooldown for the key unless one is running; returns when it, or the running one, ends. Replicas
   * share the database's clock; `now` counts on SQLite.
   */
  claim(
    key: string,
    now: number,
    cooldownMs: number,
  ): Promise<{ claimed: true; token: number; untilAt: number } | { claimed: false; untilAt: number }>;
  /** Takes the claim of this token back, when it is certain that nothing was sent; false when another claim replaced it. */
  release(key: string, token: number): Promise<boolean>;
}
