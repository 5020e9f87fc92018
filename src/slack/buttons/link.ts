/** Owns the buttons of a link's card and of its row in a list or digest. */

import { track } from '../../payouts/links/find.ts';
import { reveal } from '../../payouts/links/reveal.ts';
import { decodeReasonBlock, decodeShared } from '../block-kit/actions.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Call } from '../context.ts';
import { openReasonForm } from '../commands/cancel.ts';
import { sendReminder } from '../commands/notify.ts';
import { ownCard } from '../commands/track.ts';
import { linkCard } from '../views/link-card.ts';
import { privateDetails } from '../views/private-details.ts';
import { linkIdOf } from './values.ts';

/** The card itself, as the link is now. */
export async function refresh(call: Call, value: string, blockId: string): Promise<void> {
  const sharedBy = decodeShared(blockId);
  await call.replace(
    sharedBy ? await sharedCard(call, linkIdOf(value), sharedBy) : await ownCard(call, linkIdOf(value)),
  );
}

async function sharedCard(call: Call, linkId: string, sharedBy: string): Promise<Message> {
  const view = await track(call.desk, call.actor, linkId);
  return linkCard(view, { now: call.desk.clock(), sharedBy });
}

/** A row's card, to the asker alone. */
export async function trackRow(call: Call, value: string): Promise<void> {
  await call.answer(await ownCard(call, linkIdOf(value)));
}

export async function remind(call: Call, value: string): Promise<void> {
  await sendReminder(call, linkIdOf(value));
}

export async function openCancel(call: Call, value: string, blockId: string): Promise<void> {
  const reason = decodeReasonBlock(blockId, call.seal);
  await openReasonForm(call, { kind: 'id', linkId: linkIdOf(value) }, reason);
}

/** Looked up again, so that what everybody sees is what is true now. */
export async function share(call: Call, value: string): Promise<void> {
  await call.share(await sharedCard(call, linkIdOf(value), call.actor.userId));
}

/** What is masked elsewhere, to an administrator alone. */
export async function revealDetails(call: Call, value: string): Promise<void> {
  const linkId = linkIdOf(value);
  const revealed = await reveal(call.desk, call.actor, linkId);
  await call.answer(privateDetails(revealed, linkId, call.desk.clock()), { passing: true });
}
