/** Owns `/payout notify`. */

import { notify as remindRecipient } from '../../payouts/links/find.ts';
import type { Call } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import { reminded } from '../views/notices.ts';
import { findOne } from './find-one.ts';

export async function notify(call: Call, command: CommandOf<'notify'>): Promise<void> {
  const linkId = await findOne(call, command.target, 'notify');
  if (linkId) await sendReminder(call, linkId);
}

export async function sendReminder(call: Call, linkId: string): Promise<void> {
  const sent = await remindRecipient(call.desk, call.actor, linkId);
  await call.answer(reminded(sent, call.desk.clock()));
}
