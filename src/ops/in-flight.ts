/** Owns the count of work in flight: a drain refuses new work and waits for what is running. */

import { withDeadline } from '../deadline.ts';

export interface InFlight {
  /**
   * Counts work in; the returned function counts it out. Undefined while draining. `cutOff` is called when a drain
   * cannot wait any longer; it tells the person that the work was interrupted.
   */
  accept(cutOff?: () => Promise<void>): (() => void) | undefined;
  /** Like accept(), but also while draining: for the reply that Payout Desk is restarting. */
  acceptWhileDraining(): () => void;
  readonly count: number;
  readonly stopping: boolean;
  /** Refuses new work and resolves when none is left, or after `deadlineMs`; true when all work ended. */
  drain(deadlineMs: number): Promise<boolean>;
  /** Calls `cutOff` of all work that still runs; resolves when all settled, or after `deadlineMs`. */
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
      const ended = Promise.withResolvers<true>();
      idle = () => ended.resolve(true);
      return withDeadline(ended.promise, deadlineMs, () => false);
    },
    async cutOff(deadlineMs) {
      const settled = [...running].map(async ({ cutOff }) => cutOff?.());
      await withDeadline(Promise.allSettled(settled), deadlineMs, () => {});
    },
  };
}
