/** Owns `/payout approvals`: the cancel requests that wait for a decision, the reader's own first. */

import type { Batch } from '../../payouts/cancel/batch.ts';
import { encodeWaitingRow } from '../block-kit/values.ts';
import {
  actions,
  columns,
  context,
  divider,
  header,
  type Message,
  message,
  plain,
  section,
  type Row,
} from '../block-kit/blocks.ts';
import {
  asOf,
  clean,
  code,
  count,
  fallback,
  joinMd,
  md,
  person,
  relative,
  rupees,
  when,
} from '../block-kit/text.ts';
import {
  amountAndName,
  decisionButtons,
  formatRequestNumber,
  fallbackAmount,
  linksAndSum,
  showButton,
  withdrawButton,
} from './approval-parts.ts';
import { approvalsLineOfSeveral } from './approval-words.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { dotted, environmentTag, who } from './parts.ts';

/** To a reader whose approval counts already. */
export const ONE_MORE = md`You have approved this request; one more approver is needed.`;

/** The card has the whole reason; here it is clipped, so that more requests fit. */
const REASON_SHOWN = 200;

export const NOTHING_WAITING = md`No cancellation requests are waiting for a decision.`;

/** `decided` was in the list until just now: its outcome is shown above the requests that still wait. */
export function waitingList(
  batches: readonly Batch[],
  actorId: string,
  now: number,
  decided?: Batch,
): Message {
  const words = decided && batchWords(decided, now);
  const outcome = words
    ? [
        section(plain(`${words.sign} ${words.title} · ${amountAndName(decided)}`)),
        section(words.what),
        divider(),
      ]
    : [];
  const before = words ? fallback`${fallbackAmount(decided)}. ${words.title}. ` : fallback``;
  if (batches.length === 0) {
    return message(fallback`${before}${NOTHING_WAITING}`, [
      ...outcome,
      section(md`✅ ${NOTHING_WAITING}`),
      context(asOf(now)),
    ]);
  }
  const title = md`${count(batches.length, 'cancellation request')} waiting`;
  return message(fallback`${before}${title}`, [
    ...outcome,
    header(title),
    {
      rows: batches.map((batch, index) => row(batch, index, actorId, now)),
      more: (hidden) =>
        md`… ${count(hidden, 'more', 'more')}. Decide these, then type ${code('/payout approvals')} again.`,
    },
    context(asOf(now)),
  ]);
}

function row(batch: Batch, index: number, actorId: string, now: number): Row {
  const request = leadOf(batch);
  const isAlone = batch.requests.length === 1;
  const own = request.requestedBy === actorId;
  const approved = request.approvals.some(({ userId }) => userId === actorId);
  const lines = [
    md`*${isAlone ? rupees(request.amountPaise) : linksAndSum(batch)}* · ${formatRequestNumber(batch)}`,
    own
      ? md`your request, ${relative(request.requestedAt, now)}`
      : md`requested by ${person(request.requestedBy)} ${relative(request.requestedAt, now)}`,
    md`expires ${when(request.expiresAt, now)}`,
    dotted(environmentTag(request.environment), approvalsLineOfSeveral(request)),
  ];
  const { contact } = request;
  const buttons = own ? [withdrawButton(batch)] : approved ? [] : decisionButtons(batch);
  // Which links are left out is selected on the card.
  if (!isAlone && !own && !approved) buttons.push(showButton(batch));
  const blocks = [
    divider(),
    columns(
      joinMd(lines, '\n'),
      plain(
        ...(isAlone
          ? [
              [who(contact), contact.name ? (contact.mobile ?? contact.email) : undefined],
              request.purpose,
              request.linkId,
            ]
          : []),
        `Reason: ${clean(request.reason, REASON_SHOWN)}`,
      ),
    ),
    ...actions(buttons, encodeWaitingRow(index)),
    ...(approved ? [context(ONE_MORE)] : []),
  ];
  return { blocks, fallback: fallback`${fallbackAmount(batch)}, ${formatRequestNumber(batch)}` };
}
