/** Owns waiting: whatever happens in the local Slack announces itself here, and nobody polls. */

export interface Changes {
  announce(): void;
  /** Calls back after each change; returns the way to stop. */
  subscribe(listener: () => void): () => void;
  /**
   * The first value of `look` that is neither undefined, null nor false, looked for now and after each
   * change. Past the deadline it rejects with `what` was awaited and what there is instead.
   */
  waitFor<T>(look: () => T | undefined | null | false, wait?: Wait): Promise<T>;
}

export interface Wait {
  what?: string;
  withinMs?: number;
}

export function createChanges(describe: () => string): Changes {
  const listeners = new Set<() => void>();
  return {
    announce() {
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    waitFor(look, { what = look.toString(), withinMs = 5_000 } = {}) {
      return new Promise((resolve, reject) => {
        const finish = (end: () => void): void => {
          clearTimeout(deadline);
          listeners.delete(check);
          end();
        };
        const check = (): void => {
          try {
            const found = look();
            if (found !== undefined && found !== null && found !== false) finish(() => resolve(found));
          } catch (error) {
            finish(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        };
        const deadline = setTimeout(
          () => finish(() => reject(new Error(`not within ${withinMs} ms: ${what}\n${describe()}`))),
          withinMs,
        );
        listeners.add(check);
        check();
      });
    },
  };
}
