/** Owns the answer when some of several links cannot be cancelled: which, why, and the way to go on without them. */

import type { LinkProblem } from '../../payouts/cancel/ask.ts';
import { actions, context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import { count, fallback, fallbackText, md } from '../block-kit/text.ts';
import { cancelSeveralButton } from './parts.ts';

/** Nothing was requested. `rest`: the links that were not refused; `blockId` carries the typed reason. */
export function linksRefused(
  problems: readonly LinkProblem[],
  rest: readonly string[],
  blockId: string | undefined,
): Message {
  const lead = md`Cancellation not requested: ${count(problems.length, 'link')} cannot be cancelled.`;
  return message(fallback`${lead}`, [
    section(md`*${lead}*`),
    {
      rows: problems.map(({ linkId, problem }) => ({
        blocks: [context(plain([linkId], problem))],
        fallback: fallback`${fallbackText(linkId, 60)}: ${fallbackText(problem, 120)}`,
      })),
    },
    ...actions(
      rest.length === 0 ? [] : [cancelSeveralButton(rest, `Request the other ${rest.length} …`)],
      blockId,
    ),
  ]);
}
