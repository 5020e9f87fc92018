/** Owns `/payout approvals`: the cancel requests that wait for a decision, the reader's own first. */

import type { Batch } from '../../payouts/cancel/batch.ts';
import { encodeWaitingRow } from '../block-kit/values.ts';
import {
  actions,
  columns,
  context,
  header,
  type Message,
  message,
  plain,
  section,
  type Row,
} from '../block-kit/blocks.ts';
import { firstRows } from '../block-kit/budget.ts';
import {
  asOf,
  clean,
  code,
  count,
  fallback,
  joinMd,
  type Mrkdwn,
  md,
  person,
  rupees,
  when,
} from '../block-kit/text.ts';
import {
  amountAndName,
  detailsButton,
  formatRequestNumber,
  fallbackAmount,
  linksAndSum,
  showButton,
  decisionPair,
  withdrawButton,
} from './approval-parts.ts';
import { urgency } from './approval-facts.ts';
import { approvalsLineOfSeveral } from './approval-words.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { OFFER_ALL, type Offers } from './offers.ts';
import { sandboxFirst, who } from './parts.ts';

/** To a reader whose approval counts already. */
export const ONE_MORE = md`You have approved this request; one more approver is needed.`;

/** Clipped, so that twenty requests fit one message; the card and `Details` have all of it. */
const NAME_SHOWN = 28;
const REASON_SHOWN = 44;

export const NOTHING_WAITING = md`No cancellation requests are waiting for a decision.`;

/** Who reads the list; `offers`: what they may do, default everything. */
export interface ListReader {
  actorId: string;
  offers?: Offers;
}

/** `decided` was in the list until just now: its row becomes its outcome, and the others still wait. */
export function waitingList(
  batches: readonly Batch[],
  reader: ListReader,
  now: number,
  decided?: Batch,
): Message {
  const { actorId } = reader;
  // The first of two approvals leaves it in the list.
  const ended = decided && !batches.some(({ id }) => id === decided.id) ? decided : undefined;
  const before = ended ? fallback`${fallbackAmount(ended)}. ${batchWords(ended, now).title}. ` : fallback``;
  const title = batches.length === 0 ? NOTHING_WAITING : waiting(batches.length);
  const { rows, further } = firstRows(batches, (batch, index) => row(batch, index, reader, now));
  if (ended) rows.splice(placeOf(ended, batches, actorId), 0, endedRow(ended, now));
  return message(fallback`${before}${title}`, [
    batches.length === 0 ? section(md`✅ ${title}`) : header(title),
    {
      rows,
      further,
      more: (hidden) =>
        md`… ${count(hidden, 'more', 'more')}. Decide these, then type ${code('/payout approvals')} again.`,
    },
    context(asOf(now)),
  ]);
}

const waiting = (amount: number): Mrkdwn => md`${count(amount, 'cancellation request')} waiting`;

/** Where it stood: the reader's own requests first, then the others, oldest first. */
function placeOf(ended: Batch, batches: readonly Batch[], actorId: string): number {
  const isOwn = ({ requests: [request] }: Batch) => request.requestedBy === actorId;
  const since = ({ requests: [request] }: Batch) => request.requestedAt;
  const place = batches.findIndex((batch) =>
    isOwn(batch) === isOwn(ended) ? since(batch) > since(ended) : isOwn(ended),
  );
  return place === -1 ? batches.length : place;
}

function endedRow(batch: Batch, now: number): Row {
  const words = batchWords(batch, now);
  const title = `${sandboxFirst(leadOf(batch).environment)}${words.sign} ${words.title}: ${amountAndName(batch)}`;
  return { blocks: [section(plain(title), detailsButton(batch)), context(words.what)] };
}

function row(batch: Batch, index: number, { actorId, offers = OFFER_ALL }: ListReader, now: number): Row {
  const request = leadOf(batch);
  const { contact, environment, expiresAt, reason, requestedBy } = request;
  const isAlone = batch.requests.length === 1;
  const own = requestedBy === actorId;
  const approved = request.approvals.some(({ userId }) => userId === actorId);
  const urgent = urgency(batch, now);
  const lines = [
    md`${sandboxFirst(environment)}*${isAlone ? rupees(request.amountPaise) : linksAndSum(batch)}* · ${formatRequestNumber(batch)}`,
    own ? md`your request` : md`by ${person(requestedBy)}`,
    urgent ? md`⚡ ${urgent}` : md`expires ${when(expiresAt, now)}`,
    approvalsLineOfSeveral(request),
    approved ? ONE_MORE : undefined,
  ];
  const decides = !approved && offers('approve');
  const brief = { brief: true };
  const buttons = own ? [withdrawButton(batch, brief)] : decides ? decisionPair(batch, brief) : [];
  // Which links are left out is selected on the card.
  buttons.push(isAlone || own || !decides ? detailsButton(batch) : showButton(batch));
  return {
    blocks: [
      columns(
        joinMd(
          lines.filter((line) => line !== undefined),
          '\n',
        ),
        plain(isAlone ? clean(who(contact), NAME_SHOWN) : undefined, `“${clean(reason, REASON_SHOWN)}”`),
      ),
      ...actions(buttons, encodeWaitingRow(index)),
    ],
    fallback: fallback`${fallbackAmount(batch)}, ${formatRequestNumber(batch)}`,
  };
}
