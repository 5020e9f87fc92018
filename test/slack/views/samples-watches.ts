/** Owns sample data of watches for the views' tests. */

import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import type { Watched } from '../../../src/payouts/watches/port.ts';
import type { WatchFacts, WatchNews } from '../../../src/payouts/watches/watch.ts';
import { LINK_ID, NOW } from './samples.ts';

export const NOTHING: WatchFacts = {
  state: undefined,
  stateSince: undefined,
  seenAt: undefined,
  amountPaise: undefined,
  name: undefined,
  claimedAt: undefined,
  environment: undefined,
};

const PROCESSING: WatchFacts = {
  state: 'PROCESSING',
  stateSince: NOW - HOUR_MS,
  seenAt: NOW,
  amountPaise: 1_250_000,
  name: 'Asha Rao',
  claimedAt: NOW - 3 * HOUR_MS,
  environment: 'live',
};

/** A link that somebody watches. */
export function aWatched(changes: Partial<Watched> = {}): Watched {
  return {
    userId: 'U0ME',
    since: NOW - 2 * HOUR_MS,
    until: NOW + 14 * DAY_MS,
    once: false,
    subject: { kind: 'link', linkId: LINK_ID },
    facts: PROCESSING,
    failing: undefined,
    ...changes,
  };
}

const LINK_SUBJECT = { kind: 'link', linkId: LINK_ID } as const;
const STATE_AFTER = { final: 'CLAIMED', returned: 'ISSUED' } as const;

/** What a watcher of a link is told. */
export function aLinkNews({ news = 'final', facts }: { news?: WatchNews; facts?: WatchFacts } = {}) {
  const state = news === 'final' || news === 'returned' ? STATE_AFTER[news] : ('PROCESSING' as const);
  return {
    id: 'w1 1 U0ME',
    userId: 'U0ME',
    subject: LINK_SUBJECT,
    news,
    facts: facts ?? { ...PROCESSING, state },
    before: 'PROCESSING' as const,
    watchedSince: NOW - 2 * HOUR_MS,
    at: NOW,
  };
}
