/** Owns the history of a link: what InstantPay did with it, oldest first, the newest when there is no room for all. */

import type { LinkActivity, TrackedLink } from '../../payouts/links/link.ts';
import { MINUTE_MS } from '../../payouts/time.ts';
import { divider, pairs, type Part, plain, type Row, section } from '../block-kit/blocks.ts';
import { count, fallback, fallbackText, type Mrkdwn, md, when, whenSecond } from '../block-kit/text.ts';

/** More entries than these would push the buttons off the screen. */
const ACTIVITIES_SHOWN = 15;

export function timeline({ activity, activityLeftOut }: TrackedLink, now: number): Part[] {
  if (activity.length === 0) return [];
  const ordered = inOrder(activity);
  const shown = ordered.slice(-ACTIVITIES_SHOWN);
  const minutes = Map.groupBy(shown, (entry) => entry.at && Math.floor(entry.at / MINUTE_MS));
  const rows = shown.map((entry): Row => {
    const { text, orderId, accountType, accountNumber, accountIfsc } = entry;
    const details = [accountType, accountNumber, accountIfsc, orderId && `Order ID ${orderId}`];
    const time = timeOf(entry, minutes, now);
    return {
      blocks: pairs([[time, plain(text, details)]]),
      fallback: fallback`${time}: ${fallbackText(text, 100)}`,
    };
  });
  return [
    divider(),
    section(md`*History*`),
    {
      rows,
      further: activity.length - shown.length + activityLeftOut,
      dropFrom: 'start',
      more: (hidden) => md`… ${count(hidden, 'earlier entry', 'earlier entries')}`,
    },
  ];
}

/** With seconds where several entries are of one minute. */
function timeOf(
  { at: instant }: LinkActivity,
  minutes: Map<number | undefined, LinkActivity[]>,
  now: number,
): Mrkdwn {
  if (instant === undefined) return md`time unknown`;
  const sameMinute = minutes.get(Math.floor(instant / MINUTE_MS)) ?? [];
  return sameMinute.length > 1 ? whenSecond(instant, now) : when(instant, now);
}

/** Newest last; an entry without a time stays behind the entry before it. */
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
