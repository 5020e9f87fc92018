/** Owns how the text of one setting is read: a duration, people, an address. Faults never repeat the value. */

import { z } from 'zod';
import { isCredentialsUrl, isHeaderText } from './instantpay/options.ts';
import type { Principals, Tier } from './payouts/policy.ts';
import type { QuietHours } from './payouts/links/auto-remind-steps.ts';
import { paiseFromRupees } from './payouts/money.ts';
import { WEEKDAYS, type Weekday } from './payouts/subscriptions/cron.ts';
import type { Skip } from './payouts/subscriptions/skip.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './payouts/time.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

export const duration = (expected: string, minMs: number, maxMs: number) =>
  z.string().transform((text, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
    const ms = match ? Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? NaN) : NaN;
    if (ms >= minMs && ms <= maxMs) return ms;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });

/** Different durations, comma separated; the longest first. */
export const durations = (expected: string, minMs: number, maxMs: number, atMost: number) =>
  z.string().transform((text, context) => {
    const field = duration(expected, minMs, maxMs);
    const read = text.split(',').map((part) => field.safeParse(part.trim()));
    const ms = read.flatMap((result) => (result.success ? [result.data] : []));
    if (ms.length === read.length && ms.length <= atMost && new Set(ms).size === ms.length) {
      return ms.sort((one, other) => other - one);
    }
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });

const QUIET_EXPECTED = 'hours in IST such as 21:00-08:00, or none';

/** Minutes since midnight; undefined for none. */
export const quietHours = z.string().transform((text, context): QuietHours | undefined => {
  if (/^none$/i.test(text)) return undefined;
  const [, fromHour, from, toHour, to] =
    /^([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const fromMinute = Number(fromHour) * 60 + Number(from);
  const toMinute = Number(toHour) * 60 + Number(to);
  if (Number.isInteger(fromMinute) && Number.isInteger(toMinute) && fromMinute !== toMinute) {
    return { fromMinute, toMinute };
  }
  context.addIssue({ code: 'custom', message: QUIET_EXPECTED });
  return z.NEVER;
});

export const wholeNumber = (expected: string, from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((number) => number >= from && number <= to, expected);

export const principals = z.string().transform((text, context): Principals => {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 1 && names[0] === '*') return { everyone: true, users: new Set(), groups: [] };
  const wrong = names.filter((name) => !/^[UWS][A-Z0-9_]+$/.test(name));
  if (names.length === 0 || wrong.length > 0) {
    context.addIssue({
      code: 'custom',
      message: 'Slack user IDs (U... or W...) and user group IDs (S...), comma separated',
    });
    return z.NEVER;
  }
  return {
    everyone: false,
    users: new Set(names.filter((name) => !name.startsWith('S'))),
    groups: names.filter((name) => name.startsWith('S')),
  };
});

/** Most approvals that one request may need. */
const MOST_APPROVALS = 5;

const TIERS_EXPECTED =
  'tiers such as 0:1@S0OPS,200000:2@S0FIN: an amount in rupees, approvals from 1 to 5, user or group IDs joined by +';

/** Tiers by rising amount. The fault says which tier is wrong, by its place. */
export const approvalTiers = z.string().transform((text, context): Tier[] => {
  const tiers = text.split(',').map((part) => readTier(part.trim()));
  const faults = tiers.flatMap((tier, index) => {
    if (!tier) return `tier ${index + 1} cannot be read`;
    const before = tiers[index - 1];
    if (before && tier.fromPaise <= before.fromPaise)
      return `the amount of tier ${index + 1} is not above the one before`;
    const { users, groups } = tier.who ?? { users: [], groups: ['APPROVERS'] };
    return groups.length === 0 && users.length < tier.approvals
      ? `tier ${index + 1} names fewer people than it needs approvals`
      : [];
  });
  if (faults.length === 0) return tiers.filter((tier) => tier !== undefined);
  context.addIssue({ code: 'custom', message: `${TIERS_EXPECTED} (${faults.join('; ')})` });
  return z.NEVER;
});

function readTier(text: string): Tier | undefined {
  const [, amount = '', approvals, names] = /^(\d+(?:\.\d{1,2})?):(\d)(?:@(.+))?$/.exec(text) ?? [];
  const fromPaise = paiseFromRupees(amount);
  const count = Number(approvals);
  if (fromPaise === undefined || !(count >= 1 && count <= MOST_APPROVALS)) return undefined;
  if (names === undefined) return { fromPaise, approvals: count, who: undefined };
  const listed = [...new Set(names.split('+').map((name) => name.trim().replace(/^@/, '')))];
  if (!listed.every((name) => /^[UWS][A-Z0-9_]+$/.test(name))) return undefined;
  const isGroup = (name: string): boolean => name.startsWith('S');
  return {
    fromPaise,
    approvals: count,
    who: { users: listed.filter((name) => !isGroup(name)), groups: listed.filter(isGroup) },
  };
}

/** People by name, not `*`: with everybody in it, a permission such as to approve would protect nothing. */
export const namedPrincipals = (verb: string) =>
  principals.refine((who) => !who.everyone, `named people or user groups; * would let everybody ${verb}`);

/** A mention notifies each of them; a message with many more would be nothing but names. */
const MOST_MENTIONED = 10;

/** User and user-group IDs to mention, in their order. */
export const mentioned = principals
  .refine((who) => !who.everyone, 'named people or user groups; * would notify everybody')
  .transform(({ users, groups }): readonly string[] => [...groups, ...users])
  .refine((ids) => ids.length <= MOST_MENTIONED, `at most ${MOST_MENTIONED} people and user groups`);

export const channel = z.string().regex(/^[CG][A-Z0-9_]+$/, 'a Slack channel ID, such as C0123456789');

export const required = (expected: string) => z.string({ error: expected }).min(1, expected);

/** An address that credentials are sent to. */
export const credentialsUrl = (example: string) =>
  z
    .string()
    .refine(
      isCredentialsUrl,
      `an https address without a query, such as ${example}; plain http to a loopback address only`,
    );

/** An address without anything secret in it. */
export const plainUrl = (example: string) =>
  z.string().refine((text) => {
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) return false;
    return url.username + url.password + url.search + url.hash === '';
  }, `an http or https address without user name and query, such as ${example}`);

const PORT_EXPECTED = 'a port number from 0 to 65535';

export const port = z
  .string()
  .regex(/^\d{1,5}$/, PORT_EXPECTED)
  .transform(Number)
  .refine((number) => number <= 65_535, PORT_EXPECTED);

/** The value of a header of every call. */
export const headerText = (expected: string) =>
  required(expected).refine(isHeaderText, `${expected}, in printable characters without spaces`);

/** One of these words, in capitals or not. */
export const choice = <const Word extends string>(words: readonly Word[]) =>
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, { error: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` }));

/** Some of these words in capitals, comma separated. */
export const choices = <const Word extends string>(words: readonly Word[]) =>
  z.string().transform((text, context): Word[] => {
    const names = [...new Set(text.split(',').map((name) => name.trim().toUpperCase()))];
    const known = names.flatMap((name) => words.find((word) => word === name) ?? []);
    if (known.length === names.length) return known;
    context.addIssue({ code: 'custom', message: `some of ${words.join(', ')}, comma separated` });
    return z.NEVER;
  });

const SKIP_EXPECTED = 'weekdays and dates, such as sun,2027-01-26; not every weekday';

/** Days without digests: weekdays by name, dates as YYYY-MM-DD, comma separated. */
export const digestSkip = z.string().transform((text, context): Skip => {
  const weekdays = new Set<Weekday>();
  const dates = new Set<string>();
  const wrong = text.split(',').filter((piece) => {
    const word = piece.trim().toLowerCase();
    const weekday = WEEKDAYS.find((name) => word === name || word === WEEKDAY_NAMES[name]);
    if (weekday) weekdays.add(weekday);
    else if (z.iso.date().safeParse(word).success) dates.add(word);
    else return true;
    return false;
  });
  if (wrong.length === 0 && weekdays.size < WEEKDAYS.length) return { weekdays, dates };
  context.addIssue({ code: 'custom', message: SKIP_EXPECTED });
  return z.NEVER;
});

const WEEKDAY_NAMES: Record<Weekday, string> = {
  mon: 'monday',
  tue: 'tuesday',
  wed: 'wednesday',
  thu: 'thursday',
  fri: 'friday',
  sat: 'saturday',
  sun: 'sunday',
};

/** An amount in rupees, read as paise. */
export const rupees = z.string().transform((text, context) => {
  const paise = paiseFromRupees(text.replaceAll(',', ''));
  if (paise !== undefined && paise >= 0) return paise;
  context.addIssue({ code: 'custom', message: 'an amount in rupees, such as 50000' });
  return z.NEVER;
});
