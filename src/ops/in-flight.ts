/** Owns the count of work in flight, so that a stop can refuse what is new and wait for what is running. */

export interface InFlight {
  /** Counts work in; the returned function counts it out. Undefined while stopping. */
  accept(): (() => void) | undefined;
  readonly count: number;
  readonly stopping: boolean;
  /** Refuses new work and resolves when none is left, or after `deadlineMs`; true when all of it ended. */
  drain(deadlineMs: number): Promise<boolean>;
}

export function createInFlight(): InFlight {
  let count = 0;
  let stopping = false;
  let idle: (() => void) | undefined;
  return {
    accept() {
      if (stopping) return undefined;
      count += 1;
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        count -= 1;
        if (count === 0) idle?.();
      };
    },
    get count() {
      return count;
    },
    get stopping() {
      return stopping;
    },
    async drain(deadlineMs) {
      stopping = true;
      if (count === 0) return true;
      const ended = Promise.withResolvers<boolean>();
      idle = () => ended.resolve(true);
      const timer = setTimeout(() => ended.resolve(false), deadlineMs);
      const all = await ended.promise;
      clearTimeout(timer);
      return all;
    },
  };
}
