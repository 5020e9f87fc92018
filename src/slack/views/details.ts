/** Owns the private answer to `Details`: history, IDs, approvals and audit of a request or a link; the only place of long IDs. */

import type { AuditRow } from '../../payouts/audit-port.ts';
import type { Batch } from '../../payouts/cancel/batch.ts';
import type { AuditTail, LinkDetails, RequestDetails } from '../../payouts/cancel/details.ts';
import type { Automatic } from '../../payouts/links/auto-remind-stop.ts';
import type { Approval, CancelRequest } from '../../payouts/cancel/request.ts';
import {
  actions,
  columns,
  context,
  divider,
  type Message,
  message,
  type Pair,
  pairs,
  type Part,
  plain,
  type Row,
  section,
} from '../block-kit/blocks.ts';
import { BLOCK_IDS } from '../block-kit/ids.ts';
import {
  asOf,
  clean,
  code,
  count,
  fallback,
  fallbackText,
  joinMd,
  type Mrkdwn,
  md,
  person,
  rupees,
  when,
  whenSecond,
} from '../block-kit/text.ts';
import {
  amountAndName,
  fallbackAmount,
  fallbackNumber,
  formatRequestNumber,
  linkAmountAndName,
} from './approval-parts.ts';
import { approvers, stateWords } from './approval-words.ts';
import { actionLabel, outcomeLabel, subjectLabel } from './audit-labels.ts';
import { automaticButtons } from './automatic.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { timeline } from './link-history.ts';
import type { Offers } from './offers.ts';
import { dotted, environmentTag, fallbackWho, sandboxFirst, who } from './parts.ts';

/** How much of a text from outside a row shows, so that the whole audit of most requests fits. */
const ROW_TEXT = 200;
const ID_TEXT = 80;

/** Only visible to one person, who may look: nothing in it is unmasked. */
export function requestDetails({ batch, link, audit }: RequestDetails, now: number): Message {
  const { environment } = batch.requests[0];
  const words = batchWords(batch, now);
  const state = `${sandboxFirst(environment)}${words.sign} ${words.title}: ${amountAndName(batch)}`;
  return message(
    fallback`Details: ${fallbackAmount(batch)}. ${words.title}. ${fallbackNumber(batch)}. ${asOf(now)}.`,
    [
      section(md`*Details of request ${formatRequestNumber(batch)}*`),
      section(plain(state)),
      ...pairs(idsOf(batch)),
      ...linesOf(batch, now),
      ...approvalsOf(leadOf(batch), now),
      ...historyOf(link, now),
      ...auditOf(audit, now, md`Audit of this request`),
      context(dotted(environmentTag(environment), asOf(now))),
    ],
  );
}

export interface LinkDetailsOptions {
  automatic?: Automatic;
  /** Default: nothing is offered. */
  offers?: Offers;
}

/** The same for a link. */
export function linkDetails(
  { link: { tracked, record }, audit }: LinkDetails,
  now: number,
  { automatic, offers = () => false }: LinkDetailsOptions = {},
): Message {
  const to = record ? fallback` to ${fallbackWho(record.contact)}` : fallback``;
  return message(
    fallback`Details: ${rupees(tracked.amountPaise)}${to}. Link ${fallbackText(tracked.linkId, 30)}. ${asOf(now)}.`,
    [
      section(md`${sandboxFirst(tracked.environment)}*Details of this link*`),
      section(md`${rupees(tracked.amountPaise)}`),
      ...pairs([
        record ? [md`Recipient`, plain(who(record.contact))] : undefined,
        idPair(md`Link ID`, tracked.linkId),
        idPair(md`Order ID`, record?.orderId),
        idPair(md`Reference`, record?.referenceNo),
        idPair(md`InstantPay request ID`, tracked.ipayUuid),
      ]),
      ...timeline(tracked, now),
      ...auditOf(audit, now, md`Reminders and requests`),
      ...actions(
        automaticButtons({ ...tracked, contact: record?.contact }, automatic, offers),
        BLOCK_IDS.linkDetailsActions,
      ),
      context(dotted(environmentTag(tracked.environment), asOf(now))),
    ],
  );
}

function idPair(label: Mrkdwn, id: string | undefined): Pair | undefined {
  return id === undefined ? undefined : [label, plain(clean(id, ID_TEXT))];
}

/** What InstantPay's support and an auditor ask for (R19). */
function idsOf({ id, requests: [request, ...others] }: Batch): (Pair | undefined)[] {
  if (others.length > 0) return [idPair(md`Request ID`, id)];
  const { facts, ipayUuid, linkId, outcome } = request;
  return [
    idPair(md`Link ID`, linkId),
    idPair(md`Order ID`, facts.orderId),
    idPair(md`Reference`, facts.referenceNo),
    idPair(md`InstantPay request ID`, outcome?.ipayUuid ?? ipayUuid),
    idPair(md`Request ID`, id),
  ];
}

/** A row for each link of several. */
function linesOf({ requests }: Batch, now: number): Part[] {
  if (requests.length === 1) return [];
  const rows = requests.map((request): Row => {
    const { sign, title } = stateWords(request, now);
    const { facts, ipayUuid, linkId, outcome } = request;
    const uuid = outcome?.ipayUuid ?? ipayUuid;
    return {
      blocks: [
        section(
          plain(
            `${sign} ${linkAmountAndName(request)}: ${title}`,
            [clean(linkId, ID_TEXT), facts.orderId && `Order ID ${clean(facts.orderId, ID_TEXT)}`],
            uuid && `InstantPay request ID ${clean(uuid, ID_TEXT)}`,
          ),
        ),
      ],
    };
  });
  return [{ rows }];
}

function approvalsOf(request: CancelRequest, now: number): Part[] {
  const { approvals, approvalsRequired, closedReason, emergencyReason, voidApprovals } = request;
  const named = (given: readonly Approval[]) =>
    joinMd(
      given.map((one) => md`${approvers([one])}, ${when(one.at, now)}`),
      '\n',
    );
  return pairs([
    [
      md`Approvals`,
      approvals.length === 0
        ? md`0 of ${approvalsRequired}`
        : md`${approvals.length} of ${approvalsRequired}\n${named(approvals)}`,
    ],
    voidApprovals.length === 0 ? undefined : [md`Not counted`, named(voidApprovals)],
    emergencyReason === undefined ? undefined : [md`Emergency approval`, plain(emergencyReason)],
    closedReason === undefined ? undefined : [md`Reason of the decision`, plain(closedReason)],
  ]);
}

/** Above why InstantPay did not answer. */
export const NO_HISTORY = 'The history of the link is not available:';

function historyOf(link: RequestDetails['link'], now: number): Part[] {
  if (link === undefined) return [context(md`The history of each link: ${code('/payout track <link>')}`)];
  if ('problem' in link) {
    return [divider(), section(plain(`${NO_HISTORY} ${link.problem}`))];
  }
  return timeline(link, now);
}

function auditOf({ rows, earlier }: AuditTail, now: number, title: Mrkdwn): Part[] {
  if (rows.length === 0) return [];
  return [
    divider(),
    section(md`*${title}*`),
    {
      rows: rows.map((row) => auditRow(row, now)),
      further: earlier,
      dropFrom: 'start',
      more: (hidden) => md`… ${count(hidden, 'earlier entry', 'earlier entries')}`,
    },
  ];
}

function auditRow(row: AuditRow, now: number): Row {
  const { action, actorId, affectedUserId, at, detail, ipayUuid, outcome, reason, subject } = row;
  const about = affectedUserId === undefined ? md`` : md`, about ${person(affectedUserId)}`;
  return {
    blocks: [
      columns(
        md`${whenSecond(at, now)}\n${person(actorId)}${about}`,
        plain(
          [
            actionLabel(action),
            subject === undefined ? undefined : subjectLabel(subject),
            outcome === undefined ? undefined : outcomeLabel(outcome),
          ].map((part) => part && clean(part, ROW_TEXT)),
          reason && `“${clean(reason, ROW_TEXT)}”`,
          detail && clean(detail, ROW_TEXT),
          ipayUuid && `InstantPay request ID ${clean(ipayUuid, ID_TEXT)}`,
        ),
      ),
    ],
  };
}
