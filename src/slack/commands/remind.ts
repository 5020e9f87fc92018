/** Owns `/payout notify`, which sends a reminder. */

import { remind as remindRecipient } from '../../payouts/links/remind.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { reminded } from '../views/notices.ts';
import { findOne } from './find-one.ts';

export async function remind(context: Context, command: CommandOf<'notify'>): Promise<void> {
  const linkId = await findOne(context, command.target, 'remind');
  if (linkId) await sendReminder(context, linkId);
}

export async function sendReminder(context: Context, linkId: string): Promise<void> {
  const sent = await remindRecipient(context.deps, context.actor, linkId);
  await context.answer(reminded(sent, context.deps.clock()));
}
