/**
 * Owns reminders for several links with one confirmation. A run names its links and what became of each; it is taken up
 * again after a crash, and a link whose attempt had begun by then is not tried again (R9).
 */

import { isPayoutDeskError, OutcomeUnknown, Unavailable, UsageError } from '../../errors.ts';
import { judgeAccess, requirePermission, writeRefusal } from '../access.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { Actor, Deps } from '../deps.ts';
import { MINUTE_MS } from '../time.ts';
import type { PayoutLink } from './link.ts';
import type { HeldRun } from './remind-port.ts';
import {
  REMINDED_AT_MOST,
  type ReminderItem,
  type ReminderState,
  tooManyReminders,
  waitingItem,
} from './reminder-run.ts';
import { NOT_CONFIRMED, NOT_SENT, remind, TooSoon } from './remind.ts';

/** InstantPay is spared: each link is two calls or three. */
const AT_ONCE = 2;
/** What a crash left is not sent later than this: the confirmation was for then. */
export const RUN_WITHIN_MS = 30 * MINUTE_MS;

// Read by people.
export const INTERRUPTED_TOO_LONG =
  'Payout Desk was interrupted for too long. Send the reminder again if it is still needed.';

/** Stores a run for these links; undefined when it is stored already. Rejects with Forbidden or UsageError. */
export async function startReminders(
  deps: Deps,
  actor: Actor,
  linkIds: readonly string[],
  { id, leaseMs }: { id: string; leaseMs: number },
): Promise<HeldRun | undefined> {
  await requirePermission(deps, actor, 'operate', { subject: 'reminder.send' });
  const unique = [...new Set(linkIds)];
  if (unique.length === 0 || unique.length > REMINDED_AT_MOST)
    throw new UsageError(tooManyReminders(REMINDED_AT_MOST));
  const now = deps.clock();
  const items = unique.map(waitingItem);
  const run = { id, userId: actor.userId, startedAt: now, items, message: undefined };
  return deps.store.reminderRuns.start(run, now, leaseMs);
}

export interface RemindOptions {
  /** Told after each link. */
  onProgress: (run: HeldRun) => void;
  /** True once the process stops: what has not begun is left to the next holder of the run. */
  isStopping: () => boolean;
}

/**
 * Reminds the recipients that are left, and changes `run` as it goes on: each state is stored before and after its attempt.
 * `lost`: another holder goes on. Rejects with Unavailable when the store or Slack does not answer: then it is taken up again.
 */
export async function remindMany(
  deps: Deps,
  run: HeldRun,
  { onProgress, isStopping }: RemindOptions,
): Promise<'done' | 'stopped' | 'lost'> {
  const actor = { userId: run.userId };
  let isLost = false;
  let saving: Promise<unknown> = Promise.resolve();
  /** One after the other, so that an earlier state never overwrites a later one. */
  const save = async (): Promise<boolean> => {
    const saved = saving.then(async () => {
      if (!isLost && !(await deps.store.reminderRuns.save(run))) isLost = true;
    });
    saving = saved.catch(() => {});
    await saved;
    return !isLost;
  };

  for (const item of run.items) if (item.state === 'begun') settle(item, 'not_confirmed');
  await leaveOutWhatMayNot(deps, actor, run);
  const remindOne = async (item: ReminderItem): Promise<void> => {
    if (isLost || isStopping()) return;
    item.state = 'begun';
    if (!(await save())) return;
    // The outcome is stored at once, however long its description takes.
    await Promise.all([describe(deps, item), attempt(deps, actor, item).then(save)]);
    if (await save()) onProgress(run);
  };
  const waiting = run.items.filter(({ state }) => state === 'waiting');
  const results = await aFewAtOnce(waiting, AT_ONCE, remindOne);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  if (!(await save())) return 'lost';
  return run.items.some(({ state }) => state === 'waiting') ? 'stopped' : 'done';
}

/** After a crash the person may have lost the permission, or it is too late for what they confirmed. */
async function leaveOutWhatMayNot(deps: Deps, actor: Actor, run: HeldRun): Promise<void> {
  const why = await whyNot(deps, actor, run);
  if (why === undefined) return;
  for (const item of run.items) if (item.state === 'waiting') settle(item, 'not_sent', { words: why });
}

async function whyNot(deps: Deps, actor: Actor, run: HeldRun): Promise<string | undefined> {
  if (run.attempts === 1 || run.items.every(({ state }) => state !== 'waiting')) return undefined;
  if (deps.clock() > run.startedAt + RUN_WITHIN_MS) return INTERRUPTED_TOO_LONG;
  const verdict = await judgeAccess(deps, actor, 'operate');
  if (verdict.allowed) return undefined;
  if (verdict.unsure) throw new Unavailable(verdict.why);
  await writeRefusal(deps, actor, { subject: 'reminder.send' }, verdict.outcome, verdict.detail);
  return verdict.why;
}

function settle(
  item: ReminderItem,
  state: ReminderState,
  facts: Partial<Pick<ReminderItem, 'words' | 'nextAt'>> = {},
): void {
  Object.assign(item, { state, ...facts });
}

/** The single reminder's rule, with its cooldown and its audit rows. */
async function attempt(deps: Deps, actor: Actor, item: ReminderItem): Promise<void> {
  try {
    const { cooldownUntil } = await remind(deps, actor, item.linkId);
    settle(item, 'sent', { nextAt: cooldownUntil });
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    if (error instanceof TooSoon) settle(item, 'too_soon', { nextAt: error.untilAt });
    else if (error instanceof OutcomeUnknown)
      settle(item, 'not_confirmed', { words: withoutLead(error.message, NOT_CONFIRMED) });
    else settle(item, 'not_sent', { words: withoutLead(error.message, NOT_SENT) });
  }
}

/** The group of links says it once. */
function withoutLead(message: string, lead: string): string {
  return message.startsWith(`${lead} `) ? message.slice(lead.length + 1) : message;
}

/** Whose link it is, for the answer; without it the link ID stands there. */
async function describe({ gateway }: Deps, item: ReminderItem): Promise<void> {
  let record: PayoutLink | undefined;
  try {
    const page = await gateway.page({ linkId: item.linkId }, 1);
    record = page.links.find(({ linkId }) => linkId === item.linkId);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
  }
  if (!record) return;
  const { name, mobile, email } = record.contact;
  item.name = name ?? mobile ?? email;
  item.amountPaise = record.amountPaise;
}
