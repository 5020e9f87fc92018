/** Owns what Slack refuses in a modal or a home tab, and in the errors of a submission's answer. */

import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import type { JsonObject } from '../json.ts';
import { objectsOf } from '../json.ts';
import { checkBlocks } from './blocks.ts';
import { checkOptionalLength, checkText, collectComplaints } from './complaints.ts';
import type { Refusal } from './messages.ts';

export function refuseView(view: JsonObject, expected: 'modal' | 'home'): Refusal | undefined {
  const messages = collectComplaints((complain) => {
    if (view.type !== expected) complain('/view/type', `must be ${expected}`);
    checkBlocks(view.blocks, expected, (pointer, problem) => complain(`/view${pointer}`, problem));
    checkOptionalLength(view.callback_id, LIMITS.actionId, '/view/callback_id', complain);
    checkOptionalLength(view.external_id, LIMITS.actionId, '/view/external_id', complain);
    if (view.private_metadata !== undefined && view.private_metadata !== '')
      checkOptionalLength(view.private_metadata, LIMITS.privateMetadata, '/view/private_metadata', complain);
    if (expected === 'home') return;
    checkText(view.title, LIMITS.viewTitle, '/view/title', complain);
    if (view.submit !== undefined) checkText(view.submit, LIMITS.viewSubmit, '/view/submit', complain);
    if (view.close !== undefined) checkText(view.close, LIMITS.viewSubmit, '/view/close', complain);
    const inputs = objectsOf(view.blocks).filter((block) => block.type === 'input');
    if (inputs.length > 0 && view.submit === undefined)
      complain('/view/submit', '`submit` is required when an `input` block is in the `blocks` array');
  });
  return messages.length > 0 ? { error: 'invalid_arguments', messages } : undefined;
}

/** Slack shows "we had some trouble connecting" when an error names no input block. */
export function refuseSubmissionErrors(errors: JsonObject, view: JsonObject): string | undefined {
  const inputs = objectsOf(view.blocks).filter((block) => block.type === 'input');
  const unknown = Object.keys(errors).filter((id) => !inputs.some((block) => block.block_id === id));
  return unknown.length > 0 ? `errors for blocks that take no input: ${unknown.join(', ')}` : undefined;
}
