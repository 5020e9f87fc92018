/** Owns what a watcher of a link is told by direct message: what happened, how long it took, and the next step (R7, R10). */

import type { Button } from '@slack/web-api';
import { LINK_STATUSES, type LinkStatus } from '../../payouts/links/link.ts';
import type { WatchMessage } from '../../payouts/watches/port.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  type Pair,
  pairs,
  plain,
  section,
} from '../block-kit/blocks.ts';
import {
  asOf,
  code,
  fallback,
  fallbackText,
  lasting,
  type Mrkdwn,
  md,
  rupees,
  when,
} from '../block-kit/text.ts';
import type { Offers } from './offers.ts';
import { environmentTag, sandboxFirst, stopWatchingButton, watchButton, writeButtons } from './parts.ts';
import { nameLines, stateWords } from './watch.ts';

/** What an end means, and the next step. */
export const ENDS: Partial<Record<LinkStatus, Mrkdwn>> = {
  CLAIMED: md`Paid to the recipient. No action is needed.`,
  CANCELLED: md`Cancelled before it was claimed. Create a new link in InstantPay if it is still to be paid.`,
  EXPIRED: md`Not claimed in time. Create a new link in InstantPay if it is still to be paid.`,
};

export const RETURNED = md`The payout failed: the link went from PROCESSING back to ISSUED. InstantPay gives no reason. The recipient can claim it again.`;

export const UNREADABLE = md`Payout Desk stopped watching a transaction: its saved reference can no longer be read. To watch it again, enter ${code('/payout watch')} with its reference and day.`;

/** Before when a check was put off. */
export const ASKED_FOR = md`You asked for this check`;

/** Watching ended before it was final; `subject` also for a transaction. */
export const watchedOver = (durationMs: number): Mrkdwn =>
  md`Watching ended after ${lasting(durationMs)}; it is not final yet. To follow it further, select *Watch*.`;

/** InstantPay has not told for a day. */
export const watchFailing = md`InstantPay has returned no status for 24 hours. Payout Desk keeps checking. No action is needed.`;

export interface WatchNewsOptions {
  now: number;
  /** What the watcher may do. */
  offers: Offers;
}

type LinkNews = WatchMessage & { subject: { kind: 'link'; linkId: string } };

export const isOfLink = (told: WatchMessage): told is LinkNews => told.subject?.kind === 'link';

/** News of a link. */
export function linkNews(told: LinkNews, { now, offers }: WatchNewsOptions): Message {
  const { facts, subject } = told;
  const title = titleOf(told);
  const meaning = meaningOf(told);
  const name = nameLines(subject, facts)[0] ?? '';
  const amount = facts.amountPaise === undefined ? md`` : md` · ${rupees(facts.amountPaise)}`;
  return message(
    fallback`${title}${amount}, ${fallbackText(name, 60)}. ${meaning} Link ${fallbackText(subject.linkId, 30)}. ${asOf(now)}.`,
    [
      header(md`${sandboxFirst(facts.environment)}${title}${amount}`),
      section(meaning),
      ...pairs(factsOf(told, now)),
      ...actions(buttonsOf(told, offers)),
      context(
        md`${environmentTag(facts.environment)}  ·  ${isOn(told) ? md`You watch this link.` : md`You watched this link.`}  ·  ${asOf(now)}`,
      ),
    ],
  );
}

/** Watching goes on. */
const isOn = ({ news }: WatchMessage): boolean => news === 'returned' || news === 'failing';

/** Its stored reference cannot be opened, so nothing else can be said. */
export function unreadableNews(now: number): Message {
  return message(fallback`${UNREADABLE}`, [section(UNREADABLE), context(asOf(now))]);
}

function titleOf({ news, facts }: WatchMessage): Mrkdwn {
  switch (news) {
    case 'returned':
      return md`⚠️ Payout failed`;
    case 'over':
      return md`Watching ended: ${stateWords(facts)}`;
    case 'failing':
      return md`⚠️ No status for 24 hours`;
    case 'final':
    case 'answer':
    case 'unreadable':
      return stateWords(facts);
  }
}

function meaningOf({ news, facts, at, watchedSince }: WatchMessage): Mrkdwn {
  switch (news) {
    case 'returned':
      return RETURNED;
    case 'over':
      return watchedOver(at - watchedSince);
    case 'failing':
      return watchFailing;
    case 'final':
    case 'answer':
    case 'unreadable': {
      const status = statusOf(facts.state);
      return (status && ENDS[status]) ?? md`The status is ${stateWords(facts)}.`;
    }
  }
}

const statusOf = (state: string | undefined): LinkStatus | undefined =>
  LINK_STATUSES.find((status) => status === state);

function factsOf(told: LinkNews, now: number): (Pair | undefined)[] {
  const { facts, before, at, watchedSince, subject } = told;
  const { claimedAt, name } = facts;
  const wasPaid = facts.state === 'CLAIMED' && claimedAt !== undefined && claimedAt < at;
  return [
    name === undefined ? undefined : [md`Recipient`, plain(name)],
    [md`Link ID`, plain(subject.linkId)],
    before === undefined || before === facts.state ? undefined : [md`Before`, stateWords({ state: before })],
    wasPaid
      ? [
          md`Claimed`,
          md`${when(claimedAt, now)}, about ${lasting(at - claimedAt)} before Payout Desk saw it paid`,
        ]
      : undefined,
    [md`Watched`, md`${lasting(at - watchedSince)}, since ${when(watchedSince, now)}`],
  ];
}

function buttonsOf(told: LinkNews, offers: Offers): Button[] {
  const { news, facts, subject } = told;
  const { linkId } = subject;
  const status = statusOf(facts.state);
  const link = { linkId, status: status ?? ('UNKNOWN' as const), amountPaise: facts.amountPaise };
  return [
    ...(news === 'returned' ? writeButtons(link, offers, 'danger') : []),
    button({ label: 'Show link', action: ACTION_IDS.linkTrack, value: linkId }),
    ...(news === 'over' ? [watchButton(linkId)] : []),
    ...(isOn(told) ? [stopWatchingButton(linkId)] : []),
  ];
}

/** Above the card of a transaction: why the person gets it. */
export function transactionLead({ news, at, watchedSince }: WatchMessage, now: number): Mrkdwn {
  switch (news) {
    case 'answer':
      return md`${ASKED_FOR} ${when(watchedSince, now)}.`;
    case 'over':
      return watchedOver(at - watchedSince);
    case 'failing':
      return watchFailing;
    case 'final':
    case 'returned':
    case 'unreadable':
      return md`You watched this transaction for ${lasting(at - watchedSince)}, since ${when(watchedSince, now)}.`;
  }
}
