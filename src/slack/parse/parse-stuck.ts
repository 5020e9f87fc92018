/** Owns parsing `stuck`: for how long, or since which day. */

import { parseDay } from '../../payouts/dates.ts';
import type { Parsed } from './command.ts';
import { readLength } from './parse-remind.ts';
import { PROBLEMS } from './problems.ts';
import { no, quote, suggest, yes } from './words.ts';

export function parseStuck(rest: string, today: string): Parsed {
  const text = rest.trim();
  if (text === '') return yes({ name: 'stuck', for: undefined });
  const forMs = readLength(text.replace(/^(?:for|over|longer than|more than)\s+/i, ''));
  if (forMs !== undefined) return yes({ name: 'stuck', for: { forMs } });
  const sinceDay = parseDay(text.replace(/^since\s+/i, ''), today);
  // A day ahead, such as one of next month without its year, is none since which anything is stuck.
  return sinceDay !== undefined && sinceDay <= today
    ? yes({ name: 'stuck', for: { sinceDay } })
    : no(PROBLEMS.unknownStuck(quote(text)), 'stuck', suggest('stuck'));
}
