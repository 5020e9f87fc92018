/** Owns the two forms: why to cancel, and why a cancel request is rejected. */

import type { KnownBlock, ModalView } from '@slack/web-api';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { REASON_AT_LEAST, REASON_LENGTH } from '../../payouts/cancel/reason.ts';
import { formatRupees } from '../../payouts/money.ts';
import { BLOCK_IDS, VIEW_IDS, INPUT_IDS } from '../block-kit/ids.ts';
import { pairs, plain, section, viewBlocks } from '../block-kit/blocks.ts';
import { type Mrkdwn, md } from '../block-kit/text.ts';
import { who } from './parts.ts';

/** Asks why to cancel; `linkLine` says which link, in plain text. */
export function cancelReasonModal(
  metadata: string,
  { linkLine, reason }: { linkLine?: string; reason?: string | undefined } = {},
): ModalView {
  return reasonModal({
    callbackId: VIEW_IDS.cancelReason,
    metadata,
    title: 'Cancel payout link',
    submit: 'Request approval',
    lead: md`A second person has to approve. Nothing is cancelled until then.`,
    about: linkLine,
    reason,
    label: 'Why should it be cancelled?',
    hint: 'Approvers and the audit see this. Numbers and addresses in it are masked.',
  });
}

/** Asks why a cancel request is rejected. */
export function rejectReasonModal(metadata: string, request: CancelRequest): ModalView {
  return reasonModal({
    callbackId: VIEW_IDS.rejectReason,
    metadata,
    title: 'Reject the request',
    submit: 'Reject',
    lead: md`The link stays as it is. The requester is told your reason.`,
    about: aboutRequest(request),
    label: 'Why is it rejected?',
    hint: 'The requester and the audit see this. Numbers and addresses in it are masked.',
  });
}

/** Asks an administrator why they approve alone. */
export function emergencyModal(metadata: string, request: CancelRequest): ModalView {
  return reasonModal({
    callbackId: VIEW_IDS.emergencyReason,
    metadata,
    title: 'Approve alone',
    submit: 'Approve alone',
    lead: md`The link is checked once more and then cancelled, without the approvals the rule asks for. *This is announced in the approval channel* and stays in the audit.`,
    about: aboutRequest(request),
    label: 'Why can it not wait for the others?',
    hint: 'Everybody in the approval channel sees this. Numbers and addresses in it are masked.',
  });
}

/** What the decision is about, in plain text. */
function aboutRequest({ amountPaise, contact, linkId }: CancelRequest): string {
  return `${formatRupees(amountPaise)} to ${who(contact)}, ${linkId}`;
}

interface ReasonForm {
  callbackId: string;
  metadata: string;
  title: string;
  submit: string;
  lead: Mrkdwn;
  about: string | undefined;
  /** What was typed before. */
  reason?: string | undefined;
  label: string;
  hint: string;
}

function reasonModal(form: ReasonForm): ModalView {
  const blocks: KnownBlock[] = [section(form.lead)];
  if (form.about) blocks.push(...pairs([[md`Link`, plain(form.about)]]));
  blocks.push({
    type: 'input',
    block_id: BLOCK_IDS.reason,
    label: plain(form.label),
    hint: plain(form.hint),
    element: {
      type: 'plain_text_input',
      action_id: INPUT_IDS.reasonText,
      multiline: true,
      ...(form.reason && { initial_value: form.reason.slice(0, REASON_LENGTH) }),
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
