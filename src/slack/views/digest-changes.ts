/** Owns the line of a digest that says what changed since the last one. */

import type { PlainTextElement } from '@slack/web-api';
import type { Change, ChangeKind, Changes } from '../../payouts/digest/changes.ts';
import { plain } from '../block-kit/blocks.ts';
import {
  clockTime,
  constant,
  fallback,
  type FallbackText,
  md,
  type Mrkdwn,
  shortDay,
} from '../block-kit/text.ts';
import { amountAndName, fallbackAmount } from './digest-rows.ts';

/** Behind a count. */
export const CHANGE_WORDS: Record<ChangeKind, Mrkdwn> = {
  new: md`new`,
  claimed: md`claimed`,
  expired: md`expired`,
  cancelled: md`cancelled`,
  returned: md`back to ISSUED, not paid`,
  stuck: md`stuck`,
  processing: md`in progress`,
  unknown: md`with an unknown status`,
  left: md`no longer in the list`,
};

export const FIRST_DIGEST = md`First digest. Changes are shown from the next one on.`;

/** Nothing to say is no line; `now` is when the list was read. */
export function changesText(
  changes: Changes | undefined,
  now: number,
): PlainTextElement | Mrkdwn | undefined {
  if (!changes || changes.kind !== 'since') return changes && notCompared(changes);
  if (changes.of.length === 0) return md`${since(changes.at, now)}: no changes`;
  const said = changes.of.map(({ kind, count, named }) => {
    const names = named.map(({ amountPaise, contact }) => amountAndName(amountPaise, contact));
    const words = `${count.toLocaleString('en-IN')} ${CHANGE_WORDS[kind]}`;
    return names.length === 0 ? words : `${words} (${names.join('; ')})`;
  });
  // Plain: it may name recipients.
  return plain(`${since(changes.at, now)}: ${said.join(', ')}`);
}

/** The same for the fallback text. */
export function changesFallback(changes: Changes | undefined, now: number): FallbackText | undefined {
  if (!changes || changes.kind !== 'since') return changes && notCompared(changes);
  if (changes.of.length === 0) return md`${since(changes.at, now)}: no changes.`;
  const said = changes.of.map(saidOf);
  return fallback`${since(changes.at, now)}: ${said.reduce((all, one) => fallback`${all}, ${one}`)}.`;
}

function saidOf({ kind, count, named }: Change): FallbackText {
  const words = md`${constant(count.toLocaleString('en-IN'))} ${CHANGE_WORDS[kind]}`;
  const [one, ...more] = named.map(({ amountPaise, contact }) => fallbackAmount(amountPaise, contact));
  if (one === undefined) return words;
  return fallback`${words} (${more.reduce((all, next) => fallback`${all}; ${next}`, one)})`;
}

export const changesNotCounted = (openAtMost: number): Mrkdwn =>
  md`Changes are not counted: more than ${constant(openAtMost.toLocaleString('en-IN'))} links are open.`;

function notCompared(changes: Exclude<Changes, { kind: 'since' }>): Mrkdwn {
  return changes.kind === 'first' ? FIRST_DIGEST : changesNotCounted(changes.openAtMost);
}

/** "Since Thu", "Since 09:00" on the same day, "Since 12 Nov". */
function since(at: number, now: number): Mrkdwn {
  const day = shortDay(at, now);
  return day === md`today` ? md`Since ${clockTime(at)}` : md`Since ${day}`;
}
