/** Owns `/payout notify`, which sends a reminder, or several with one answer. */

import { UsageError } from '../../errors.ts';
import { requirePermission } from '../../payouts/access.ts';
import { remind as remindRecipient } from '../../payouts/links/remind.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { reminded } from '../views/notices.ts';
import { remindersMessage } from '../views/reminder-run.ts';
import { linksOf } from './cancel-targets.ts';
import { findOne } from './find-one.ts';

export async function remind(context: Context, { targets }: CommandOf<'notify'>): Promise<void> {
  const [target, ...more] = targets;
  if (more.length > 0) {
    await sendReminders(context, await everyLink(context, targets));
    return;
  }
  const linkId = await findOne(context, target, 'remind');
  if (linkId) await sendReminder(context, linkId);
}

export async function sendReminder(context: Context, linkId: string): Promise<void> {
  const sent = await remindRecipient(context.deps, context.actor, linkId);
  await context.answer(reminded(sent, context.deps.clock()));
}

/** All or none: who typed a wrong link may have meant another one. */
async function everyLink(context: Context, targets: readonly LinkTarget[]): Promise<string[]> {
  await requirePermission(context.deps, context.actor, 'operate', { subject: 'reminder.send' });
  const { linkIds, notFound } = await linksOf(context, targets);
  const [wrong] = notFound;
  if (wrong) throw new UsageError(`${wrong.label}: ${wrong.problem} No reminder was sent.`);
  return linkIds;
}

/** Reminds the recipients of these links; the direct message tells of it, and an answer where it was asked for. */
export async function sendReminders(context: Context, linkIds: readonly string[]): Promise<void> {
  const { deps, actor, channelId, deliveryId, reminders } = context;
  const run = await reminders.send(actor, linkIds, deliveryId ?? deps.newId());
  // The direct messages and App Home have it already.
  if (!run || channelId.startsWith('D') || channelId === actor.userId) return;
  const { reminderCooldownMs: cooldownMs } = deps.settings;
  await context.answer(remindersMessage(run, { now: deps.clock(), cooldownMs, isDone: true }));
}
