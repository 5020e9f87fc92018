/** Owns the buttons that remind several recipients: all that a message counts, or those selected in it. */

import { Forbidden } from '../../errors.ts';
import { decodeRemindMetadata, encodeRemindMetadata } from '../block-kit/form-metadata.ts';
import { decodeLinkId, decodeRemindLinks, decodeWithin } from '../block-kit/values.ts';
import { answerExpiring } from '../commands/expiring.ts';
import { sendReminders } from '../commands/remind.ts';
import type { Context } from '../context.ts';
import { remindSelectedModal } from '../views/expiring-list.ts';
import { mustDecode } from './values.ts';

/** The links that were counted then, each looked at again now: who claimed meanwhile gets no reminder. */
export async function remindAll(context: Context, value: string): Promise<void> {
  await sendReminders(context, mustDecode(decodeRemindLinks(value)));
}

/** Slack keeps which boxes are selected and sends it with the button. */
export async function selectLink(): Promise<void> {}

/** A dialog's text is fixed before anything is selected, so a form gives the count. */
export async function openRemindSelected(context: Context): Promise<void> {
  const { channelId, threadTs, responseUrl, selectedLinks = [], seal } = context;
  const linkIds = [...new Set(selectedLinks)];
  mustDecode(linkIds.every((linkId) => decodeLinkId(linkId) === linkId) || undefined);
  const metadata = encodeRemindMetadata({ channelId, threadTs, responseUrl, linkIds }, seal);
  await context.openView(remindSelectedModal(metadata, linkIds.length));
}

export async function remindSelected(context: Context, _values: unknown, metadata: string): Promise<void> {
  const form = decodeRemindMetadata(metadata, context.seal);
  if (!form)
    throw new Forbidden('This form is no longer valid. No action was taken. Select the button again.');
  await sendReminders(context, form.linkIds);
}

export async function showExpiring(context: Context, value: string): Promise<void> {
  await answerExpiring(context, mustDecode(decodeWithin(value)));
}
