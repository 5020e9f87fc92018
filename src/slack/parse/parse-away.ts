/** Owns parsing `/payout away`: a deputy and the last day, in either order, or nothing. */

import { parseDay } from '../../payouts/dates.ts';
import type { Parsed } from './command.ts';
import { PROBLEMS } from './problems.ts';
import { mentionedUser, unescapeSlack } from './unescape.ts';
import { no, quote, words, yes } from './words.ts';

/** "away with @asha in my place until Friday": what joins the parts. */
const JOINING = /^(until|till|to|through|for|with|by|is|deputy|deputy:|and)$/i;

/** Takes the raw text: only Slack’s own mention names a person for certain. */
export function parseAway(raw: string, today: string): Parsed {
  const given = words(
    raw
      .trim()
      .replace(/(<@[^<>|]*)\|[^<>]*>/g, '$1>')
      .replace(/^\/payout\s+/i, ''),
  ).slice(1);
  if (given.length === 0) return yes({ name: 'away', lend: undefined });
  const deputies = new Set(given.flatMap((word) => mentionedUser(word) ?? []));
  const others = given.filter((word) => mentionedUser(word) === undefined).map(unescapeSlack);
  if (others.some((word) => word.startsWith('@'))) return no(PROBLEMS.unknownPerson, 'away');
  const [deputyId, ...more] = deputies;
  if (deputyId === undefined) return no(PROBLEMS.noDeputy, 'away');
  if (more.length > 0) return no(PROBLEMS.oneDeputy, 'away');
  const written = others.filter((word) => !JOINING.test(word)).join(' ');
  if (written === '') return no(PROBLEMS.noLastDay, 'away');
  const day = parseDay(written, today, 'future');
  return day === undefined
    ? no(PROBLEMS.unknownLastDay(quote(written)), 'away')
    : yes({ name: 'away', lend: { deputyId, day } });
}
