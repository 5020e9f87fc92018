/** Owns what several views say in the same way: statuses, recipients, environments, rows of links. */

import type { Button, PlainTextElement, SectionBlock } from '@slack/web-api';
import type { Contact, Environment, LinkStatus, PayoutLink } from '../../payouts/links/link.ts';
import { canCancel, canRemind, isFinalStatus } from '../../payouts/links/link.ts';
import { maskText } from '../../payouts/mask.ts';
import { formatRupees } from '../../payouts/money.ts';
import { LINKS_AT_MOST } from '../../payouts/cancel/batch.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { encodeRowChoice, type RowChoice } from '../block-kit/row-values.ts';
import { encodeLinkIds } from '../block-kit/values.ts';
import {
  type Accessory,
  button,
  columns,
  confirm,
  type Line,
  option,
  overflow,
  plain,
} from '../block-kit/blocks.ts';
import type { LinkOffers, Offers } from './offers.ts';
import {
  clean,
  constant,
  joinMd,
  type Mrkdwn,
  md,
  relative,
  rupees,
  fallback,
  type FallbackText,
  fallbackText,
  when,
} from '../block-kit/text.ts';

const STATUS_EMOJI: Readonly<Record<LinkStatus, string>> = {
  ISSUED: '🔵',
  PROCESSING: '🟡',
  CLAIMED: '🟢',
  EXPIRED: '🟠',
  CANCELLED: '⚫',
  UNKNOWN: '❔',
};

/** "🔵 ISSUED": the same sign and word everywhere. */
export function badge(status: LinkStatus): Mrkdwn {
  return constant(`${STATUS_EMOJI[status]} ${status === 'UNKNOWN' ? 'UNKNOWN STATUS' : status}`);
}

export function badgeText(status: LinkStatus): string {
  return `${STATUS_EMOJI[status]} ${status}`;
}

/** "*LIVE*", "🧪 *SANDBOX*" or that InstantPay did not report it (R15). */
export function environmentTag(environment: Environment | undefined): Mrkdwn {
  if (environment === 'live') return md`*LIVE*`;
  return environment === 'sandbox' ? md`🧪 *SANDBOX*` : md`environment unknown`;
}

/** Begins the first line of what belongs to the test environment (R15), so that no glance takes it for real money. */
export function sandboxFirst(environment: Environment | undefined): Mrkdwn {
  return environment === 'sandbox' ? md`🧪 SANDBOX · ` : md``;
}

/** The same as a sentence of its own in a line of text. */
export function environmentWord(environment: Environment | undefined): Mrkdwn {
  return environment ? constant(environment.toUpperCase()) : md`Environment unknown`;
}

/** Pieces of one grey line, with dots between them. */
export function dotted(...parts: (Mrkdwn | undefined)[]): Mrkdwn {
  return joinMd(
    parts.filter((part) => part !== undefined),
    '  ·  ',
  );
}

/** What InstantPay support asks for: on failures and in details only (R19). */
export function requestId(ipayUuid: string | undefined): PlainTextElement | undefined {
  return ipayUuid === undefined ? undefined : plain(`InstantPay request ID ${ipayUuid}`);
}

/** Name, then masked mobile and email. */
export function contactLines(contact: Contact): Line[] {
  return [contact.name ?? 'Name unknown', [contact.mobile, contact.email]];
}

/** The recipient, as one piece of a sentence. */
export function who(contact: Contact): string {
  return contact.name ?? contact.mobile ?? contact.email ?? 'unknown recipient';
}

export function fallbackWho(contact: Contact): FallbackText {
  return fallbackText(who(contact), 60);
}

/** "22 Nov 2026, 14:05 (in 2 days)". */
export function atAndAgo(instant: number | undefined, now: number): Mrkdwn {
  return instant === undefined ? md`unknown` : md`${when(instant, now)} (${relative(instant, now)})`;
}

/** The time that matters in this status: "expires in 3 days", "expired 2 hours ago", "created 2 days ago". */
export function timing(link: PayoutLink, now: number): Mrkdwn | undefined {
  const { activatedAt, createdAt, expiresAt, status } = link;
  const isOver = status === 'CLAIMED' || status === 'CANCELLED';
  if (!isOver && expiresAt !== undefined) {
    if (expiresAt <= now)
      return md`${status === 'EXPIRED' ? md`expired` : md`expiry passed`} ${relative(expiresAt, now)}`;
    if (status !== 'EXPIRED') return md`expires ${relative(expiresAt, now)}`;
  }
  if (createdAt !== undefined) return md`created ${relative(createdAt, now)}`;
  if (activatedAt === undefined) return undefined;
  return md`${activatedAt > now ? md`activates` : md`activated`} ${relative(activatedAt, now)}`; // R20
}

/** One link in two columns: amount, status and time; recipient, purpose and link ID. */
export function linkRow(link: PayoutLink, left: (Mrkdwn | undefined)[], accessory?: Accessory): SectionBlock {
  return columns(amountLines(link, left), plain(...rowLines(link), link.linkId), accessory);
}

function amountLines(link: PayoutLink, left: (Mrkdwn | undefined)[]): Mrkdwn {
  const shown = left.filter((line) => line !== undefined);
  return joinMd([md`*${rupees(link.amountPaise)}*`, ...shown], '\n');
}

/** Clipped in rows so that ten fit one message; the card shows them whole. */
const NAME_IN_ROW = 70;
const REACHED_IN_ROW = 50;
const PURPOSE_IN_ROW = 90;

function rowLines(link: PayoutLink): Line[] {
  const { name, mobile, email } = link.contact;
  const reached = mobile ?? email;
  const purpose = link.purpose ?? link.description;
  return [
    [name && clean(name, NAME_IN_ROW), reached && clean(reached, REACHED_IN_ROW)],
    purpose && clean(purpose, PURPOSE_IN_ROW),
    link.status === 'UNKNOWN' ? `InstantPay status: ${clean(link.statusText, NAME_IN_ROW)}` : undefined,
  ];
}

/** The row in the fallback text: amount, recipient, status and what else matters. */
export function fallbackLink(link: PayoutLink, more?: Mrkdwn): FallbackText {
  const status = link.status === 'UNKNOWN' ? md`unknown status` : constant(link.status);
  return fallback`${rupees(link.amountPaise)} to ${fallbackWho(link.contact)}, ${status}${more ? fallback`, ${more}` : fallback``}`;
}

function amountWords(amountPaise: number | undefined): string {
  return amountPaise === undefined ? 'amount not readable' : formatRupees(amountPaise);
}

/** The link of a button, for screen readers. */
export function aboutLink(verb: string, link: Actionable): string {
  return `${verb}: ${amountWords(link.amountPaise)}, link ${link.linkId}`;
}

export function trackButton(link: PayoutLink): Button {
  return button({
    label: 'Track',
    action: ACTION_IDS.linkTrack,
    value: link.linkId,
    accessibilityLabel: aboutLink('Track', link),
  });
}

/** Follows the link until it is final; the reader gets a direct message then. */
export function watchButton(linkId: string): Button {
  const accessibilityLabel = `Watch: link ${linkId}`;
  return button({ label: 'Watch', action: ACTION_IDS.watch, value: linkId, accessibilityLabel });
}

/** `value`: of a link or a transaction. */
export function stopWatchingButton(value: string, label: 'Stop watching' | 'Stop' = 'Stop watching'): Button {
  return button({ label, action: ACTION_IDS.watchStop, value });
}

/** `Send reminder` asks first: InstantPay contacts the recipient. */
export function reminderButton(link: Actionable): Button {
  const { linkId, amountPaise, contact } = link;
  const amount = amountWords(amountPaise);
  const to = contact ? `${amount} to ${clean(who(contact), NAME_IN_ROW)}` : amount;
  return button({
    label: 'Send reminder',
    action: ACTION_IDS.linkRemind,
    value: linkId,
    accessibilityLabel: `Send reminder: ${amount}, link ${linkId}`,
    confirm: confirm({
      title: 'Send this reminder?',
      lines: [to, 'InstantPay sends the link to the recipient again by SMS, email or WhatsApp.'],
      yes: 'Send reminder',
      no: 'Not now',
      style: 'primary',
    }),
  });
}

export function cancelButton(link: Actionable, style?: 'danger'): Button {
  return button({
    label: 'Cancel link',
    action: ACTION_IDS.linkCancel,
    value: link.linkId,
    ...(style && { style }),
    accessibilityLabel: aboutLink('Cancel link', link),
  });
}

/** Opens the form with these links, none of them selected yet. */
export function cancelSeveralButton(linkIds: readonly string[], label = 'Request cancellation …'): Button {
  return button({
    label,
    action: ACTION_IDS.linkCancelSeveral,
    value: encodeLinkIds(linkIds),
    accessibilityLabel: `Request cancellation: ${linkIds.length} links`,
  });
}

/** The links of a list that can be cancelled; one alone has its own button. */
export function cancelSeveralButtons(links: readonly Actionable[], offers: Offers): Button[] {
  const ids = links.filter(isCancellable).map(({ linkId }) => linkId);
  return ids.length > 1 && offers('operate') ? [cancelSeveralButton(ids.slice(0, LINKS_AT_MOST))] : [];
}

/** R8: the approved amount is compared with the link's, so a link without one cannot be cancelled. */
export function isCancellable({ status, amountPaise }: Actionable): boolean {
  return canCancel(status) && amountPaise !== undefined;
}

/** What a button needs from a link. */
export interface Actionable {
  linkId: string;
  status: LinkStatus;
  amountPaise: number | undefined;
  /** Undefined when unknown. */
  contact?: Contact | undefined;
}

/** The actions that this status and the reader's permissions allow; `danger` on a card, calm in rows. */
export function writeButtons(link: Actionable, offers: LinkOffers, style?: 'danger'): Button[] {
  const buttons: Button[] = [];
  if (!offers('operate')) return buttons;
  if (canRemind(link.status)) buttons.push(reminderButton(link));
  if (isCancellable(link)) {
    buttons.push(cancelButton(link, style));
  }
  return buttons;
}

const ROW_LABELS: Readonly<Record<RowChoice, string>> = {
  details: 'Details',
  remind: 'Send reminder',
  cancel: 'Cancel link',
  watch: 'Watch',
};

/** What can be done with the link of a row; a button when that is one thing alone. */
export function rowMenu(link: Actionable, offers: Offers): Accessory {
  const choices = rowChoices(link, offers);
  if (choices.length === 1) {
    const label = ROW_LABELS.details;
    const { linkId: value } = link;
    return button({ label, action: ACTION_IDS.linkTrack, value, accessibilityLabel: aboutLink(label, link) });
  }
  return overflow(
    ACTION_IDS.rowMenu,
    choices.map((choice) => option(ROW_LABELS[choice], encodeRowChoice(choice, link.linkId))),
  );
}

/** A single reminder asks no more: it takes two clicks already. */
function rowChoices(link: Actionable, offers: Offers): RowChoice[] {
  const { status } = link;
  const choices: RowChoice[] = ['details'];
  if (offers('operate') && canRemind(status)) choices.push('remind');
  if (offers('operate') && isCancellable(link)) choices.push('cancel');
  // R7: an unknown status disables every action, and a final one leaves nothing to watch.
  if (status !== 'UNKNOWN' && !isFinalStatus(status)) choices.push('watch');
  return choices;
}

/** Typed text for an answer: cut first, since masking takes time in proportion to the text. */
export function maskedWords(text: string): string {
  return maskText(clean(text, 200));
}
