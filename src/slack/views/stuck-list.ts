/** Owns the private list of links that have been PROCESSING for too long, and one row of it. */

import type { Button } from '@slack/web-api';
import type { PayoutLink } from '../../payouts/links/link.ts';
import type { ProcessingSince } from '../../payouts/links/processing-port.ts';
import type { Stuck, StuckFor } from '../../payouts/links/stuck.ts';
import { formatRupees } from '../../payouts/money.ts';
import { istInstant } from '../../payouts/time.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  type Part,
  plain,
  type Row,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS, type ActionId } from '../block-kit/ids.ts';
import { encodeStuck } from '../block-kit/stuck-values.ts';
import {
  asOf,
  clean,
  code,
  count,
  day,
  fallback,
  lasting,
  type Mrkdwn,
  md,
  rupees,
} from '../block-kit/text.ts';
import type { Offers } from './offers.ts';
import { dotted, environmentTag, environmentWord, fallbackWho, sandboxFirst, rowMenu, who } from './parts.ts';
import { processingAge } from './processing-words.ts';

const NAME_LENGTH = 40;

export interface StuckOptions {
  now: number;
  offers: Offers;
}

export const INCOMPLETE_STUCK = md`⚠️ *Incomplete:* there may be more.`;

export function stuckList(stuck: Stuck, options: StuckOptions): Message {
  const { at, before, count: amount, environment, incomplete, links, unclear } = stuck;
  const title = titleOf(stuck);
  const doubts: Part[] = [];
  if (incomplete !== undefined) doubts.push(context(INCOMPLETE_STUCK, plain(incomplete)));
  if (unclear > 0) doubts.push(context(unclearWords(unclear)));
  const footer = context(dotted(environmentTag(environment), asOf(at)));
  const doubt = incomplete === undefined ? md`` : md`Incomplete: there may be more. `;
  const lead = fallback`${title}. ${doubt}${environmentWord(environment)}. ${asOf(at)}.`;
  if (amount === 0) {
    return message(lead, [section(md`${sandboxFirst(environment)}${title}`), ...doubts, footer]);
  }
  const rows: Part = {
    rows: links.map((aged) => stuckRow(aged, options)),
    further: amount - before - links.length,
  };
  return message(lead, [
    header(md`${sandboxFirst(environment)}🟡 ${title}`),
    context(before === 0 ? md`Longest first` : md`Longest first, from ${before + 1} of ${amount}`),
    ...doubts,
    rows,
    ...actions(turns(stuck)),
    footer,
  ]);
}

/** "PROCESSING for more than 24 hours: 5 · ₹1,04,130.00". */
function titleOf({ for: wanted, count: amount, totalPaise, amountUnknown, ...stuck }: Stuck): Mrkdwn {
  const isCertain = stuck.incomplete === undefined && stuck.unclear === 0;
  if (amount === 0) return isCertain ? noneStuck(wanted) : md`${noneStuck(wanted)}, as far as is known`;
  const number = stuck.incomplete === undefined ? md`${amount}` : md`at least ${amount}`;
  const unknown = amountUnknown === 0 ? md`` : md` and ${count(amountUnknown, 'amount')} not readable`;
  return md`PROCESSING ${lengthWords(wanted)}: ${number} · ${rupees(totalPaise)}${unknown}`;
}

export const noneStuck = (wanted: StuckFor): Mrkdwn => md`No link has been PROCESSING ${lengthWords(wanted)}`;

function lengthWords(wanted: StuckFor): Mrkdwn {
  if ('forMs' in wanted) return md`for more than ${lasting(wanted.forMs)}`;
  return md`since ${day(istInstant(wanted.sinceDay))} or longer`;
}

export const unclearWords = (links: number): Mrkdwn =>
  md`⚠️ ${count(links, 'more link')} may be stuck: the claim time is not known yet. Enter ${code('/payout stuck')} again to look up more.`;

/** What a row needs of a link. */
interface RowLink {
  link: Pick<PayoutLink, 'linkId' | 'status' | 'amountPaise' | 'contact'>;
  age: ProcessingSince | undefined;
}

/** One line: amount, recipient, for how long and from what that counts (R20). */
export function stuckRow({ link, age }: RowLink, { now, offers }: StuckOptions): Row {
  const { amountPaise, contact } = link;
  const amount = amountPaise === undefined ? 'amount not readable' : formatRupees(amountPaise);
  const aged = processingAge(age, now);
  return {
    // A Latin word keeps the row from left to right also with an Arabic name.
    blocks: [
      section(plain([`${amount} to ${clean(who(contact), NAME_LENGTH)}`, aged]), rowMenu(link, offers)),
    ],
    fallback: fallback`${rupees(amountPaise)} to ${fallbackWho(contact)}, ${aged}`,
  };
}

function turns({ for: wanted, count: amount, pageNumber, before, links }: Stuck): Button[] {
  const turn = (label: string, action: ActionId, to: number): Button =>
    button({ label, action, value: encodeStuck({ for: wanted, pageNumber: to }) });
  return [
    ...(pageNumber > 1 ? [turn('Previous', ACTION_IDS.stuckPrevious, pageNumber - 1)] : []),
    ...(amount > before + links.length ? [turn('Next', ACTION_IDS.stuckNext, pageNumber + 1)] : []),
  ];
}

/** The same list, from a message. */
export function showStuckButton(forMs: number): Button {
  return button({
    label: 'Show',
    action: ACTION_IDS.stuckShow,
    value: encodeStuck({ for: { forMs }, pageNumber: 1 }),
    accessibilityLabel: `Show the links that have been PROCESSING for more than ${lasting(forMs)}`,
  });
}
