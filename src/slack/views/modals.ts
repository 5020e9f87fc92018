/** Owns the forms that ask for a reason: to reject, to approve in an emergency. */

import type { KnownBlock, ModalView } from '@slack/web-api';
import { type Batch, pendingOf, totalPaise } from '../../payouts/cancel/batch.ts';
import { REASON_AT_LEAST, REASON_LENGTH } from '../../payouts/cancel/reason.ts';
import { formatRupees } from '../../payouts/money.ts';
import { BLOCK_IDS, VIEW_IDS, INPUT_IDS, type ViewId } from '../block-kit/ids.ts';
import { pairs, plain, section, viewBlocks } from '../block-kit/blocks.ts';
import { type Mrkdwn, md, person } from '../block-kit/text.ts';
import { ASK_REQUESTER, EMERGENCY_APPROVAL } from './approval-parts.ts';
import { who } from './parts.ts';

/** Asks for the reason of a rejection. */
export function rejectReasonModal(metadata: string, batch: Batch): ModalView {
  return reasonModal({
    callbackId: VIEW_IDS.rejectReason,
    metadata,
    title: 'Reject request',
    submit: 'Reject',
    lead: md`${batch.requests.length === 1 ? md`The link stays active.` : md`The links stay active.`} The requester will see your reason.`,
    about: aboutRequest(batch),
    label: 'Reason for rejection',
    hint: 'The requester and auditors will see it. Numbers and addresses are masked.',
  });
}

/** Asks an administrator for the reason of an emergency approval. */
export function emergencyModal(metadata: string, batch: Batch, leaveOut: readonly string[] = []): ModalView {
  const isAlone = batch.requests.length === 1;
  return reasonModal({
    callbackId: VIEW_IDS.emergencyReason,
    metadata,
    title: EMERGENCY_APPROVAL,
    submit: 'Approve',
    lead: md`${isAlone ? md`The link is` : md`The selected links are`} checked again and then cancelled, without the required approvals. *This is announced in the approval channel* and recorded in the audit.`,
    about: aboutRequest(batch, leaveOut),
    label: 'Reason for emergency approval',
    hint: 'Everyone in the approval channel will see it. Numbers and addresses are masked.',
  });
}

/** Asks an approver for a question to the requester. */
export function askModal(metadata: string, batch: Batch): ModalView {
  return reasonModal({
    callbackId: VIEW_IDS.askRequester,
    metadata,
    title: ASK_REQUESTER,
    submit: 'Ask',
    lead: md`Your question is posted in the thread of the request, and sent to ${person(batch.requests[0].requestedBy)} by direct message. The request stays open.`,
    about: aboutRequest(batch),
    label: 'Question',
    hint: 'The requester, the approvers and auditors will see it. Numbers and addresses are masked.',
  });
}

/** Amount, recipient and link, in plain text; of several links how many the decision is about, and their sum. */
function aboutRequest(batch: Batch, leaveOut: readonly string[] = []): string {
  const { requests } = batch;
  const [{ amountPaise, contact, linkId }, ...others] = requests;
  if (others.length === 0) return `${formatRupees(amountPaise)} to ${who(contact)}, ${linkId}`;
  const selected = pendingOf(batch).filter((request) => !leaveOut.includes(request.linkId));
  const sumPaise = totalPaise({ requests: selected });
  return `${selected.length} of ${requests.length} links, ${formatRupees(sumPaise)} in total`;
}

interface ReasonForm {
  callbackId: ViewId;
  metadata: string;
  title: string;
  submit: string;
  lead: Mrkdwn;
  about: string;
  label: string;
  hint: string;
}

function reasonModal(form: ReasonForm): ModalView {
  const blocks: KnownBlock[] = [section(form.lead), ...pairs([[md`Link`, plain(form.about)]])];
  blocks.push({
    type: 'input',
    block_id: BLOCK_IDS.reason,
    label: plain(form.label),
    hint: plain(form.hint),
    element: {
      type: 'plain_text_input',
      action_id: INPUT_IDS.reasonText,
      multiline: true,
      min_length: REASON_AT_LEAST,
      max_length: REASON_LENGTH,
      focus_on_load: true,
    },
  });
  return {
    type: 'modal',
    callback_id: form.callbackId,
    private_metadata: form.metadata,
    title: plain(form.title),
    submit: plain(form.submit),
    close: plain('Close'),
    blocks: viewBlocks(blocks),
  };
}
