/** Owns the buttons of a link's card and of its row in a list or digest. */

import { track } from '../../payouts/links.ts';
import { decodeShared } from '../actions.ts';
import type { Call } from '../call.ts';
import { openReasonForm } from '../commands/cancel.ts';
import { sendReminder } from '../commands/notify.ts';
import { linkCard } from '../views/link-card.ts';
import { linkIdOf } from './values.ts';

/** The card itself, as the link is now. */
export async function refresh(call: Call, value: string, blockId: string): Promise<void> {
  const view = await track(call.desk, call.actor, linkIdOf(value));
  await call.replace(linkCard(view, { now: call.desk.clock(), sharedBy: decodeShared(blockId) }));
}

/** A row's card, to the asker alone. */
export async function trackRow(call: Call, value: string): Promise<void> {
  const view = await track(call.desk, call.actor, linkIdOf(value));
  await call.answer(linkCard(view, { now: call.desk.clock() }));
}

export async function remind(call: Call, value: string): Promise<void> {
  await sendReminder(call, linkIdOf(value));
}

export async function openCancel(call: Call, value: string): Promise<void> {
  await openReasonForm(call, { kind: 'id', linkId: linkIdOf(value) });
}

/** Looked up again, so that what everybody sees is what is true now. */
export async function share(call: Call, value: string): Promise<void> {
  const view = await track(call.desk, call.actor, linkIdOf(value));
  await call.share(linkCard(view, { now: call.desk.clock(), sharedBy: call.actor.userId }));
}
