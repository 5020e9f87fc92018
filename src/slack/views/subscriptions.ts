/** Owns how the digests of a channel are shown: what was subscribed, the list, and that they were paused. */

import type { Button, KnownBlock } from '@slack/web-api';
import type { Scheduled } from '../../payouts/subscriptions/subscribe.ts';
import type {
  ClosedReason,
  Paused,
  PauseReason,
  Subscription,
} from '../../payouts/subscriptions/subscription.ts';
import {
  actions,
  button,
  type ButtonSpec,
  confirm,
  context,
  divider,
  header,
  type Message,
  message,
  plain,
  type Row,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import {
  asOf,
  channel,
  code,
  count,
  fallback,
  type FallbackText,
  fallbackText,
  joinMd,
  md,
  type Mrkdwn,
  person,
  until,
  when,
} from '../block-kit/text.ts';
import type { Offers } from './offers.ts';
import { dotted } from './parts.ts';
import { contentWords, scheduleWords } from './schedule-words.ts';

export const NONE_HERE = md`No digest is subscribed in this channel.`;
const WORDS_LENGTH = 300;

export interface ListOptions {
  now: number;
  offers: Offers;
  /** The schedule of the settings: it is no person’s. */
  isOfSettings: (subscription: Subscription) => boolean;
  /** What was just done. */
  lead?: Mrkdwn | undefined;
}

/** The digests of a channel, oldest first. */
export function subscriptionList(scheduled: readonly Scheduled[], options: ListOptions): Message {
  const { now, lead, offers } = options;
  const add = offers('administer') ? actions([subscribeButton()]) : [];
  const done = lead === undefined ? [] : [section(lead)];
  if (scheduled.length === 0) {
    const words = lead === undefined ? NONE_HERE : md`${lead} ${NONE_HERE}`;
    const next = offers('administer')
      ? md`Subscribe to get one at fixed times. ${code('/payout digest')} shows the digest as of now.`
      : md`An administrator can subscribe. ${code('/payout digest')} shows the digest as of now.`;
    return message(words, [section(words), section(next), ...add, context(asOf(now))]);
  }
  const title = md`${count(scheduled.length, 'digest')} in this channel`;
  return message(lead === undefined ? title : fallback`${lead} ${title}`, [
    ...done,
    header(title),
    { rows: scheduled.map((one) => row(one, options)) },
    divider(),
    ...add,
    context(asOf(now)),
  ]);
}

/** Answers that it was subscribed, changed, paused or resumed: back in words, with the next times. */
/** `isMember`: whether Payout Desk is in the channel; undefined when Slack did not tell. */
export function subscriptionSaved(
  scheduled: Scheduled,
  options: ListOptions & { lead: Mrkdwn; isMember: boolean | undefined },
): Message {
  const { lead, now, isMember } = options;
  const { blocks, fallback: words } = row(scheduled, { ...options, lead: undefined });
  const invite = isMember === true ? [] : [isMember === false ? NOT_IN_CHANNEL : PERHAPS_NOT];
  const said = joinMd([lead, ...invite], ' ');
  return message(fallback`${said} ${words ?? fallback``}.`, [section(said), ...blocks, context(asOf(now))]);
}

const NOT_IN_CHANNEL = md`Payout Desk is not in this channel yet and cannot post there. Invite it: ${code('/invite @Payout Desk')}.`;
export const PERHAPS_NOT = md`If Payout Desk is not a member, invite it.`;

/** Several are subscribed: which one is meant. */
export const WHICH_ONE = md`Which digest should be removed?`;

function row({ subscription, next }: Scheduled, options: ListOptions): Row {
  const words = `${scheduleWords(subscription)}: ${contentWords(subscription)}`;
  const state = stateWords(subscription, next, options.now);
  const blocks: KnownBlock[] = [
    section(plain(scheduleWords(subscription), contentWords(subscription))),
    context(dotted(state, madeBy(subscription, options))),
    ...actions(buttonsOf(subscription, options)),
  ];
  return { blocks, fallback: fallback`${fallbackText(words, WORDS_LENGTH)}, ${state}` };
}

function madeBy(subscription: Subscription, { isOfSettings }: ListOptions): Mrkdwn {
  return isOfSettings(subscription) ? md`Set by the settings` : md`By ${person(subscription.createdBy)}`;
}

function stateWords({ paused }: Subscription, next: readonly number[], now: number): Mrkdwn {
  if (paused) return pausedWords(paused, now);
  if (next.length === 0) return md`Next: none`;
  return md`Next: ${joinMd(
    next.map((at) => when(at, now)),
    '; ',
  )}`;
}

/** Why it is paused, as it follows "Paused today 10:05"; after a colon, Slack could read the minutes as an emoji. */
const PAUSED_WORDS: Readonly<Record<PauseReason, Mrkdwn>> = {
  person: md``,
  channel_archived: md`, the channel was archived`,
  channel_gone: md`, the channel was deleted or Payout Desk was removed from it`,
  not_in_channel: md`, Payout Desk is not a member of the channel`,
};

function pausedWords({ why, at, by }: Paused, now: number): Mrkdwn {
  const who = why === 'person' ? md` by ${person(by)}` : md``;
  return md`⏸️ Paused ${when(at, now)}${who}${PAUSED_WORDS[why]}`;
}

function buttonsOf(subscription: Subscription, { offers, isOfSettings }: ListOptions): Button[] {
  if (!offers('administer')) return [];
  const pausing = subscription.paused
    ? resumeButton(subscription)
    : scheduleButton(subscription, { label: 'Pause', action: ACTION_IDS.subscriptionPause });
  // What the settings say is changed there.
  if (isOfSettings(subscription)) return [pausing];
  const change = scheduleButton(subscription, { label: 'Change', action: ACTION_IDS.subscriptionChange });
  return [change, pausing, removeButton(subscription)];
}

function subscribeButton(): Button {
  return button({ label: 'Subscribe …', action: ACTION_IDS.subscriptionNew });
}

/** Of one schedule, which it names for those who hear the screen. */
function scheduleButton(
  subscription: Subscription,
  spec: Pick<ButtonSpec, 'label' | 'action' | 'confirm'>,
): Button {
  const accessibilityLabel = `${spec.label}: ${scheduleWords(subscription)}`;
  return button({ ...spec, value: subscription.id, accessibilityLabel });
}

function resumeButton(subscription: Subscription): Button {
  return scheduleButton(subscription, { label: 'Resume', action: ACTION_IDS.subscriptionResume });
}

function removeButton(subscription: Subscription): Button {
  return scheduleButton(subscription, {
    label: 'Remove',
    action: ACTION_IDS.subscriptionRemove,
    confirm: confirm({
      title: 'Remove this digest?',
      lines: [scheduleWords(subscription), contentWords(subscription)],
      yes: 'Remove',
      no: 'Keep',
      style: 'danger',
    }),
  });
}

/** What an administrator does before `Resume`. */
const CLOSED_STEPS: Readonly<Record<ClosedReason, Mrkdwn>> = {
  channel_archived: md`Unarchive the channel, then select *Resume*.`,
  channel_gone: md`Invite Payout Desk to the channel again, then select *Resume*; if the channel was deleted, select *Remove*.`,
  not_in_channel: md`Invite Payout Desk to the channel, then select *Resume*.`,
};

/** The same without `Resume`. */
const REFUSED_STEPS: Readonly<Record<ClosedReason, Mrkdwn>> = {
  channel_archived: md`Unarchive the channel.`,
  channel_gone: md`Invite Payout Desk to the channel again. If the channel was deleted, contact the person who set up Payout Desk.`,
  not_in_channel: md`Invite Payout Desk to the channel.`,
};

const CLOSED_WORDS: Readonly<Record<ClosedReason, Mrkdwn>> = {
  channel_archived: md`was archived`,
  channel_gone: md`was deleted, or Payout Desk was removed from it`,
  not_in_channel: md`is a channel that Payout Desk is not a member of`,
};

/** Tells an administrator by direct message that the digests of a channel are paused. Read on later days too. */
export function digestsPaused(paused: readonly Subscription[], why: ClosedReason, now: number): Message {
  const place = channel(paused[0]?.channelId ?? '');
  const words = md`${count(paused.length, 'digest')} paused: ${place} ${CLOSED_WORDS[why]}.`;
  const rows = paused.map((subscription): Row => ({ blocks: pausedRow(subscription) }));
  return message(fallback`${words} ${CLOSED_STEPS[why]}`, [
    section(md`⏸️ ${words}`),
    section(CLOSED_STEPS[why]),
    { rows },
    context(
      md`Paused ${until(now, now)}. Digests that are due while paused are not posted later. ${asOf(now)}`,
    ),
  ]);
}

/** Tells who made the digests of a channel that they cannot be posted, where nobody could resume them. */
export function digestsRefused(refused: readonly Subscription[], why: ClosedReason, now: number): Message {
  const place = channel(refused[0]?.channelId ?? '');
  const words = md`${count(refused.length, 'digest')} not posted: ${place} ${CLOSED_WORDS[why]}.`;
  const rows = refused.map(
    (one): Row => ({ blocks: [section(plain(scheduleWords(one), contentWords(one)))] }),
  );
  return message(fallback`${words} ${REFUSED_STEPS[why]}`, [
    section(md`⚠️ ${words}`),
    section(REFUSED_STEPS[why]),
    { rows },
    context(md`Payout Desk tries again whenever a digest is due. ${asOf(now)}`),
  ]);
}

/** What people read of digests whose channel takes no message. */
export const closedNotices = { paused: digestsPaused, refused: digestsRefused } as const;

function pausedRow(subscription: Subscription): KnownBlock[] {
  const words: FallbackText | string = scheduleWords(subscription);
  return [
    section(plain(words, contentWords(subscription))),
    ...actions([resumeButton(subscription), removeButton(subscription)]),
  ];
}

/** Answers that it is gone. */
export function removedWords(): Mrkdwn {
  return md`✅ Digest removed. It will no longer be posted.`;
}

export const SUBSCRIBED = md`✅ *Subscribed.* The digest is posted in this channel.`;
export const CHANGED = md`✅ *Changed.*`;
export const PAUSED = md`⏸️ *Paused.* Digests that are due while paused are not posted later; the next one says so and covers them.`;
export const RESUMED = md`▶️ *Resumed.*`;
