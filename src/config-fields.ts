/** Owns how one setting is read: a duration, a list of people, an address. What is wrong is said without its value. */

import { z } from 'zod';
import { isCredentialsUrl, isHeaderText } from './instantpay/options.ts';
import type { Principals } from './payouts/access.ts';
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
      message: 'Slack user ids (U... or W...) and user-group ids (S...), comma separated',
    });
    return z.NEVER;
  }
  return {
    everyone: false,
    users: new Set(names.filter((name) => !name.startsWith('S'))),
    groups: names.filter((name) => name.startsWith('S')),
  };
});

/** Named people alone: with everybody in it, a permission such as to approve would protect nothing. */
export const namedPrincipals = (verb: string) =>
  principals.refine((who) => !who.everyone, `named people or user groups; * would let anybody ${verb}`);

export const channel = z.string().regex(/^[CG][A-Z0-9_]+$/, 'a Slack channel id, such as C0123456789');

export const required = (expected: string) => z.string({ error: expected }).min(1, expected);

/** Where credentials are sent to: https, or plain http to a loopback address. */
export const credentialsUrl = (example: string) =>
  z
    .string()
    .refine(
      isCredentialsUrl,
      `an https address without a query, such as ${example}; plain http to a loopback address only`,
    );

const PORT_EXPECTED = 'a port number from 0 to 65535';

export const port = z
  .string()
  .regex(/^\d{1,5}$/, PORT_EXPECTED)
  .transform(Number)
  .refine((number) => number <= 65_535, PORT_EXPECTED);

/** What stands in a header of every call; Node would refuse anything else at the first of them. */
export const headerText = (expected: string) =>
  required(expected).refine(isHeaderText, `${expected}, in printable characters without spaces`);

export function isTimezone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

/** How approvers learn of a request. */
export const approversNotify = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['mention', 'dm', 'both', 'none'], { error: 'mention, dm, both or none' }));
