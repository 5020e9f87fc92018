/** Owns the links that expire soon: the private list with boxes, and their part of a digest. */

import type { Button, ModalView } from '@slack/web-api';
import type { Expiring, ExpiringLinks } from '../../payouts/links/expiring.ts';
import type { PayoutLink } from '../../payouts/links/link.ts';
import { formatRupees } from '../../payouts/money.ts';
import { formatDuration, formatWhen } from '../../payouts/time.ts';
import {
  actions,
  button,
  checkboxes,
  confirm,
  context,
  header,
  type Message,
  message,
  option,
  type Part,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS, VIEW_IDS } from '../block-kit/ids.ts';
import { LIMITS } from '../block-kit/limits.ts';
import {
  asOf,
  clean,
  count,
  fallback,
  type FallbackText,
  lasting,
  type Mrkdwn,
  md,
  rupees,
  when,
} from '../block-kit/text.ts';
import { encodeRemindBlock, encodeRemindLinks } from '../block-kit/values.ts';
import { modal } from './form-parts.ts';
import type { Offers } from './offers.ts';
import { dotted, environmentTag, environmentWord, fallbackWho, sandboxFirst, who } from './parts.ts';

/** Links with a box of their own; the button for all counts the others too. */
export const SHOWN_AT_MOST = 20;
const NAME_LENGTH = 34;

export interface ExpiringOptions {
  now: number;
  offers: Offers;
  /** Of those who sent the last reminders, by Slack user ID. */
  names: ReadonlyMap<string, string | undefined>;
}

/** "10 · ₹5,31,400.00". */
function countAndTotal({ count: amount, totalPaise, amountUnknown }: ExpiringLinks): Mrkdwn {
  const unknown = amountUnknown === 0 ? md`` : md` and ${count(amountUnknown, 'amount')} not readable`;
  return md`${amount} · ${rupees(totalPaise)}${unknown}`;
}

export const INCOMPLETE_EXPIRING = md`⚠️ *Incomplete:* there may be more links that expire soon.`;

export function expiringList(expiring: Expiring, options: ExpiringOptions): Message {
  const { count: amount, incomplete, environment, at, soonest } = expiring;
  const title = titleOf(expiring);
  const doubt: Part[] = incomplete === undefined ? [] : [context(INCOMPLETE_EXPIRING, plain(incomplete))];
  const lead = fallback`${title}. ${incomplete === undefined ? md`` : md`Incomplete: there may be more. `}${environmentWord(environment)}. ${asOf(at)}.`;
  const footer = context(dotted(environmentTag(environment), asOf(at)));
  if (amount === 0) {
    return message(lead, [section(md`${sandboxFirst(environment)}${title}`), ...doubt, footer]);
  }
  const shown = soonest.slice(0, SHOWN_AT_MOST);
  const further = amount - shown.length;
  const mayRemind = options.offers('operate');
  const rows: Part = {
    rows: shown.map((link) => ({
      blocks: mayRemind ? [] : [context(plain(lineOf(link), detailOf(link, expiring.reminded, options)))],
      fallback: rowFallback(link, options.now),
    })),
    further,
  };
  return message(lead, [
    header(md`${sandboxFirst(environment)}⏰ ${title}`),
    context(md`The soonest first`),
    ...doubt,
    ...(mayRemind ? remindBoxes(shown, (link) => detailOf(link, expiring.reminded, options)) : []),
    rows,
    ...(mayRemind ? actions([remindAllButton(expiring, incomplete === undefined), selectedButton()]) : []),
    footer,
  ]);
}

function titleOf(expiring: Expiring): Mrkdwn {
  const { withinMs, count: amount, incomplete } = expiring;
  if (amount === 0) {
    return incomplete === undefined
      ? noneExpires(withinMs)
      : md`No link that expires within ${lasting(withinMs)} was found`;
  }
  return incomplete === undefined
    ? md`Expire within ${lasting(withinMs)}: ${countAndTotal(expiring)}`
    : md`Expire within ${lasting(withinMs)}: at least ${amount}`;
}

export const noneExpires = (withinMs: number): Mrkdwn =>
  md`No ISSUED link expires within ${lasting(withinMs)}`;

/** Boxes to select links by, ten a block, as Slack takes them; `detail`: the grey line below each. */
export function remindBoxes(shown: readonly PayoutLink[], detail: (link: PayoutLink) => string): Part[] {
  const blocks: Part[] = [];
  for (let from = 0; from < shown.length; from += LIMITS.checkboxOptions) {
    const group = shown
      .slice(from, from + LIMITS.checkboxOptions)
      .map((link) => option(lineOf(link), link.linkId, detail(link)));
    blocks.push(...actions([checkboxes(ACTION_IDS.remindBoxes, group, [])], encodeRemindBlock(from)));
  }
  return blocks;
}

function lineOf(link: PayoutLink): string {
  const amount = link.amountPaise === undefined ? 'amount not readable' : formatRupees(link.amountPaise);
  // A Latin word keeps the row from left to right also with an Arabic name.
  return `${amount} to ${clean(who(link.contact), NAME_LENGTH)}`;
}

/** "expires tomorrow 08:51 · reminded 20 minutes ago by Asha". */
export function detailOf(
  { linkId, expiresAt }: PayoutLink,
  reminded: Expiring['reminded'],
  { now, names }: Pick<ExpiringOptions, 'now' | 'names'>,
): string {
  const expires = expiresAt === undefined ? 'expiry unknown' : `expires ${formatWhen(expiresAt, now)}`;
  const last = reminded.get(linkId);
  if (!last) return expires;
  const name = names.get(last.actorId);
  const by = name === undefined ? '' : ` by ${clean(name, 20)}`;
  return `${expires} · reminded ${formatDuration(Math.max(0, now - last.at))} ago${by}`;
}

function rowFallback(link: PayoutLink, now: number): FallbackText {
  const { amountPaise, contact, expiresAt } = link;
  const expires = expiresAt === undefined ? md`expiry unknown` : md`expires ${when(expiresAt, now)}`;
  return fallback`${rupees(amountPaise)} to ${fallbackWho(contact)}, ${expires}`;
}

/** Carries the links that it counts: what joins them later was not confirmed by anybody. */
export function remindAllButton(
  expiring: Pick<ExpiringLinks, 'soonest' | 'count'>,
  isComplete: boolean,
): Button {
  const { soonest, count: amount } = expiring;
  const reminded = soonest.length;
  const isAll = isComplete && reminded === amount;
  const total = soonest.reduce((sum, { amountPaise }) => sum + BigInt(amountPaise ?? 0), 0n);
  return button({
    label: `Send reminder to ${isAll ? 'all' : 'these'} ${reminded}`,
    action: ACTION_IDS.remindAll,
    value: encodeRemindLinks(soonest.map(({ linkId }) => linkId)),
    accessibilityLabel: `Send reminder to ${reminded} recipients, ${formatRupees(total)} in total`,
    confirm: confirm({
      title: reminded === 1 ? 'Send 1 reminder?' : `Send ${reminded} reminders?`,
      lines: [
        `${formatRupees(total)} in total.`,
        'InstantPay sends each link to its recipient again by SMS, email or WhatsApp. Links that are no longer ISSUED, or were reminded just now, are left out.',
      ],
      yes: reminded === 1 ? 'Send reminder' : 'Send reminders',
      no: 'Not now',
      style: 'primary',
    }),
  });
}

export const selectedButton = (): Button =>
  button({ label: 'Send reminder to selected …', action: ACTION_IDS.remindSelected });

export const NO_LINK_SELECTED = md`Select at least one link first.`;

/** Asks once for all that are selected. */
export function remindSelectedModal(metadata: string, selected: number): ModalView {
  const frame = { viewId: VIEW_IDS.remindSelected, title: 'Send reminders', metadata };
  if (selected === 0) return modal(frame, [section(NO_LINK_SELECTED)]);
  return modal({ ...frame, submit: selected === 1 ? 'Send reminder' : 'Send reminders' }, [
    section(md`*Send ${count(selected, 'reminder')}?*`),
    section(
      md`InstantPay sends each link to its recipient again by SMS, email or WhatsApp. You get one answer for all.`,
    ),
  ]);
}
