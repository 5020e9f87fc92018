/** Owns parsing `/payout audit`: a link, a person, `cancels`, days or a period and csv, in any order. */

import { parseDays, parsePeriod } from '../../payouts/dates.ts';
import { parseLinkId } from '../../payouts/links/link.ts';
import { linkIdProblem } from '../../payouts/links/target.ts';
import type { CommandOf, Parsed } from './command.ts';
import { PROBLEMS } from './problems.ts';
import { mentionedUser, unescapeSlack } from './unescape.ts';
import { no, quote, unwrapped, words, yes } from './words.ts';

/** Takes the raw text: only Slack’s own mention names a person for certain. */
export function parseAudit(raw: string, today: string): Parsed {
  const command: CommandOf<'audit'> = {
    name: 'audit',
    linkId: undefined,
    actorId: undefined,
    cancels: false,
    from: undefined,
    to: undefined,
    csv: false,
  };
  const given = words(
    raw
      .trim()
      .replace(/(<@[^<>|]*)\|[^<>]*>/g, '$1>')
      .replace(/^\/payout\s+/i, '')
      // "2026-11-01..2026-11-30".
      .replace(/(\d)\.{2,3}(?=\d)/g, '$1 '),
  ).slice(1);
  const dayWords: string[] = [];
  for (const word of given) {
    const text = unwrapped(unescapeSlack(word));
    const linkId = parseLinkId(text);
    const actorId = mentionedUser(word) ?? (/^[UW][A-Z0-9_]{7,30}$/.test(text) ? text : undefined);
    const problem = linkIdProblem(text);
    if (/^csv$/i.test(text)) command.csv = true;
    else if (/^(cancels?|cancellations?|requests?)$/i.test(text)) command.cancels = true;
    else if (linkId && !command.linkId) command.linkId = linkId;
    else if (actorId && !command.actorId) command.actorId = actorId;
    else if (problem) return no(problem, 'audit');
    else if (text.startsWith('@')) return no(PROBLEMS.unknownPerson, 'audit');
    else if (!/^(as|the|a|from|since|to|until|and)$/i.test(text)) dayWords.push(text);
  }
  const days = readDays(dayWords, today);
  if ('problem' in days) return no(days.problem, 'audit');
  return yes({ ...command, ...days });
}

const DATE_SHAPED = /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}$/;

/** At most two days of one to three words each, the earlier first; else a period, such as "last week" or "november". */
function readDays(
  given: readonly string[],
  today: string,
): { from: string | undefined; to: string | undefined } | { problem: string } {
  const read = parseDays(given, today, 2);
  if ('wrong' in read) {
    const named = parsePeriod(given.join(' '), today);
    // As in parse-txn.ts: a date that does not exist is shown as typed, anything else may be a private number.
    const shown = DATE_SHAPED.test(read.wrong) ? `“${read.wrong}”` : quote(read.wrong);
    return named ?? { problem: PROBLEMS.audit(shown) };
  }
  const { days } = read;
  const [from, to] = days;
  return from !== undefined && to !== undefined && from > to ? { problem: PROBLEMS.auditDays } : { from, to };
}
