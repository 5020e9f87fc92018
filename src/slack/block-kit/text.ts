/**
 * Owns what makes text safe to show: words from outside are cleaned, and only the desk's own words can become mrkdwn.
 * The brands make it a matter of types: no constructor of mrkdwn takes a plain `string`.
 */

import { SYSTEM_ACTOR } from '../../payouts/audit-entry.ts';
import { formatRupees } from '../../payouts/money.ts';
import {
  formatDuration,
  formatIst,
  formatIstDay,
  formatSecond,
  formatWhen,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
} from '../../payouts/time.ts';

declare const spoken: unique symbol;
declare const mrkdwn: unique symbol;

/** Text for a message's top level: what came from outside is in it escaped and defused. */
export type FallbackText = string & { readonly [spoken]: true };
/** The desk's own words, numbers, times and validated mentions; may be formatted. */
export type Mrkdwn = FallbackText & { readonly [mrkdwn]: true };

/** Text from outside in one object: longer pieces are clipped, so that one cannot crowd the others out. */
const PIECE_LENGTH = 600;

/** Stands where there is nothing to show; Slack refuses empty text. */
export const NOTHING = '—';

// Bidirectional controls could reorder an amount; the invisible ones hide or fake text. ZWJ and ZWNJ stay:
// Hindi and emoji need them.
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const INVISIBLE =
  // oxlint-disable-next-line no-misleading-character-class
  /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const STACKED_MARKS = /(\p{M}{6})\p{M}+/gu;
const VISIBLE = /[^\s\p{C}\p{Z}\p{M}]/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

/** One line without control characters, direction tricks and invisible characters; NOTHING when none is left. */
export function clean(text: string, limit = PIECE_LENGTH): string {
  const line = text
    // Enough for every limit, so that a flood costs nothing.
    .slice(0, 8 * limit)
    .toWellFormed()
    .replace(BIDI, '')
    .replace(INVISIBLE, '')
    .replace(/[\p{Cc}\p{Z}\s]+/gu, ' ')
    .replace(STACKED_MARKS, '$1')
    .trim();
  return VISIBLE.test(line) ? clip(line, limit) : NOTHING;
}

/** Clean text that may stand beside other text: right-to-left writing is isolated from its neighbours. */
export function isolated(text: string, limit = PIECE_LENGTH): string {
  const line = clean(text, limit);
  return RIGHT_TO_LEFT.test(line) ? `${ISOLATE}${line}${END_ISOLATE}` : line;
}

/** The text when it fits, else its beginning with a visible ellipsis. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Two for the ellipsis and for an isolate that the cut left open.
  const cut = text.slice(0, Math.max(0, limit - 2)).replace(/[\ud800-\udbff\u200c\u200d\s]+$/u, '');
  const open = cut.lastIndexOf(ISOLATE) > cut.lastIndexOf(END_ISOLATE);
  return `${cut}…${open ? END_ISOLATE : ''}`.slice(0, limit);
}

// The only places where text gets its brand: whoever calls them vouches for it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asSpoken = (text: string): FallbackText => text as FallbackText;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asMrkdwn = (text: string): Mrkdwn => text as Mrkdwn;

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

// Signs that would format, with ones that look alike and do not.
const DEFUSED: Record<string, string> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ', '@': '＠', '#': '＃' };

/** Text from outside for a top-level `text`: shown as it is written, formatting and calling nobody. */
export function spokenText(text: string, limit = 120): FallbackText {
  const shown = isolated(text, limit)
    .replace(/[*_~`]|[@#](?=[\p{L}\p{N}])/gu, (sign) => DEFUSED[sign] ?? sign)
    .replace(/:(?=\/\/|[\w+'-]+:)/g, '꞉');
  return asSpoken(escape(shown));
}

/** A top-level `text`: what it is made of is either the desk's own or went through `spokenText`. */
export function fallback(strings: TemplateStringsArray, ...parts: (FallbackText | number)[]): FallbackText {
  return asSpoken(String.raw({ raw: strings }, ...parts));
}

/**
 * A summary without marks: `*` and backticks left in it are the desk's own, since those of outside text were defused.
 * A labelled link keeps its label; mentions stay, Slack shows them as names.
 */
export function unformatted(text: string): string {
  return text.replace(/<https?:[^|>]*\|([^>]*)>/g, '$1').replace(/[*`]/g, '');
}

/** Mrkdwn in the desk's own words; only mrkdwn and numbers can be put into it. */
export function md(strings: TemplateStringsArray, ...parts: (Mrkdwn | number)[]): Mrkdwn {
  return asMrkdwn(String.raw({ raw: strings }, ...parts));
}

export function joinMd(parts: readonly Mrkdwn[], separator: string): Mrkdwn {
  return asMrkdwn(parts.join(separator));
}

/** One of the desk's constants, such as a usage line, shown letter by letter. Never for text from outside. */
export function constant(text: string): Mrkdwn {
  return asMrkdwn(escape(text).replace(/[*_~`]/g, (sign) => DEFUSED[sign] ?? sign));
}

/** One of the desk's constants as code, such as `/payout track <link>`. Never for text from outside. */
export function code(text: string): Mrkdwn {
  return asMrkdwn(`\`${escape(text).replace(/`/g, 'ˋ')}\``);
}

/** "₹1,23,456.78"; an amount that InstantPay wrote in a way nobody can read is said to be that (R3). */
export function rupees(amountPaise: number | bigint | undefined): Mrkdwn {
  return amountPaise === undefined ? md`amount not readable` : asMrkdwn(formatRupees(amountPaise));
}

// Beyond this Temporal throws; such a time can only come from a damaged record.
const LAST_INSTANT = 8.64e15;
const isInstant = (instant: number) => Number.isInteger(instant) && Math.abs(instant) < LAST_INSTANT;

/** "20 Nov 2026, 14:05 IST". */
export function at(instant: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatIst(instant) : NOTHING);
}

/** "20 Nov 2026". */
export function day(instant: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatIstDay(instant) : NOTHING);
}

/** "today 16:30", "tomorrow 10:00", "22 Nov 2026, 14:05": in IST. The footer `asOf` says the zone and what "today" is. */
export function when(instant: number, now: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatWhen(instant, now) : NOTHING);
}

/** The same with seconds: "today 16:30:26". */
export function whenSecond(instant: number, now: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? `${formatWhen(instant, now)}:${formatSecond(instant)}` : NOTHING);
}

/** "As of 20 Nov 2026, 10:00 IST": stands in the footer of every message that names a time. */
export function asOf(now: number): Mrkdwn {
  return md`As of ${at(now)}`;
}

/** Half of the unit `lasting` would say a time in. */
function halfUnit(durationMs: number): number {
  if (durationMs < HOUR_MS) return MINUTE_MS / 2;
  return durationMs < 2 * DAY_MS ? HOUR_MS / 2 : DAY_MS / 2;
}

/** "in 3 days", "2 hours ago", "just now". */
export function relative(instant: number, now: number): Mrkdwn {
  const distance = Math.abs(instant - now);
  if (distance < MINUTE_MS) return instant > now ? md`in less than a minute` : md`just now`;
  // What lies ahead is rounded, so that a day that has just begun is not "in 23 hours"; what is past is not made longer.
  const length = lasting(instant > now ? distance + halfUnit(distance) : distance);
  return instant > now ? md`in ${length}` : md`${length} ago`;
}

export function lasting(durationMs: number): Mrkdwn {
  return asMrkdwn(formatDuration(durationMs));
}

/** "1 link", "1,234 links". */
export function count(amount: number, one: string, many = `${one}s`): Mrkdwn {
  return md`${asMrkdwn(amount.toLocaleString('en-IN'))} ${constant(amount === 1 ? one : many)}`;
}

/** A mention of a Slack user id; anything that is none calls nobody. */
export function person(userId: string | undefined): Mrkdwn {
  if (userId === SYSTEM_ACTOR) return md`Payout Desk`;
  return userId && /^[UW][A-Z0-9_]{1,30}$/.test(userId) ? asMrkdwn(`<@${userId}>`) : md`somebody`;
}

/** A mention of a Slack user group, which notifies its members. */
export function userGroup(groupId: string): Mrkdwn {
  return /^S[A-Z0-9_]{1,30}$/.test(groupId) ? asMrkdwn(`<!subteam^${groupId}>`) : md`a user group`;
}

/** A mention of a Slack channel id; a direct message has no name to show. */
export function channel(channelId: string): Mrkdwn {
  return /^[CG][A-Z0-9_]{1,30}$/.test(channelId) ? asMrkdwn(`<#${channelId}>`) : md`this conversation`;
}

/** A Slack permalink under the desk's own words; just the words when it does not look like one. */
export function permalink(url: string | undefined, label: Mrkdwn): Mrkdwn {
  if (!url || !/^https?:\/\/[\w.:-]+\/archives\/[\w/.-]+(\?[\w=&.-]*)?$/.test(url)) return label;
  return asMrkdwn(`<${escape(url)}|${label}>`);
}
