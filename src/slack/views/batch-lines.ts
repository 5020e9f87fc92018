/** Owns the links of a request for several: a line each, and while it waits the boxes by which an approver leaves links out. */

import type { KnownBlock } from '@slack/web-api';
import { type Batch, pendingOf } from '../../payouts/cancel/batch.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { actions, checkboxes, option, type Part, plain, section } from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { LIMITS } from '../block-kit/limits.ts';
import { fallback, md, rupees, until } from '../block-kit/text.ts';
import { encodeLinksBlock } from '../block-kit/values.ts';
import { linkAmountAndName, needsSupport } from './approval-parts.ts';
import { stateWords } from './approval-words.ts';
import { isLeftOut, LINK_LEFT_OUT } from './batch-words.ts';
import { fallbackWho } from './parts.ts';

/** One line for each link, and one with its IDs unless `brief`; nothing for one link, of which the card says more. */
export function batchLines({ requests }: Batch, now: number, { brief = false } = {}): Part[] {
  if (requests.length === 1) return [];
  return [
    {
      rows: requests.map((request) => ({
        blocks: [section(plain(...lineOf(request, now).slice(0, brief ? 1 : undefined)))],
        fallback: fallback`${rupees(request.amountPaise)} to ${fallbackWho(request.contact)}, ${titleOf(request, now)}`,
      })),
    },
  ];
}

function lineOf(request: CancelRequest, now: number): string[] {
  const { ipayUuid, linkId } = request;
  const { sign } = stateWords(request, now);
  return [
    `${sign} ${linkAmountAndName(request)}: ${titleOf(request, now)}`,
    [linkId, needsSupport(request) && ipayUuid ? `InstantPay request ID ${ipayUuid}` : undefined]
      .filter((part) => part !== undefined)
      .join(' · '),
  ];
}

function titleOf(request: CancelRequest, now: number) {
  return isLeftOut(request) ? LINK_LEFT_OUT : stateWords(request, now).title;
}

/**
 * The links that still wait, all selected: what is not selected when an approver approves is left out. Those that were left
 * out before are lines. For one link there is nothing to select.
 */
export function linkBoxes(batch: Batch, now: number): Part[] {
  if (batch.requests.length === 1) return [];
  const out = batch.requests.filter((request) => request.status !== 'pending');
  const options = pendingOf(batch).map((request) => {
    const { linkExpiresAt, linkId, purpose } = request;
    const expires = linkExpiresAt === undefined ? undefined : `expires ${until(linkExpiresAt, now)}`;
    return option(linkAmountAndName(request), linkId, [expires, purpose]);
  });
  const blocks: KnownBlock[] = [];
  for (let from = 0; from < options.length; from += LIMITS.checkboxOptions) {
    const shown = options.slice(from, from + LIMITS.checkboxOptions);
    blocks.push(...actions([checkboxes(ACTION_IDS.approvalLinks, shown)], encodeLinksBlock(from)));
  }
  return [
    section(md`*Links to cancel.* Clear a box to leave its link out.`),
    ...blocks,
    ...out.map((request) => section(plain(...lineOf(request, now)))),
  ];
}
