/** Owns the answers about watching: that it began or ended, and the list of what a person watches. */

import type { Button } from '@slack/web-api';
import type { LinkStatus } from '../../payouts/links/link.ts';
import { LINK_STATUSES } from '../../payouts/links/link.ts';
import type { LinkView } from '../../payouts/links/track.ts';
import { maskText } from '../../payouts/mask.ts';
import { formatRupees } from '../../payouts/money.ts';
import { formatIstDay, istInstant } from '../../payouts/time.ts';
import type { TransactionQuery } from '../../payouts/transactions/transaction.ts';
import type { Watched } from '../../payouts/watches/port.ts';
import type { WatchFacts, WatchState, WatchSubject } from '../../payouts/watches/watch.ts';
import {
  actions,
  columns,
  context,
  header,
  type Message,
  message,
  type Part,
  plain,
  type Row,
  section,
} from '../block-kit/blocks.ts';
import { firstRows } from '../block-kit/budget.ts';
import type { Seal } from '../block-kit/seal.ts';
import {
  asOf,
  clean,
  code,
  count,
  fallback,
  type FallbackText,
  fallbackText,
  type Mrkdwn,
  md,
  rupees,
  until,
  when,
} from '../block-kit/text.ts';
import { encodeWatch } from '../block-kit/values.ts';
import { badge, fallbackWho, sandboxFirst, stopWatchingButton, who } from './parts.ts';
import { OUTCOME_TITLES } from './transaction-words.ts';

const NAME_IN_ROW = 70;

// Read by people.
export const WATCHING = {
  link: md`You get a direct message when it is paid, cancelled or expired, or when its payout fails.`,
  transaction: md`You get a direct message when it is successful or failed.`,
  later: md`You get the answer as a direct message.`,
  already: md`You already watch it.`,
  stopped: md`Watching stopped. You get no further message about it.`,
  notWatched: md`You do not watch it. Nothing was changed.`,
  none: md`You do not watch anything. Select *Watch* on a card, or enter ${code('/payout watch <link or transaction>')}.`,
  isFinal: md`Not watched: it is already final.`,
};

/** A watch of a link began, or was there before. */
export function linkWatched(
  { tracked, record }: LinkView,
  { kind, now, until: end }: { kind: 'started' | 'already'; now: number; until: number },
): Message {
  const lead = kind === 'already' ? WATCHING.already : md`👀 Watching.`;
  const to = record ? fallback` to ${fallbackWho(record.contact)}` : fallback``;
  const name = record ? who(record.contact) : undefined;
  const ends = md`Watching ends ${until(end, now)} at the latest.`;
  return message(
    fallback`${lead} ${rupees(tracked.amountPaise)}${to}. ${WATCHING.link} ${ends} ${asOf(now)}.`,
    [
      section(md`${sandboxFirst(tracked.environment)}*${lead}* ${WATCHING.link} ${ends}`),
      columns(
        md`*${rupees(tracked.amountPaise)}*\n${badge(tracked.status)}`,
        plain(name && clean(name, NAME_IN_ROW), `Link ID ${tracked.linkId}`),
      ),
      ...actions([stopWatchingButton(tracked.linkId)]),
      context(md`${asOf(now)}  ·  ${code('/payout watches')} shows what you watch.`),
    ],
  );
}

export interface TransactionWatched {
  kind: 'started' | 'already';
  now: number;
  until: number;
  /** When InstantPay is asked next. */
  dueAt: number;
  /** The check was put off: its answer is all that is told. */
  once: boolean;
  seal: Seal;
}

/** A watch of a transaction began, or its check was put off to the end of the nightly window. */
export function transactionWatched(query: TransactionQuery, options: TransactionWatched): Message {
  const { kind, now, until: end, dueAt, once, seal } = options;
  const started = once ? md`🕧 Check scheduled.` : md`👀 Watching.`;
  const lead = kind === 'already' ? WATCHING.already : started;
  const next = md`Next check: from ${when(dueAt, now)}.`;
  const ends = once ? md`` : md` Watching ends ${until(end, now)} at the latest.`;
  const told = once ? WATCHING.later : WATCHING.transaction;
  const [reference = '', day = ''] = transactionLines(query);
  return message(
    fallback`${lead} Transaction ${fallbackText(reference, 100)} of ${fallbackText(day, 40)}. ${next} ${told}${ends} ${asOf(now)}.`,
    [
      section(md`*${lead}* ${next} ${told}${ends}`),
      section(plain(reference, day)),
      ...actions([stopWatchingButton(encodeWatch({ kind: 'transaction', query }, seal))]),
      context(md`${asOf(now)}  ·  ${code('/payout watches')} shows what you watch.`),
    ],
  );
}

/** R14: the reference masked, then the day. */
function transactionLines({ externalRef, date, aeps }: TransactionQuery): string[] {
  return [maskText(externalRef), `${formatIstDay(istInstant(date))}${aeps ? ', AePS' : ''}`];
}

/** One of the sentences above. */
export function watchNotice(words: Mrkdwn): Message {
  return message(fallback`${words}`, [
    section(words),
    context(md`${code('/payout watches')} shows what you watch.`),
  ]);
}

/** What one person watches, the latest first. */
export function watchList(watches: readonly Watched[], { now, seal }: { now: number; seal: Seal }): Message {
  if (watches.length === 0) return message(fallback`${WATCHING.none}`, [section(WATCHING.none)]);
  const title = md`You watch ${count(watches.length, 'link or transaction', 'links and transactions')}`;
  const parts: Part[] = [
    header(title),
    {
      ...firstRows(watches, (watched) => watchRow(watched, now, seal)),
      more: (hidden) =>
        md`… ${count(hidden, 'more', 'more')}. Stop some, or enter ${code('/payout unwatch <link or transaction>')}.`,
    },
    context(asOf(now)),
  ];
  return message(fallback`${title}. ${asOf(now)}.`, parts);
}

function watchRow(watched: Watched, now: number, seal: Seal): Row {
  const { subject, facts, until: end, once, failing } = watched;
  const ends = once ? md`answer by direct message` : md`until ${until(end, now)}`;
  const since = facts.stateSince === undefined ? undefined : md`first seen ${when(facts.stateSince, now)}`;
  const amount = facts.amountPaise === undefined ? undefined : formatRupees(facts.amountPaise);
  const button: Button | undefined = subject && stopWatchingButton(encodeWatch(subject, seal), 'Stop');
  const [name = '', detail] = nameLines(subject, facts);
  // In one column: beside a button, two leave a phone one word a line.
  const lines = plain(
    [amount, name],
    [stateWords(facts), since],
    [ends, failing && md`⚠️ no answer since ${when(failing.since, now)}`],
    detail,
  );
  return { blocks: [section(lines, button)], fallback: fallbackRow(facts, name) };
}

function fallbackRow(facts: WatchFacts, name: string): FallbackText {
  const amount = facts.amountPaise === undefined ? md`` : md`${rupees(facts.amountPaise)}, `;
  return fallback`${amount}${fallbackText(name, 60)}, ${stateWords(facts)}`;
}

/** Whose link it is, or which transaction; nothing unmasked. */
export function nameLines(subject: WatchSubject | undefined, { name }: WatchFacts): string[] {
  if (!subject) return ['A transaction whose saved reference cannot be read'];
  if (subject.kind === 'transaction') return transactionLines(subject.query);
  const recipient = name === undefined ? [] : [clean(name, NAME_IN_ROW)];
  return [...recipient, `Link ID ${subject.linkId}`];
}

const isLinkStatus = (state: WatchState): state is LinkStatus =>
  LINK_STATUSES.some((status) => status === state);

/** "🟡 PROCESSING", "✅ Successful", "Not checked yet". */
export function stateWords({ state }: Pick<WatchFacts, 'state'>): Mrkdwn {
  if (state === undefined) return md`Not known yet`;
  return isLinkStatus(state) ? badge(state) : OUTCOME_TITLES[state];
}
