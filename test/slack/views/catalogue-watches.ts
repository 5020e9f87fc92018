/** Owns the catalogue's part on watches. */

import { HOUR_MS } from '../../../src/payouts/time.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { supportText } from '../../../src/slack/views/support-text.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import {
  linkWatched,
  transactionWatched,
  watchList,
  WATCHING,
  watchNotice,
} from '../../../src/slack/views/watch.ts';
import { linkNews, transactionLead, unreadableNews } from '../../../src/slack/views/watch-news.ts';
import { type CatalogueEntry, seal } from './catalogue.ts';
import { aLink, anAnswer, aReport, aTrackedLink, LINK_ID, NOW } from './samples.ts';
import { aLinkNews, aWatched, NOTHING } from './samples-watches.ts';

export function watchEntries(): CatalogueEntry[] {
  const at = { now: NOW, seal };
  const view = { tracked: aTrackedLink({ status: 'PROCESSING' }), record: aLink(), recordProblem: undefined };
  const { query } = aReport();
  const late = NOW + 13 * HOUR_MS + HOUR_MS / 2;
  const closed = aReport({
    kind: 'closed',
    answer: undefined,
    answeredAt: undefined,
    askedAt: undefined,
    nextAt: late + HOUR_MS,
  });
  return [
    {
      name: 'watch-started',
      shown: linkWatched(view, { kind: 'started', now: NOW, until: NOW + 14 * 24 * HOUR_MS }),
    },
    {
      name: 'watch-later',
      shown: transactionWatched(query, {
        ...at,
        kind: 'started',
        until: NOW + 24 * HOUR_MS,
        dueAt: NOW + HOUR_MS,
        once: true,
      }),
    },
    {
      name: 'watches',
      shown: watchList(
        [
          aWatched(),
          aWatched({
            subject: { kind: 'transaction', query },
            facts: { ...aWatched().facts, state: 'under_process', amountPaise: 4_520_075, name: undefined },
            failing: { since: NOW - HOUR_MS, told: false },
          }),
          aWatched({ subject: { kind: 'transaction', query }, once: true, facts: NOTHING }),
        ],
        at,
      ),
    },
    { name: 'watch-stopped', shown: watchNotice(WATCHING.stopped) },
    { name: 'watch-unreadable', shown: unreadableNews(NOW) },
    { name: 'watches-none', shown: watchList([], at) },
    ...(['final', 'returned', 'over', 'failing'] as const).map((news) => ({
      name: `watch-${news}`,
      shown: linkNews(aLinkNews({ news }), { now: NOW, offers: OFFER_ALL }),
    })),
    {
      name: 'watch-transaction',
      shown: transactionCard(aReport({ kind: 'kept', answer: anAnswer({ outcome: 'failed' }) }), {
        ...at,
        lead: transactionLead(aLinkNews({ news: 'final' }), NOW),
        linkId: LINK_ID,
      }),
    },
    { name: 'transaction-closed', shown: transactionCard(closed, { now: late, seal }) },
    { name: 'support-text', shown: supportText(aReport({ answer: anAnswer({ outcome: 'failed' }) }), NOW) },
  ];
}
