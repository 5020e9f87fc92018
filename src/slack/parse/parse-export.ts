/** Owns parsing `/payout export`: what is exported, statuses of links, and the days, in this order. */

import { type Period, parseDays, parsePeriod } from '../../payouts/dates.ts';
import type { KnownStatus } from '../../payouts/links/link.ts';
import type { NotUnderstood, Parsed } from './command.ts';
import { statusNamed } from './list-words.ts';
import { PROBLEMS } from './problems.ts';
import { no, quote, suggest, unwrapped, words, yes } from './words.ts';

/** Offered when no days were entered. */
const PERIODS = ['this month', 'last month', 'last 7 days'] as const;

export function parseExport(rest: string, today: string): Parsed {
  const given = words(rest.replaceAll(',', ' ')).map(unwrapped);
  const [first = ''] = given;
  if (first === '') return no(PROBLEMS.exportWhat, 'export', ...periods('links'), suggest('export', 'audit'));
  const isAudit = /^audit$/i.test(first);
  const more = isAudit || /^links?$/i.test(first) ? given.slice(1) : given;
  const isNoStatus = (word: string): boolean => !statusNamed(word) && !/^all$/i.test(word);
  const index = isAudit ? 0 : more.findIndex(isNoStatus);
  const statusWords = index === -1 ? more : more.slice(0, index);
  const dayWords = (index === -1 ? [] : more.slice(index)).filter((word) => !BETWEEN.test(word));
  const statuses = [...new Set(statusWords.flatMap((word) => statusNamed(word) ?? []))];
  const what = isAudit ? 'audit' : 'links';
  if (dayWords.length === 0) return no(PROBLEMS.exportDays, 'export', ...periods(what, statuses));
  const period = periodOf(dayWords, today);
  if ('problem' in period) return no(period.problem, 'export', ...periods(what, statuses));
  return yes({ name: 'export', what, statuses, ...period });
}

/** "From 1 Nov to 30 Nov", "between 1 and 30 Nov". */
const BETWEEN = /^(from|since|between|to|until|till|and|–|—|-|\.\.|for|in|of|created|the)$/i;

function periods(
  what: 'links' | 'audit',
  statuses: readonly KnownStatus[] = [],
): NotUnderstood['suggestions'] {
  return PERIODS.map((period) => suggest('export', what, ...statuses, period));
}

/** A named period, two days, or one day: from then to today. */
function periodOf(dayWords: readonly string[], today: string): Period | { problem: string } {
  const named = parsePeriod(dayWords.join(' '), today);
  if (named) return named;
  const read = parseDays(dayWords, today);
  if ('wrong' in read) return { problem: PROBLEMS.exportNoDay(quote(read.wrong)) };
  const [from = today, to = today, surplus] = read.days;
  if (surplus !== undefined) return { problem: PROBLEMS.exportTwoDays };
  if (from > today) return { problem: PROBLEMS.exportAhead };
  if (from > to) return { problem: PROBLEMS.auditDays };
  return { from, to: to > today ? today : to };
}
