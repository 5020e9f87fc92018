/**
 * Owns what makes text safe to show: text from outside is cleaned, and only Payout Desk's own words become mrkdwn. Branded
 * types hold it: no constructor of mrkdwn takes a plain `string`.
 */

import { SYSTEM_ACTOR } from '../../payouts/audit-entry.ts';
import { formatRupees, formatWholeRupees } from '../../payouts/money.ts';
import {
  formatDuration,
  formatIst,
  formatIstDay,
  formatSecond,
  formatShortDay,
  formatTime,
  formatWeekday,
  formatWhen,
  istDay,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
} from '../../payouts/time.ts';

declare const fallbackBrand: unique symbol;
declare const mrkdwnBrand: unique symbol;

/** A message's top-level `text`; what came from outside is escaped and defused in it. */
export type FallbackText = string & { readonly [fallbackBrand]: true };
/** Payout Desk's own words, numbers, times and validated mentions; may be formatted. */
export type Mrkdwn = FallbackText & { readonly [mrkdwnBrand]: true };

/** Longer text from outside is clipped, so that one piece cannot crowd out the others. */
const PIECE_LENGTH = 600;

/** Shown for nothing: Slack refuses empty text. */
export const NOTHING = '—';

// Bidirectional controls could reorder an amount; the invisible ones hide or fake text. ZWJ and ZWNJ stay:
// Hindi and emoji need them.
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const INVISIBLE =
  // oxlint-disable-next-line no-misleading-character-class
  /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const STACKED_MARKS = /(\p{M}{6})\p{M}+/gu;
/** Most text: nothing of it would be removed. */
const IS_CLEAN = /^[!-~]+(?: [!-~]+)*$/;
const VISIBLE = /[^\s\p{C}\p{Z}\p{M}]/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

/** Returns one line without control, direction and invisible characters; NOTHING when nothing visible is left. */
export function clean(text: string, limit = PIECE_LENGTH): string {
  if (text.length <= limit && IS_CLEAN.test(text)) return text;
  const line = text
    // Bounds the work on very long text; what is removed below is far less.
    .slice(0, 8 * limit)
    .toWellFormed()
    .replace(BIDI, '')
    .replace(INVISIBLE, '')
    .replace(/[\p{Cc}\p{Z}\s]+/gu, ' ')
    .replace(STACKED_MARKS, '$1')
    .trim();
  return VISIBLE.test(line) ? clip(line, limit) : NOTHING;
}

/** Returns clean text for use beside other text: right-to-left writing is isolated from its neighbours. */
export function isolated(text: string, limit = PIECE_LENGTH): string {
  const line = clean(text, limit);
  return RIGHT_TO_LEFT.test(line) ? `${ISOLATE}${line}${END_ISOLATE}` : line;
}

/** Returns the text if it fits, else its beginning with an ellipsis; the only place that clips. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Two for the ellipsis and for closing an isolate.
  const cut = text.slice(0, Math.max(0, limit - 2)).replace(/[\ud800-\udbff\u200c\u200d\s]+$/u, '');
  const open = cut.lastIndexOf(ISOLATE) > cut.lastIndexOf(END_ISOLATE);
  return `${cut}…${open ? END_ISOLATE : ''}`.slice(0, limit);
}

// The only places where text gets its brand; their callers vouch for it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asFallback = (text: string): FallbackText => text as FallbackText;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asMrkdwn = (text: string): Mrkdwn => text as Mrkdwn;

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

// Signs that format, each with one that looks alike and does not.
const DEFUSED: Record<string, string> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ', '@': '＠', '#': '＃' };

/** Returns text from outside for a top-level `text`: it shows as written, formats nothing and mentions nobody. */
export function fallbackText(text: string, limit = 120): FallbackText {
  const shown = isolated(text, limit)
    .replace(/[*_~`]|[@#](?=[\p{L}\p{N}])/gu, (sign) => DEFUSED[sign] ?? sign)
    .replace(/:(?=\/\/|[\w+'-]+:)/g, '꞉');
  return asFallback(escape(shown));
}

/** As String.raw with the strings for its raw ones, which takes longer: a card has some 40 of these texts. */
function joined(strings: TemplateStringsArray, parts: readonly (string | number)[]): string {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) text += `${part}${strings[index + 1] ?? ''}`;
  return text;
}

/** Tag of a top-level `text`; text from outside goes through `fallbackText` first. */
export function fallback(strings: TemplateStringsArray, ...parts: (FallbackText | number)[]): FallbackText {
  return asFallback(joined(strings, parts));
}

/**
 * Returns the text without formatting: the `*` and backticks in it are our own, since those of outside text were defused.
 * A labelled link keeps its label; mentions stay, since Slack shows them as names.
 */
export function unformatted(text: string): string {
  return text.replace(/<https?:[^|>]*\|([^>]*)>/g, '$1').replace(/[*`]/g, '');
}

/** Tag of mrkdwn in our own words; takes only mrkdwn and numbers. */
export function md(strings: TemplateStringsArray, ...parts: (Mrkdwn | number)[]): Mrkdwn {
  return asMrkdwn(joined(strings, parts));
}

export function joinMd(parts: readonly Mrkdwn[], separator: string): Mrkdwn {
  return asMrkdwn(parts.join(separator));
}

/** Returns one of our constants, such as a usage line, shown letter by letter. Never for text from outside. */
export function constant(text: string): Mrkdwn {
  return asMrkdwn(escape(text).replace(/[*_~`]/g, (sign) => DEFUSED[sign] ?? sign));
}

/** Returns one of our constants as code, such as `/payout track <link>`. Never for text from outside. */
export function code(text: string): Mrkdwn {
  return asMrkdwn(`\`${escape(text).replace(/`/g, 'ˋ')}\``);
}

/** "₹1,23,456.78"; undefined: InstantPay sent an amount that could not be read (R3). */
export function rupees(amountPaise: number | bigint | undefined): Mrkdwn {
  return amountPaise === undefined ? md`amount not readable` : asMrkdwn(formatRupees(amountPaise));
}

/** "₹1,23,457": for the lines of a digest alone. */
export function wholeRupees(amountPaise: number | bigint): Mrkdwn {
  return asMrkdwn(formatWholeRupees(amountPaise));
}

// Temporal throws beyond this; only a damaged record holds such a time.
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

/** "Fri 20 Nov". */
export function weekday(instant: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatWeekday(instant) : NOTHING);
}

/** "10:00". */
export function clockTime(instant: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatTime(instant) : NOTHING);
}

/** "today", "Sat", "12 Nov": in IST. */
export function shortDay(instant: number, now: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatShortDay(instant, now) : NOTHING);
}

/** "24 h", "90 min", "3 days". */
export function shortLasting(durationMs: number): Mrkdwn {
  if (durationMs >= 3 * DAY_MS && durationMs % DAY_MS === 0) return lasting(durationMs);
  if (durationMs % HOUR_MS === 0) return md`${durationMs / HOUR_MS} h`;
  return md`${Math.round(durationMs / MINUTE_MS)} min`;
}

/** "today 16:30", "tomorrow 10:00", "22 Nov 2026, 14:05": in IST. The footer `asOf` says the zone and what "today" is. */
export function when(instant: number, now: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? formatWhen(instant, now) : NOTHING);
}

/** For messages read on later days too: "today 16:30", else "22 Nov 2026, 14:05", since "tomorrow" would become false. */
export function until(instant: number, now: number): Mrkdwn {
  if (!isInstant(instant) || istDay(instant) === istDay(now)) return when(instant, now);
  return asMrkdwn(formatIst(instant).replace(/ IST$/, ''));
}

/** The same with seconds: "today 16:30:26". */
export function whenSecond(instant: number, now: number): Mrkdwn {
  return asMrkdwn(isInstant(instant) ? `${formatWhen(instant, now)}:${formatSecond(instant)}` : NOTHING);
}

/** "As of 20 Nov 2026, 10:00 IST": for the footer of every message that names a time. */
export function asOf(now: number): Mrkdwn {
  return md`As of ${at(now)}`;
}

/** Half of the unit in which `lasting` would state this duration. */
function halfUnit(durationMs: number): number {
  if (durationMs < HOUR_MS) return MINUTE_MS / 2;
  return durationMs < 2 * DAY_MS ? HOUR_MS / 2 : DAY_MS / 2;
}

/** "in 3 days", "2 hours ago", "just now". */
export function relative(instant: number, now: number): Mrkdwn {
  const distance = Math.abs(instant - now);
  if (distance < MINUTE_MS) return instant > now ? md`in less than a minute` : md`just now`;
  // Rounded up for the future, so that a day that has just begun is not "in 23 hours".
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

/** A mention of a Slack user ID; anything else mentions nobody. */
export function person(userId: string | undefined): Mrkdwn {
  if (userId === SYSTEM_ACTOR) return md`Payout Desk`;
  return userId && /^[UW][A-Z0-9_]{1,30}$/.test(userId) ? asMrkdwn(`<@${userId}>`) : md`somebody`;
}

/** A mention of a user group, which notifies its members. */
export function userGroup(groupId: string): Mrkdwn {
  return /^S[A-Z0-9_]{1,30}$/.test(groupId) ? asMrkdwn(`<!subteam^${groupId}>`) : md`a user group`;
}

/** A mention of a person or a user group, told apart by the ID. */
export function mentionOf(id: string): Mrkdwn {
  return id.startsWith('S') ? userGroup(id) : person(id);
}

/** A mention of a channel ID; a direct message has no name to show. */
export function channel(channelId: string): Mrkdwn {
  return /^[CG][A-Z0-9_]{1,30}$/.test(channelId) ? asMrkdwn(`<#${channelId}>`) : md`this conversation`;
}

/** A Slack permalink with this label; the label alone when `url` is not one. */
export function permalink(url: string | undefined, label: Mrkdwn): Mrkdwn {
  if (!url || !/^https?:\/\/[\w.:-]+\/archives\/[\w/.-]+(\?[\w=&.-]*)?$/.test(url)) return label;
  return asMrkdwn(`<${escape(url)}|${label}>`);
}
