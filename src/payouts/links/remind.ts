/** Owns sending a recipient the reminder: ISSUED links only, once a cooldown, never twice by accident (R9). */

import { Conflict, OutcomeUnknown, Refused } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import { bestEffort } from '../best-effort.ts';
import type { Actor, Deps } from '../deps.ts';
import { formatDuration, formatWhen } from '../time.ts';
import { environmentProblem } from './environment.ts';
import { canRemind, type Environment, type LinkStatus, unknownStatus } from './link.ts';

export interface Reminded {
  linkId: string;
  /** InstantPay’s message, masked: where the reminder was sent. */
  message: string;
  cooldownUntil: number;
  ipayUuid: string | undefined;
  environment: Environment | undefined;
}

/**
 * Sends the recipient of an ISSUED link the reminder, once a cooldown. The cooldown is claimed before the call and released
 * only if certainly nothing was sent (R9). Rejects with Forbidden, Refused, Conflict (cooldown) or OutcomeUnknown.
 */
export async function remind(deps: Deps, actor: Actor, linkId: string): Promise<Reminded> {
  await requirePermission(deps, actor, 'operate', { subject: 'reminder.send', linkId });
  const tracked = await deps.gateway.track(linkId);
  const wrongEnvironment = environmentProblem(deps, tracked.environment);
  if (wrongEnvironment) throw new Refused(wrongEnvironment, { ipayUuid: tracked.ipayUuid });
  const { status, statusText } = tracked;
  if (!canRemind(status)) {
    const why = statusProblem(status, statusText);
    throw new Refused(`${NOT_SENT} ${why}`, { ipayUuid: tracked.ipayUuid });
  }
  const now = deps.clock();
  const key = `reminder:${linkId}`;
  const claim = await deps.store.cooldowns.claim(key, now, deps.settings.reminderCooldownMs);
  if (!claim.claimed) {
    throw new TooSoon(tooSoon(deps.settings.reminderCooldownMs, claim.untilAt, now), claim.untilAt);
  }
  const { token, untilAt: cooldownUntil } = claim;
  const row = {
    actorId: actor.userId,
    linkId,
    amountPaise: tracked.amountPaise,
    statusBefore: tracked.status,
  };
  // Audited before the call: the store may fail while the call runs.
  const sending = deps.store.audit.append({ ...row, at: now, action: 'reminder.started' });
  await sending.catch(async (error: unknown) => {
    await bestEffort(deps.store.cooldowns.release(key, token));
    throw error;
  });
  const answer = await deps.gateway.notify(linkId);
  const { message, ipayUuid } = answer;
  const sure = answer.kind === 'refused' || answer.kind === 'not_sent';
  if (sure) await bestEffort(deps.store.cooldowns.release(key, token));
  const result = deps.store.audit.append({
    ...row,
    at: deps.clock(),
    action:
      answer.kind === 'done' ? 'reminder.sent' : sure ? 'reminder.not_sent' : 'reminder.outcome_unknown',
    detail: message,
    ipayUuid,
  });
  await bestEffort(result);
  switch (answer.kind) {
    case 'done':
      return {
        linkId,
        message,
        cooldownUntil,
        ipayUuid,
        environment: answer.environment ?? tracked.environment,
      };
    case 'refused':
    case 'not_sent':
      throw new Refused(`${NOT_SENT} ${message}`, { ipayUuid });
    case 'verify':
    case 'unknown':
      throw new OutcomeUnknown(
        `${NOT_CONFIRMED} ${message} Next possible: ${formatWhen(cooldownUntil, now)} IST.`,
        { ipayUuid },
      );
  }
}

/** One was claimed within the cooldown. */
export class TooSoon extends Conflict {
  /** When the next one is possible. */
  readonly untilAt: number;

  constructor(message: string, untilAt: number) {
    super(message);
    this.untilAt = untilAt;
  }
}

export const NOT_SENT = 'Reminder not sent.';

/** Nobody knows whether it went out (R9). */
export const NOT_CONFIRMED = 'Reminder not confirmed. It may have been sent.';

/** One was claimed within the cooldown; whether it went out is not said. */
export function tooSoon(cooldownMs: number, untilAt: number, now: number): string {
  return `Reminder not sent: one was requested less than ${formatDuration(cooldownMs)} ago. Next: ${formatWhen(untilAt, now)} IST.`;
}

/** Why this link’s recipient cannot be reminded, and the next step. */
function statusProblem(status: Exclude<LinkStatus, 'ISSUED'>, statusText: string): string {
  switch (status) {
    case 'PROCESSING':
      return 'This link is PROCESSING: the recipient has claimed it.';
    case 'CLAIMED':
      return 'This link is CLAIMED: it has been paid to the recipient.';
    case 'EXPIRED':
      return 'This link has expired. Create a new link in InstantPay.';
    case 'CANCELLED':
      return 'This link was cancelled. Create a new link in InstantPay.';
    case 'UNKNOWN':
      return `This link has ${unknownStatus(statusText)}. Check it in InstantPay.`;
  }
}
