/** Owns the count of work in flight, so that a stop can refuse what is new and wait for what is running. */

export interface InFlight {
  /**
   * Counts work in; the returned function counts it out. Undefined while stopping. `cutOff` is called when a stop
   * cannot wait any longer, so that whoever asked hears of it.
   */
  accept(cutOff?: () => Promise<void>): (() => void) | undefined;
  /** Counts in what ends soon and is owed to somebody also while stopping: the word that the desk is restarting. */
  acceptWhileDraining(): () => void;
  readonly count: number;
  readonly stopping: boolean;
  /** Refuses new work and resolves when none is left, or after `deadlineMs`; true when all of it ended. */
  drain(deadlineMs: number): Promise<boolean>;
  /** Tells those whose work still runs that it is cut off; resolves when they are told, or after `deadlineMs`. */
  cutOff(deadlineMs: number): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Set<{ cutOff: (() => Promise<void>) | undefined }>();
  let stopping = false;
  let idle: (() => void) | undefined;
  const countIn = (cutOff?: () => Promise<void>): (() => void) => {
    const work = { cutOff };
    running.add(work);
    return () => {
      if (running.delete(work) && running.size === 0) idle?.();
    };
  };
  return {
    accept: (cutOff) => (stopping ? undefined : countIn(cutOff)),
    acceptWhileDraining: () => countIn(),
    get count() {
      return running.size;
    },
    get stopping() {
      return stopping;
    },
    async drain(deadlineMs) {
      stopping = true;
      if (running.size === 0) return true;
      const ended = Promise.withResolvers<boolean>();
      idle = () => ended.resolve(true);
      const timer = setTimeout(() => ended.resolve(false), deadlineMs);
      const all = await ended.promise;
      clearTimeout(timer);
      return all;
    },
    async cutOff(deadlineMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(() => late.resolve(), deadlineMs);
      const told = [...running].map(async ({ cutOff }) => cutOff?.());
      await Promise.race([Promise.allSettled(told), late.promise]);
      clearTimeout(timer);
    },
  };
}
