/** Owns the answer to reminders for several links: how many were sent, and which were not and why. */

import type { ReminderItem, ReminderRun, ReminderState } from '../../payouts/links/reminder-run.ts';
import { formatRupees } from '../../payouts/money.ts';
import { context, header, type Message, message, type Part, plain, section } from '../block-kit/blocks.ts';
import {
  asOf,
  clean,
  count,
  fallback,
  fallbackText,
  joinMd,
  lasting,
  type Mrkdwn,
  md,
  when,
} from '../block-kit/text.ts';

export interface RemindersOptions {
  now: number;
  cooldownMs: number;
  /** False while it goes on. */
  isDone: boolean;
}

/** "8 reminders sent, 1 requested less than 1 hour ago, 1 not confirmed". */
export function remindersMessage({ items }: Pick<ReminderRun, 'items'>, options: RemindersOptions): Message {
  const { now, isDone } = options;
  const title = isDone ? resultWords(items, options) : progressWords(items);
  const groups = isDone ? GROUPS : GROUPS.filter(({ state }) => state !== 'sent');
  return message(fallback`${title}.`, [
    header(md`📨 ${title}`),
    ...groups.flatMap((group) => groupParts(items, group, options)),
    context(asOf(now)),
  ]);
}

const inState = (items: readonly ReminderItem[], state: ReminderState): ReminderItem[] =>
  items.filter((item) => item.state === state);

function progressWords(items: readonly ReminderItem[]): Mrkdwn {
  const done = items.filter(({ state }) => state !== 'waiting' && state !== 'begun').length;
  return md`Sending ${count(items.length, 'reminder')} … ${done} done`;
}

function resultWords(items: readonly ReminderItem[], { cooldownMs }: RemindersOptions): Mrkdwn {
  const [sent, soon, refused, unsure] = (['sent', 'too_soon', 'not_sent', 'not_confirmed'] as const).map(
    (state) => inState(items, state).length,
  );
  return joinMd(
    [
      md`${count(sent ?? 0, 'reminder')} sent`,
      ...(soon ? [md`${soon} requested less than ${lasting(cooldownMs)} ago`] : []),
      ...(unsure ? [md`${unsure} not confirmed`] : []),
      ...(refused ? [md`${refused} not sent`] : []),
    ],
    ', ',
  );
}

interface Group {
  state: ReminderState;
  title: (options: RemindersOptions) => Mrkdwn;
}

/** What needs a look comes first. */
const GROUPS: readonly Group[] = [
  {
    state: 'not_confirmed',
    title: () => md`*Not confirmed:* may have been sent. Payout Desk does not send them again by itself.`,
  },
  { state: 'not_sent', title: () => md`*Not sent:*` },
  {
    state: 'too_soon',
    title: ({ cooldownMs }) => md`*Requested less than ${lasting(cooldownMs)} ago*, so not sent again:`,
  },
  { state: 'sent', title: () => md`*Sent:*` },
];

function groupParts(
  items: readonly ReminderItem[],
  { state, title }: Group,
  options: RemindersOptions,
): Part[] {
  const members = inState(items, state);
  if (members.length === 0) return [];
  return [section(title(options)), { rows: members.map((item) => row(item, options)) }];
}

const NAME_LENGTH = 60;
const WORDS_LENGTH = 200;

function row(item: ReminderItem, { now }: RemindersOptions) {
  const { words, nextAt, state } = item;
  const next =
    state === 'too_soon' && nextAt !== undefined ? md`Next possible: ${when(nextAt, now)}` : undefined;
  const why = words === undefined ? undefined : plain(clean(words, WORDS_LENGTH));
  return {
    blocks: [context(plain(lineOf(item)), why ?? next)],
    // Those that were sent are counted in the title.
    ...(state !== 'sent' && { fallback: fallback`${ROW_WORDS[state]}: ${fallbackText(lineOf(item), 100)}` }),
  };
}

const ROW_WORDS: Readonly<Record<ReminderState, Mrkdwn>> = {
  waiting: md`waiting`,
  begun: md`waiting`,
  sent: md`sent`,
  too_soon: md`requested before`,
  not_sent: md`not sent`,
  not_confirmed: md`not confirmed`,
};

function lineOf({ linkId, name, amountPaise }: ReminderItem): string {
  const who = name === undefined ? `link ${linkId}` : clean(name, NAME_LENGTH);
  return amountPaise === undefined ? who : `${formatRupees(amountPaise)} to ${who}`;
}
