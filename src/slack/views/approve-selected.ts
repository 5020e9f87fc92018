/** Owns approving several requests at once: the form that names count and total, and the summary of what came of it. */

import type { ModalView } from '@slack/web-api';
import type { Approved, NotTogether, Selection } from '../../payouts/cancel/approve-selected.ts';
import { type Batch, totalPaise } from '../../payouts/cancel/batch.ts';
import { VIEW_IDS } from '../block-kit/ids.ts';
import {
  context,
  header,
  type Message,
  message,
  type Part,
  plain,
  section,
  viewBlocks,
} from '../block-kit/blocks.ts';
import { asOf, count, fallback, fallbackText, type Mrkdwn, md, rupees } from '../block-kit/text.ts';
import { amountAndName, fallbackAmount, formatRequestNumber } from './approval-parts.ts';
import { batchWords } from './batch-words.ts';

export const APPROVE_BY_ITSELF = md`needs more than one approval: approve it by itself`;
export const NOTHING_SELECTED = md`Select at least one request first.`;

/** Asks once for all: how many, and what they come to. Without a request to approve there is nothing to submit. */
export function approveSelectedModal(metadata: string, { ready, left }: Selection): ModalView {
  const sum = rupees(sumOf(ready));
  const question =
    ready.length === 1
      ? md`*Approve 1 cancellation, ${sum}?*`
      : md`*Approve ${count(ready.length, 'cancellation')}, ${sum} in total?*`;
  const leftOut: Part[] = left.map(({ batch, why }) =>
    context(plain(`Not included: ${lineOf(batch)}`), WHY[why]),
  );
  const blocks: Part[] =
    ready.length === 0
      ? [section(NOTHING_SELECTED), ...leftOut]
      : [
          section(question),
          section(md`Each link is checked again and then cancelled. This cannot be undone.`),
          { rows: ready.map((batch) => ({ blocks: [context(plain(lineOf(batch)))] })) },
          ...leftOut,
        ];
  return {
    type: 'modal',
    callback_id: VIEW_IDS.approveSelected,
    private_metadata: metadata,
    title: plain('Approve selected'),
    ...(ready.length > 0 && { submit: plain('Approve') }),
    close: plain('Close'),
    blocks: viewBlocks(blocks),
  };
}

/** Why a request was not approved with the others, and the next step. */
const WHY: Readonly<Record<NotTogether, Mrkdwn>> = {
  finished: md`already decided`,
  expired: md`expired`,
  own_request: md`your own request; another approver has to decide`,
  already_approved: md`you have approved it before; another approver has to approve it as well`,
  not_requester: md`not your request`,
  approvers_unknown: md`Slack did not confirm the earlier approvers; try again in a minute`,
  not_of_tier: md`you are not an approver for this amount`,
  lent_by_requester: md`you stand in for its requester; another approver has to decide`,
  deputy_ended: md`your time as a deputy has ended; an approver has to decide`,
  counted_once: md`an approver and their deputy count once; another approver has to approve it as well`,
  no_emergency: md`it needs the regular approvals`,
  nothing_left: md`no link was selected`,
  needs_more_approvals: APPROVE_BY_ITSELF,
};

/** One summary for all that was confirmed: approved, decided by somebody else, refused, with amounts. */
export function approvedSummary(results: readonly Approved[], now: number): Message {
  const approved = results.flatMap((result) => (result.kind === 'approved' ? [result.batch] : []));
  const others = results.filter((result) => result.kind !== 'approved');
  const done = md`${count(approved.length, 'request')} approved, ${rupees(sumOf(approved))} in total`;
  const notDone =
    others.length > 0 ? fallback` ${count(others.length, 'request')} not approved.` : fallback``;
  return message(fallback`${done}.${notDone}`, [
    header(approved.length > 0 ? md`✅ ${done}` : md`No request was approved`),
    ...(approved.length > 0
      ? [
          section(
            md`The links are checked again and then cancelled. App Home and the cards show the outcome.`,
          ),
        ]
      : []),
    {
      rows: approved.map((batch) => ({
        blocks: [context(plain(lineOf(batch)))],
        fallback: fallback`${fallbackAmount(batch)}, ${formatRequestNumber(batch)}`,
      })),
    },
    ...(others.length > 0 ? [section(md`*Not approved: ${others.length}*`)] : []),
    {
      rows: others.map((result) => {
        const { batch } = result;
        const line = batch ? lineOf(batch) : 'Request not found';
        const why = whyOf(result, now);
        const told = fallback`not approved: ${batch ? fallbackAmount(batch) : fallbackText(line)}`;
        return { blocks: [context(plain(line), why)], fallback: told };
      }),
    },
    context(asOf(now)),
  ]);
}

function whyOf(result: Exclude<Approved, { kind: 'approved' }>, now: number) {
  if (result.kind === 'failed') return plain(result.message);
  // Who decided, and what came of it.
  return result.why === 'finished' ? batchWords(result.batch, now).what : WHY[result.why];
}

function lineOf(batch: Batch): string {
  return `${formatRequestNumber(batch)} · ${amountAndName(batch)}`;
}

function sumOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + totalPaise(batch), 0);
}
