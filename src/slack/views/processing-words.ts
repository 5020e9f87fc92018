/** Owns the words for how long a link has been PROCESSING. */

import type { AgeStart, ProcessingSince } from '../../payouts/links/processing-port.ts';
import { md, type Mrkdwn, relative } from '../block-kit/text.ts';

/** R20: a view names what it counts from. */
const STARTS: Readonly<Record<AgeStart, Mrkdwn>> = {
  claim: md`claimed`,
  // The claim was at this time or before it.
  seen: md`first seen PROCESSING`,
  created: md`created`,
};

/** "claimed 3 days ago", "first seen PROCESSING 5 hours ago", "created 4 days ago". */
export function processingAge(age: ProcessingSince | undefined, now: number): Mrkdwn {
  return age === undefined ? md`age unknown` : md`${STARTS[age.from]} ${relative(age.since, now)}`;
}
