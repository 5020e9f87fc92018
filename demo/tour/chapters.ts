/** Owns the order of the day. */

import { audit, nothingPrivate } from './audit.ts';
import { cancelling } from './cancelling.ts';
import { digests } from './digest.ts';
import { decisions } from './decisions.ts';
import { entrances } from './entrances.ts';
import { files } from './files.ts';
import { firstWords } from './first-words.ts';
import { home } from './home.ts';
import { links } from './links.ts';
import { outsiders } from './outsiders.ts';
import { reminders } from './reminders.ts';
import { timePasses } from './time-passes.ts';
import type { Chapter } from './tour.ts';
import { transactions } from './transactions.ts';
import { watches } from './watches.ts';

export const CHAPTERS: readonly Chapter[] = [
  firstWords,
  links,
  reminders,
  entrances,
  cancelling,
  decisions,
  home,
  transactions,
  watches,
  outsiders,
  digests,
  files,
  audit,
  timePasses,
  nothingPrivate,
];
