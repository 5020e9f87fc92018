/** Owns `/payout notify`. */

import { notify as remindRecipient } from '../../payouts/links/find.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import { reminded } from '../views/notices.ts';
import { findOne } from './find-one.ts';

export async function notify(context: Context, command: CommandOf<'notify'>): Promise<void> {
  const linkId = await findOne(context, command.target, 'notify');
  if (linkId) await sendReminder(context, linkId);
}

export async function sendReminder(context: Context, linkId: string): Promise<void> {
  const sent = await remindRecipient(context.deps, context.actor, linkId);
  await context.answer(reminded(sent, context.deps.clock()));
}
