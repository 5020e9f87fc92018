/** Owns the switches of the page's InstantPay: each is a fault or a mode, taken back alone. */

import type { InstantPay } from '../../fakes/instantpay/server.ts';
import { USUAL } from '../../fakes/instantpay/modes.ts';
import type { Trouble } from './protocol.ts';

export interface Troubles {
  readonly on: readonly Trouble[];
  set(trouble: Trouble, on: boolean): void;
  /** Track of this link takes so long that Payout Desk can be killed between approval and call; undefined: no more. */
  slowTrack(linkId: string | undefined): void;
  clear(): void;
}

/** Below what Payout Desk waits for one call. */
const SLOW_MS = 2_500;
/** Longer than it waits: what was approved is checked again and again, and not called before Payout Desk is killed. */
const SLOW_TRACK_MS = 60_000;
const RETRY_AFTER_S = '1';
const SHORT_PAGE = 3;
/** So small that every list has a third page. */
const SMALL_PAGE = 25;

type Undo = () => void;

export function createTroubles(instantpay: InstantPay, changed: () => void): Troubles {
  const on = new Map<Trouble, Undo>();
  let trackAgain: Undo | undefined;

  const limits = new Set<number>();
  const limitPages = (most: number): Undo => {
    const apply = (): void => {
      instantpay.controls.maxRecordsPerPage = limits.size > 0 ? Math.min(...limits) : USUAL.maxRecordsPerPage;
    };
    limits.add(most);
    apply();
    return () => {
      limits.delete(most);
      apply();
    };
  };
  const all = (...undos: Undo[]): Undo => {
    return () => {
      for (const undo of undos) undo();
    };
  };
  const begin = (trouble: Trouble): Undo => {
    switch (trouble) {
      case 'slow':
        return instantpay.fault({ effect: { kind: 'delay', delayMs: SLOW_MS }, times: 0 });
      case 'hangsAfterExecuting': {
        const effect = { kind: 'noHeaders', when: 'after' } as const;
        return all(
          instantpay.fault({ operation: 'cancel', effect, times: 0 }),
          instantpay.fault({ operation: 'notify', effect, times: 0 }),
        );
      }
      case 'html500':
        return instantpay.fault({ effect: { kind: 'html500' }, times: 0 });
      case 'tooMany':
        return instantpay.fault({ effect: { kind: 'tooMany', retryAfter: RETRY_AFTER_S }, times: 0 });
      case 'shortPages':
        return limitPages(SHORT_PAGE);
      case 'pageThreeFails':
        return all(
          limitPages(SMALL_PAGE),
          instantpay.fault({ operation: 'list', page: 3, effect: { kind: 'html500' }, times: 0 }),
        );
    }
  };
  const end = (trouble: Trouble): void => {
    on.get(trouble)?.();
    on.delete(trouble);
  };
  const slowTrack: Troubles['slowTrack'] = (linkId) => {
    trackAgain?.();
    const effect = { kind: 'delay', delayMs: SLOW_TRACK_MS } as const;
    trackAgain =
      linkId === undefined ? undefined : instantpay.fault({ operation: 'track', linkId, effect, times: 0 });
  };

  return {
    get on() {
      return [...on.keys()];
    },
    set(trouble, wanted) {
      if (on.has(trouble) === wanted) return;
      if (wanted) on.set(trouble, begin(trouble));
      else end(trouble);
      changed();
    },
    slowTrack,
    clear() {
      for (const trouble of on.keys()) end(trouble);
      slowTrack(undefined);
      changed();
    },
  };
}
