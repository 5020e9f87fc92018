/** Owns the card of one payout link. */

import type { Button } from '@slack/web-api';
import type { LinkActivity, PayoutLink } from '../../payouts/link.ts';
import type { LinkView } from '../../payouts/links.ts';
import { ACTIONS, encodeShared } from '../actions.ts';
import {
  actions,
  button,
  context,
  divider,
  header,
  type Message,
  message,
  type Pair,
  pairs,
  plain,
  section,
} from '../blocks.ts';
import type { Part, Row } from '../blocks.ts';
import { at, constant, count, md, person, rupees, say, spokenText } from '../text.ts';
import {
  atAndAgo,
  badge,
  contactLines,
  dotted,
  environmentTag,
  environmentWord,
  spokenWho,
  writeButtons,
} from './parts.ts';

/** More of a history than this pushes the buttons off the screen. */
const ACTIVITIES_SHOWN = 15;

export interface LinkCardOptions {
  now: number;
  /** Who shared the card with the channel; undefined for the asker's own. */
  sharedBy?: string | undefined;
  /** Offers an administrator what is masked. */
  canReveal?: boolean;
}

export function linkCard(view: LinkView, { now, sharedBy, canReveal }: LinkCardOptions): Message {
  const { tracked, record } = view;
  const blocks: Part[] = [header(md`${badge(tracked.status)} · ${rupees(tracked.amountPaise)}`)];
  if (sharedBy) blocks.push(context(md`Shared by ${person(sharedBy)}`));
  if (tracked.status === 'UNKNOWN') {
    blocks.push(
      section(
        plain(
          `InstantPay calls this state “${tracked.statusText}”.`,
          'This desk does not know it, so nothing can be done with the link from here.',
        ),
      ),
    );
  }
  blocks.push(...pairs(facts(view, now)));
  if (view.recordProblem) {
    blocks.push(
      context(md`⚠️ Recipient, purpose and expiry are not known right now:`, plain(view.recordProblem)),
    );
  }
  blocks.push(...timeline(tracked.activity));
  blocks.push(...actions(buttons(view, sharedBy, canReveal), sharedBy && encodeShared(sharedBy)));
  const { environment, ipayUuid } = tracked;
  const footer = dotted(environmentTag(environment), md`as of ${at(now)}`);
  blocks.push(context(footer, ipayUuid ? plain(`Request ${ipayUuid}`) : undefined));
  const towards = record ? say` for ${spokenWho(record.contact)}` : say``;
  const status =
    tracked.status === 'UNKNOWN'
      ? say`unknown status “${spokenText(tracked.statusText, 40)}”`
      : constant(tracked.status);
  return message(
    say`${status}: ${rupees(tracked.amountPaise)}${towards}, payout link ${spokenText(tracked.linkId, 30)}, ${environmentWord(environment)}, as of ${at(now)}`,
    blocks,
  );
}

function facts({ tracked, record }: LinkView, now: number): (Pair | undefined)[] {
  const id: Pair = [md`Link id`, plain(tracked.linkId)];
  if (!record) return [id];
  return [
    [md`Recipient`, plain(...contactLines(record.contact))],
    [md`Purpose`, plain(...purposeLines(record))],
    expiryPair(record, now),
    [md`Created`, atAndAgo(record.activatedAt, now)],
    id,
    record.referenceNo ? [md`Reference`, plain(record.referenceNo)] : undefined,
    record.orderId ? [md`Order id`, plain(record.orderId)] : undefined,
    record.paymentModes.length > 0 ? [md`Payment modes`, plain(record.paymentModes.join(', '))] : undefined,
  ];
}

function purposeLines({ purpose, description }: PayoutLink) {
  return [purpose, description === purpose ? undefined : description];
}

function expiryPair(record: PayoutLink, now: number): Pair {
  const { expiresAt } = record;
  const past = expiresAt !== undefined && expiresAt <= now;
  return [past ? md`Expired` : md`Expires`, atAndAgo(expiresAt, now)];
}

function timeline(activity: readonly LinkActivity[]): Part[] {
  if (activity.length === 0) return [];
  const shown = inOrder(activity).slice(-ACTIVITIES_SHOWN);
  const rows = shown.map((entry): Row => {
    const time = entry.at === undefined ? md`time not known` : at(entry.at);
    const account = [entry.accountType, entry.accountNumber, entry.accountIfsc];
    return { blocks: pairs([[time, plain(entry.text, account)]]) };
  });
  return [
    divider(),
    section(md`*What happened so far*`),
    {
      rows,
      further: activity.length - shown.length,
      dropFrom: 'start',
      more: (hidden) => md`… ${count(hidden, 'earlier entry', 'earlier entries')}`,
    },
  ];
}

/** Newest last; an entry without a time stays behind the one it came with. */
function inOrder(activity: readonly LinkActivity[]): LinkActivity[] {
  let latest = -Infinity;
  const timed = activity.map((entry) => {
    latest = entry.at ?? latest;
    return { entry, key: latest };
  });
  return timed
    .sort((one, other) => (one.key === other.key ? 0 : one.key - other.key))
    .map(({ entry }) => entry);
}

function buttons({ tracked, record }: LinkView, sharedBy: string | undefined, canReveal = false): Button[] {
  const value = tracked.linkId;
  return [
    button({ label: 'Refresh', action: ACTIONS.linkRefresh, value }),
    ...writeButtons({ ...tracked, contact: record?.contact }, 'danger'),
    ...(sharedBy ? [] : [button({ label: 'Share here', action: ACTIONS.linkShare, value })]),
    ...(canReveal && !sharedBy ? [button({ label: 'Reveal', action: ACTIONS.linkReveal, value })] : []),
  ];
}
