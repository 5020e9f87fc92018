/** Owns sending a recipient the reminder: ISSUED links only, once a cooldown, never twice by accident (R9). */

import { Conflict, OutcomeUnknown, Refused } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import { bestEffort } from '../best-effort.ts';
import type { Actor, Deps } from '../deps.ts';
import type { WriteAnswer } from '../gateway.ts';
import { formatDuration, formatWhen } from '../time.ts';
import { environmentProblem } from './environment.ts';
import { canRemind, type Environment, type LinkStatus, type TrackedLink, unknownStatus } from './link.ts';

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
  const sent = await sendOnce(deps, { ...tracked, linkId }, { actorId: actor.userId });
  const { ipayUuid } = sent;
  switch (sent.kind) {
    case 'too_soon':
      throw new TooSoon(tooSoon(deps.settings.reminderCooldownMs, sent.untilAt, now), sent.untilAt);
    case 'done':
      return {
        linkId,
        message: sent.message,
        cooldownUntil: sent.cooldownUntil,
        ipayUuid,
        environment: sent.environment ?? tracked.environment,
      };
    case 'not_wanted':
      throw new Error('Expected a reminder that a person asked for.');
    case 'refused':
    case 'not_sent':
      throw new Refused(`${NOT_SENT} ${sent.message}`, { ipayUuid });
    case 'verify':
    case 'unknown':
      throw new OutcomeUnknown(
        `${NOT_CONFIRMED} ${sent.message} Next possible: ${formatWhen(sent.cooldownUntil, now)} IST.`,
        { ipayUuid },
      );
  }
}

export type SentOnce =
  /** One was claimed within the cooldown. */
  | { kind: 'too_soon'; untilAt: number; ipayUuid?: undefined }
  | { kind: 'not_wanted'; ipayUuid?: undefined }
  | (WriteAnswer & { cooldownUntil: number });

export interface SendOptions {
  actorId: string;
  /** Asked in the cooldown, before anything of the reminder is recorded. */
  isWanted?: () => Promise<boolean>;
  /** Asked right before the call, however long the store took. */
  isStillTime?: () => boolean;
}

/** Sends the reminder of a link that was just tracked, once a cooldown, and audits it before the call and after it. */
export async function sendOnce(
  deps: Deps,
  { linkId, amountPaise, status }: TrackedLink,
  { actorId, isWanted, isStillTime }: SendOptions,
): Promise<SentOnce> {
  const now = deps.clock();
  const key = `reminder:${linkId}`;
  const claim = await deps.store.cooldowns.claim(key, now, deps.settings.reminderCooldownMs);
  if (!claim.claimed) return { kind: 'too_soon', untilAt: claim.untilAt };
  const { token, untilAt: cooldownUntil } = claim;
  const row = { actorId, linkId, amountPaise, statusBefore: status };
  const release = (): Promise<void> => bestEffort(deps.store.cooldowns.release(key, token));
  try {
    if (isWanted && !(await isWanted())) {
      await release();
      return { kind: 'not_wanted' };
    }
    // Audited before the call: the store may fail while the call runs.
    await deps.store.audit.append({ ...row, at: now, action: 'reminder.started' });
  } catch (error) {
    await release();
    throw error;
  }
  const answer = isStillTime?.() === false ? NO_LONGER_TIME : await deps.gateway.notify(linkId);
  const { message, ipayUuid } = answer;
  const sure = answer.kind === 'refused' || answer.kind === 'not_sent';
  if (sure) await release();
  const result = deps.store.audit.append({
    ...row,
    at: deps.clock(),
    action:
      answer.kind === 'done' ? 'reminder.sent' : sure ? 'reminder.not_sent' : 'reminder.outcome_unknown',
    detail: message,
    ipayUuid,
  });
  await bestEffort(result);
  return { ...answer, cooldownUntil };
}

const NO_LONGER_TIME: WriteAnswer = {
  kind: 'not_sent',
  message: 'This reminder was no longer due.',
  ipayUuid: undefined,
  environment: undefined,
};

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
