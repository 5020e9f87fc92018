/** Owns what several views say in the same way: statuses, recipients, environments, rows of links. */

import type { Button, SectionBlock } from '@slack/web-api';
import type { Contact, Environment, LinkStatus, PayoutLink } from '../../payouts/link.ts';
import { canCancel, canNotify } from '../../payouts/link.ts';
import { formatRupees } from '../../payouts/money.ts';
import { ACTIONS } from '../actions.ts';
import { button, columns, type Line, plain } from '../blocks.ts';
import { at, constant, joinMd, type Mrkdwn, md, relative, rupees, type Spoken, spokenText } from '../text.ts';

const STATUS_EMOJI: Readonly<Record<LinkStatus, string>> = {
  ISSUED: '🔵',
  PROCESSING: '🟡',
  CLAIMED: '🟢',
  EXPIRED: '🟠',
  CANCELLED: '⚫',
  UNKNOWN: '❔',
};

/** "🔵 ISSUED": one sign and one word for each status, everywhere the same. */
export function badge(status: LinkStatus): Mrkdwn {
  return constant(`${STATUS_EMOJI[status]} ${status === 'UNKNOWN' ? 'UNKNOWN STATUS' : status}`);
}

export function badgeText(status: LinkStatus): string {
  return `${STATUS_EMOJI[status]} ${status}`;
}

/** "*LIVE*", "🧪 *SANDBOX*" or that InstantPay did not say (R15). */
export function environmentTag(environment: Environment | undefined): Mrkdwn {
  if (environment === 'live') return md`*LIVE*`;
  return environment === 'sandbox' ? md`🧪 *SANDBOX*` : md`environment not told`;
}

/** The same for a line of text. */
export function environmentWord(environment: Environment | undefined): Mrkdwn {
  return environment ? constant(environment.toUpperCase()) : md`environment not told`;
}

/** Grey words of the desk, set apart by dots. */
export function dotted(...parts: (Mrkdwn | undefined)[]): Mrkdwn {
  return joinMd(
    parts.filter((part) => part !== undefined),
    '  ·  ',
  );
}

/** Name, then masked mobile and e-mail. */
export function contactLines(contact: Contact): Line[] {
  return [contact.name ?? 'Name not known', [contact.mobile, contact.email]];
}

/** Who is paid, in one piece for a sentence. */
export function who(contact: Contact): string {
  return contact.name ?? contact.mobile ?? contact.email ?? 'a recipient who is not known';
}

export function spokenWho(contact: Contact): Spoken {
  return spokenText(who(contact), 60);
}

/** "22 Nov 2026, 14:05 IST (in 3 days)". */
export function atAndAgo(instant: number | undefined, now: number): Mrkdwn {
  return instant === undefined ? md`not known` : md`${at(instant)} (${relative(instant, now)})`;
}

/** The time that matters in this status: "expires in 3 days", "expired 2 hours ago", "created 2 days ago". */
export function timing(link: PayoutLink, now: number): Mrkdwn | undefined {
  const { activatedAt, expiresAt, status } = link;
  const isOver = status === 'CLAIMED' || status === 'CANCELLED';
  if (!isOver && expiresAt !== undefined) {
    if (expiresAt <= now)
      return md`${status === 'EXPIRED' ? md`expired` : md`was to expire`} ${relative(expiresAt, now)}`;
    if (status !== 'EXPIRED') return md`expires ${relative(expiresAt, now)}`;
  }
  return activatedAt === undefined ? undefined : md`created ${relative(activatedAt, now)}`;
}

/** One link in two columns: amount, status and time on the left; who, what for and which on the right. */
export function linkRow(link: PayoutLink, left: (Mrkdwn | undefined)[], accessory?: Button): SectionBlock {
  return columns(amountLines(link, left), plain(...rowLines(link), link.linkId), accessory);
}

/** The same without the id, where a digest has many of them. */
export function shortRow(link: PayoutLink, left: (Mrkdwn | undefined)[], accessory?: Button): SectionBlock {
  return columns(amountLines(link, left), plain(...rowLines(link)), accessory);
}

function amountLines(link: PayoutLink, left: (Mrkdwn | undefined)[]): Mrkdwn {
  const shown = left.filter((line) => line !== undefined);
  return joinMd([md`*${rupees(link.amountPaise)}*`, ...shown], '\n');
}

function rowLines(link: PayoutLink): Line[] {
  return [
    [link.contact.name, link.contact.mobile ?? link.contact.email],
    link.purpose ?? link.description,
    link.status === 'UNKNOWN' ? `InstantPay calls it: ${link.statusText}` : undefined,
  ];
}

/** Which link a button is for, for people who do not see the row. */
export function aboutLink(verb: string, link: PayoutLink): string {
  return `${verb}: ${formatRupees(link.amountPaise)}, link ${link.linkId}`;
}

export function trackButton(link: PayoutLink): Button {
  return button({
    label: 'Track',
    action: ACTIONS.linkTrack,
    value: link.linkId,
    spoken: aboutLink('Track', link),
  });
}

/** What may be done with a link in this status, apart from looking at it. Calm in rows, red on a card. */
export function writeButtons(
  link: { linkId: string; status: LinkStatus; amountPaise: number },
  style?: 'danger',
): Button[] {
  const about = `${formatRupees(link.amountPaise)}, link ${link.linkId}`;
  const buttons: Button[] = [];
  if (canNotify(link.status)) {
    buttons.push(
      button({
        label: 'Notify again',
        action: ACTIONS.linkNotify,
        value: link.linkId,
        spoken: `Notify again: ${about}`,
      }),
    );
  }
  if (canCancel(link.status)) {
    buttons.push(
      button({
        label: 'Cancel link',
        action: ACTIONS.linkCancel,
        value: link.linkId,
        ...(style && { style }),
        spoken: `Cancel link: ${about}`,
      }),
    );
  }
  return buttons;
}
