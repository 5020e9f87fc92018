/** Owns the message that tells a channel of links that became stuck, and of those that stay stuck. */

import type { Contact, Environment } from '../../payouts/links/link.ts';
import type { TellingStage } from '../../payouts/links/telling.ts';
import type { ProcessingSince } from '../../payouts/links/processing-port.ts';
import { actions, context, header, type Message, message, type Part, section } from '../block-kit/blocks.ts';
import {
  asOf,
  code,
  count,
  fallback,
  joinMd,
  lasting,
  mentionOf,
  type Mrkdwn,
  md,
  rupees,
} from '../block-kit/text.ts';
import { OFFER_ALL } from './offers.ts';
import { dotted, environmentTag, environmentWord, sandboxFirst } from './parts.ts';
import { showStuckButton, stuckRow } from './stuck-list.ts';

/** A link as it was when it was looked at last. */
export interface StuckLink {
  linkId: string;
  amountPaise: number | undefined;
  contact: Contact;
  age: ProcessingSince;
  stage: TellingStage;
}

export interface StuckNotice {
  /** The longest first. */
  links: readonly StuckLink[];
  stuckAfterMs: number;
  /** What `again` means. */
  againAfterMs: number;
  /** User and user-group IDs. */
  escalateTo: readonly string[];
  environment: Environment | undefined;
}

/** Rows of each kind; the list shows all. */
const SHOWN = 8;

export const NEXT_STEP = md`Contact InstantPay support with the request ID in ${code('Details')}.`;

export function stuckMessage(notice: StuckNotice, now: number): Message {
  const { links, stuckAfterMs, environment, escalateTo } = notice;
  const again = links.filter(({ stage }) => stage === 'again');
  const first = links.filter(({ stage }) => stage === 'first');
  const groups = [
    { of: again, title: stillTitle(again, notice.againAfterMs) },
    { of: first, title: firstTitle(first, stuckAfterMs) },
  ].filter(({ of }) => of.length > 0);
  const mentions = again.length === 0 ? [] : escalateTo.map(mentionOf);
  const titles = joinMd(
    groups.map(({ title }) => title),
    '; ',
  );
  const parts = groups.map(({ of, title }, index): Part[] => [
    index === 0 ? header(md`${sandboxFirst(environment)}🟡 ${title}`) : section(md`*${title}*`),
    ...(index === 0 && mentions.length > 0 ? [section(joinMd(mentions, ' '))] : []),
    rowsOf(of, now),
  ]);
  return message(
    fallback`${sandboxFirst(environment)}${titles}. ${environmentWord(environment)}. ${asOf(now)}.`,
    [
      ...parts.flat(),
      ...actions([showStuckButton(stuckAfterMs)]),
      context(NEXT_STEP, dotted(environmentTag(environment), asOf(now))),
    ],
  );
}

/** "2 links have been PROCESSING for more than 24 hours · ₹1,04,130.00". */
function firstTitle(links: readonly StuckLink[], forMs: number): Mrkdwn {
  const have = links.length === 1 ? md`has` : md`have`;
  return md`${count(links.length, 'link')} ${have} been PROCESSING for more than ${lasting(forMs)} · ${totalOf(links)}`;
}

/** "2 links are still PROCESSING after 3 days · ₹1,04,130.00". */
function stillTitle(links: readonly StuckLink[], forMs: number): Mrkdwn {
  const are = links.length === 1 ? md`is` : md`are`;
  return md`${count(links.length, 'link')} ${are} still PROCESSING after ${lasting(forMs)} · ${totalOf(links)}`;
}

const totalOf = (links: readonly StuckLink[]): Mrkdwn =>
  rupees(links.reduce((sum, { amountPaise }) => sum + BigInt(amountPaise ?? 0), 0n));

function rowsOf(links: readonly StuckLink[], now: number): Part {
  const shown = links.slice(0, SHOWN);
  return {
    rows: shown.map(({ age, ...link }) =>
      stuckRow({ link: { ...link, status: 'PROCESSING' }, age }, { now, offers: OFFER_ALL }),
    ),
    further: links.length - shown.length,
  };
}
