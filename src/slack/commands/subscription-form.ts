/** Owns the form that subscribes a channel to a digest or changes one: opening it, what is wrong with it, submitting it. */

import { Forbidden } from '../../errors.ts';
import { isCron } from '../../payouts/subscriptions/calendar.ts';
import { cronOf, WEEKDAYS } from '../../payouts/subscriptions/cron.ts';
import {
  changeSubscription,
  requireSubscriber,
  subscribe,
  subscriptionToChange,
} from '../../payouts/subscriptions/subscribe.ts';
import { type Definition, isOfSettings, isTooOften } from '../../payouts/subscriptions/subscription.ts';
import { isTimezone } from '../../payouts/time.ts';
import { inForm } from '../answer-in-form.ts';
import { readSubscriptionInput } from '../block-kit/entry-values.ts';
import { decodeSubscriptionMetadata, encodeSubscriptionMetadata } from '../block-kit/form-metadata.ts';
import { BLOCK_IDS } from '../block-kit/ids.ts';
import { FORM_NOT_VALID } from '../buttons/values.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { waitingForm } from '../views/form-parts.ts';
import {
  CRON_LENGTH,
  PURPOSE_LENGTH,
  SUBSCRIPTION_TITLES,
  subscriptionForm,
} from '../views/subscription-form.ts';
import { CHANGED, SUBSCRIBED, subscriptionSaved } from '../views/subscriptions.ts';

const FIRST = { cron: '0 10 * * 1-5', timezone: 'Asia/Kolkata', purpose: undefined } as const;

/** Opens at once, in the place of the form that was clicked if there is one; the rule is asked afterwards. */
export async function openSubscribe(context: Context): Promise<void> {
  const { deps, form, seal, digestStatuses } = context;
  // The submission is delivered with it each time, so that it subscribes once.
  const metadata = encodeSubscriptionMetadata({ ...originOf(context), id: deps.newId() }, seal);
  const view = subscriptionForm(metadata, { ...FIRST, statuses: digestStatuses }, true);
  if (form.isOpen()) await form.show(view);
  else await form.open(view);
}

/** For what has opened the form: whether the person may submit it. */
export async function mayBeSubscribed({ deps, actor, channelId }: Context): Promise<void> {
  await requireSubscriber(deps, actor, channelId);
}

export async function openChange({ form }: Context): Promise<void> {
  const view = waitingForm(SUBSCRIPTION_TITLES.change);
  if (form.isOpen()) await form.show(view);
  else await form.open(view);
}

/** Fills the form with what is stored. */
export async function fillChange(context: Context, id: string): Promise<void> {
  const { deps, actor, form, seal } = context;
  const found = await subscriptionToChange(deps, actor, id);
  const metadata = { ...originOf(context), id, changes: found.version };
  await form.show(subscriptionForm(encodeSubscriptionMetadata(metadata, seal), found, false));
}

function originOf({ channelId, threadTs, responseUrl }: Context) {
  return { channelId, threadTs, responseUrl };
}

/** Shown below the input. Read by people. */
export const FORM_PROBLEMS = {
  days: 'Select at least one day, or enter a cron expression.',
  time: 'Pick a time, or enter a cron expression.',
  timezone: 'Enter a time zone such as Asia/Kolkata.',
  cron: 'Enter five fields that come due, such as 0 10 1 * * for the first of the month at 10:00.',
  tooOften: 'A digest comes at most once an hour. Choose fewer times.',
  statuses: 'Select at least one status.',
  purpose: 'Enter at most 100 characters.',
} as const;

type Errors = Record<string, string> | undefined;

export function checkSubscription(values: unknown): Errors {
  const entered = readEntered(values);
  return 'errors' in entered ? entered.errors : undefined;
}

/** `state`: the `state.values` of a submission. */
function readEntered(state: unknown): { definition: Definition } | { errors: Record<string, string> } {
  const entered = readSubscriptionInput(state);
  const days = WEEKDAYS.filter((day) => entered.days.includes(day));
  const { cron: typed, timezone, statuses, time } = entered;
  if (typed === '' && days.length === 0) return wrong(BLOCK_IDS.scheduleDays, FORM_PROBLEMS.days);
  if (typed === '' && time === undefined) return wrong(BLOCK_IDS.scheduleTime, FORM_PROBLEMS.time);
  if (!isTimezone(timezone)) return wrong(BLOCK_IDS.scheduleZone, FORM_PROBLEMS.timezone);
  if (statuses.length === 0) return wrong(BLOCK_IDS.entryStatuses, FORM_PROBLEMS.statuses);
  const cron = typed === '' ? cronOf(days, time ?? '') : typed.replace(/\s+/g, ' ');
  // Of five fields: nobody needs a digest by the second.
  if (cron.split(' ').length !== 5 || !isCron(cron)) return wrong(BLOCK_IDS.scheduleCron, FORM_PROBLEMS.cron);
  if (isTooOften({ cron, timezone })) return wrong(BLOCK_IDS.scheduleCron, FORM_PROBLEMS.tooOften);
  // Slack's form lets no more through.
  if (cron.length > CRON_LENGTH) return wrong(BLOCK_IDS.scheduleCron, FORM_PROBLEMS.cron);
  if (entered.purpose.length > PURPOSE_LENGTH) return wrong(BLOCK_IDS.schedulePurpose, FORM_PROBLEMS.purpose);
  const purpose = entered.purpose === '' ? undefined : entered.purpose;
  return { definition: { cron, timezone, statuses, purpose } };
}

const wrong = (blockId: string, problem: string) => ({ errors: { [blockId]: problem } });

/** Subscribes, or changes what the form was opened for; said back in words, with the next times. */
export async function submitSubscription(context: Context, values: unknown, metadata: string): Promise<void> {
  const { deps, actor, seal, messenger } = context;
  const about = decodeSubscriptionMetadata(metadata, seal);
  if (!about) throw new Forbidden(FORM_NOT_VALID);
  const { id, channelId, changes: version } = about;
  const entered = readEntered(values);
  // Slack shows what is wrong in the form; a submission that comes here with it was forged.
  if ('errors' in entered) throw new Forbidden(FORM_NOT_VALID);
  const { definition } = entered;
  const saved =
    version === undefined
      ? await subscribe(deps, actor, { ...definition, id, channelId })
      : await changeSubscription(deps, actor, { ...definition, id, version });
  const lead = version === undefined ? SUBSCRIBED : CHANGED;
  const { channelId: postedIn } = saved.subscription;
  // Slack would refuse the first digest there.
  const [offers, isMember] = await Promise.all([offersOf(context), messenger.isMember(postedIn)]);
  const options = { now: deps.clock(), offers, isOfSettings, lead, isMember };
  await inForm(context).answer(subscriptionSaved(saved, options));
}
