/** Owns the card of one payout link. */

import type { Button } from '@slack/web-api';
import {
  claimedAt,
  firstActivityAt,
  isFinalStatus,
  type PayoutLink,
  type TrackedLink,
} from '../../payouts/links/link.ts';
import type { Automatic } from '../../payouts/links/auto-remind-stop.ts';
import type { LinkView } from '../../payouts/links/track.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { encodeShared } from '../block-kit/values.ts';
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
  type Part,
} from '../block-kit/blocks.ts';
import {
  asOf,
  constant,
  type Mrkdwn,
  md,
  person,
  rupees,
  fallback,
  fallbackText,
} from '../block-kit/text.ts';
import { AUTO_STOPPED, automaticButtons } from './automatic.ts';
import { timeline } from './link-history.ts';
import { type LinkOffers, OFFER_ALL } from './offers.ts';
import {
  atAndAgo,
  badge,
  contactLines,
  dotted,
  environmentTag,
  environmentWord,
  requestId,
  sandboxFirst,
  fallbackWho,
  stopWatchingButton,
  watchButton,
  writeButtons,
} from './parts.ts';

export interface LinkCardOptions {
  now: number;
  /** Who shared the card in the channel; undefined on a private card. */
  sharedBy?: string | undefined;
  /** What the reader of a private card may do; a shared card offers everything but `Reveal`. */
  offers?: LinkOffers;
  /** Whether the reader of a private card watches the link. */
  watching?: boolean;
  /** Why it is shown, above the facts. */
  lead?: Mrkdwn;
  /** Of an ISSUED link; undefined where automatic reminders are off. */
  automatic?: Automatic;
}

/** The link was tracked, and the list that holds the rest could not be read. */
export const RECORD_MISSING = md`Recipient, purpose and expiry are not available`;

/** A status that Payout Desk does not recognise, in InstantPay's word. */
export const statusReported = (statusText: string): string =>
  `InstantPay reports the status “${statusText}”.`;

export function linkCard(view: LinkView, options: LinkCardOptions): Message {
  const { now, sharedBy, automatic, lead } = options;
  const { tracked, record } = view;
  const blocks: Part[] = [
    header(md`${sandboxFirst(tracked.environment)}${badge(tracked.status)} · ${rupees(tracked.amountPaise)}`),
  ];
  if (sharedBy) blocks.push(context(md`Shared by ${person(sharedBy)}`));
  if (lead) blocks.push(section(lead));
  if (tracked.status === 'UNKNOWN') {
    blocks.push(
      section(
        plain(
          statusReported(tracked.statusText),
          'Payout Desk does not recognise it: no actions are available.',
        ),
      ),
    );
  }
  blocks.push(...pairs(facts(view, now)));
  if (view.recordProblem) {
    blocks.push(context(md`⚠️ ${RECORD_MISSING}:`, plain(view.recordProblem)));
  }
  blocks.push(...timeline(tracked, now));
  if (automatic === 'stopped' && tracked.status === 'ISSUED') blocks.push(context(AUTO_STOPPED));
  blocks.push(...actions(buttons(view, options), sharedBy && encodeShared(sharedBy)));
  const { environment, ipayUuid } = tracked;
  const isWhole = tracked.status !== 'UNKNOWN' && !view.recordProblem;
  const footer = dotted(environmentTag(environment), asOf(now));
  blocks.push(context(footer, isWhole ? undefined : requestId(ipayUuid)));
  const to = record ? fallback` to ${fallbackWho(record.contact)}` : fallback``;
  const status =
    tracked.status === 'UNKNOWN'
      ? fallback`unknown status “${fallbackText(tracked.statusText, 40)}”`
      : constant(tracked.status);
  return message(
    fallback`${rupees(tracked.amountPaise)}${to}: ${status}. ${lead ? md`${lead} ` : md``} Link ${fallbackText(tracked.linkId, 30)}. ${environmentWord(environment)}. ${asOf(now)}.`,
    blocks,
  );
}

function facts({ tracked, record }: LinkView, now: number): (Pair | undefined)[] {
  const id: Pair = [md`Link ID`, plain(tracked.linkId)];
  const created = datePair(md`Created`, firstActivityAt(tracked) ?? record?.createdAt, now);
  const processing =
    tracked.status === 'PROCESSING' ? datePair(md`Processing since`, claimedAt(tracked), now) : undefined;
  if (!record) return [id, processing, created];
  return [
    [md`Recipient`, plain(...contactLines(record.contact))],
    [md`Purpose`, plain(...purposeLines(record))],
    processing,
    expiryPair(tracked, record, now),
    created,
    datePair((record.activatedAt ?? 0) > now ? md`Activates` : md`Activated`, record.activatedAt, now),
    id,
    record.referenceNo ? [md`Reference`, plain(record.referenceNo)] : undefined,
    record.orderId ? [md`Order ID`, plain(record.orderId)] : undefined,
    record.paymentModes.length > 0 ? [md`Payment modes`, plain(record.paymentModes.join(', '))] : undefined,
    record.verifyBene === undefined
      ? undefined
      : [md`Beneficiary check`, record.verifyBene ? md`before the payout` : md`none`],
  ];
}

function purposeLines({ purpose, description }: PayoutLink) {
  return [purpose, description === purpose ? undefined : description];
}

function datePair(label: Mrkdwn, instant: number | undefined, now: number): Pair | undefined {
  return instant === undefined ? undefined : [label, atAndAgo(instant, now)];
}

/** R20: a claimed or cancelled link has no expiry; only an EXPIRED one has expired. */
function expiryPair({ status }: TrackedLink, { expiresAt }: PayoutLink, now: number): Pair | undefined {
  if (status === 'CLAIMED' || status === 'CANCELLED') return undefined;
  if (status === 'EXPIRED') return [md`Expired`, atAndAgo(expiresAt, now)];
  const past = expiresAt !== undefined && expiresAt <= now;
  return [past ? md`Expiry passed` : md`Expires`, atAndAgo(expiresAt, now)];
}

function buttons({ tracked, record }: LinkView, options: LinkCardOptions): Button[] {
  const { offers, sharedBy, watching, automatic } = options;
  const value = tracked.linkId;
  const link = { ...tracked, contact: record?.contact };
  return [
    button({ label: 'Refresh', action: ACTION_IDS.linkRefresh, value }),
    ...writeButtons(link, offers ?? OFFER_ALL, 'danger'),
    ...watchButtons(tracked, watching),
    button({ label: 'Details', action: ACTION_IDS.linkDetails, value }),
    ...(sharedBy ? [] : [button({ label: 'Share here', action: ACTION_IDS.linkShare, value })]),
    ...automaticButtons(link, automatic, offers ?? OFFER_ALL),
    ...(offers?.('administer') && !sharedBy
      ? [button({ label: 'Reveal', action: ACTION_IDS.linkReveal, value })]
      : []),
  ];
}

/** R7: an unknown status disables every action, and a final one leaves nothing to watch. */
function watchButtons({ linkId, status }: TrackedLink, watching = false): Button[] {
  if (status === 'UNKNOWN' || isFinalStatus(status)) return [];
  return [watching ? stopWatchingButton(linkId) : watchButton(linkId)];
}
