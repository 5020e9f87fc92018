/**
 * Owns a stage for a month of everything that tells of single links: an InstantPay whose links and transactions move, people
 * who watch, ask and remind, a Slack, and replicas on one database, of which any part can fail.
 */

import { seededRandom } from '../../fakes/instantpay/people.ts';
import { Unavailable } from '../../src/errors.ts';
import { createAutomaticReminders } from '../../src/jobs/automatic-reminders.ts';
import { createDigestPoster } from '../../src/jobs/digest-post.ts';
import { createStuckJob, placesOf } from '../../src/jobs/stuck.ts';
import { lookAtDue } from '../../src/jobs/watches.ts';
import { createLog } from '../../src/log.ts';
import type { Deps } from '../../src/payouts/deps.ts';
import type { KnownStatus, TrackedLink } from '../../src/payouts/links/link.ts';
import type { LinkFilter } from '../../src/payouts/links/page.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import type { TransactionAnswer, TransactionQuery } from '../../src/payouts/transactions/transaction.ts';
import type { WriteAnswer } from '../../src/payouts/gateway.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { createWatchMessages } from '../../src/slack/watch-messages.ts';
import type { Walk } from '../fakes/gateway.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { makeDeps, page, record, tracked, write } from '../payouts/setup.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { answer, NOT_SENT, PENDING } from '../payouts/transactions/queries.ts';
import { drivenDatabase } from '../store/driven-clock.ts';
import type { TestDatabase } from '../store/engines.ts';

export const TICK_MS = 10 * MINUTE_MS;
export const STUCK_AFTER_MS = 3 * HOUR_MS;
const WATCH_FOR_MS = 12 * HOUR_MS;
export const COOLDOWN_MS = HOUR_MS;
export const REMIND_BEFORE_MS = [12 * HOUR_MS, 3 * HOUR_MS] as const;
/** 22:00 to 07:00. */
export const QUIET = { fromMinute: 22 * 60, toMinute: 7 * 60 };
export const CHANNEL = 'C_DIGESTS';
const LEASE_MS = 60_000;
const RECORDS_A_PAGE = 7;
/** 05:30 in India. */
const START = Date.parse('2026-11-18T00:00:00Z');

export interface MonthLink {
  linkId: string;
  status: KnownStatus;
  amountPaise: number;
  createdAt: number;
  expiresAt: number;
  /** Of the last claim. */
  claimedAt: number | undefined;
}

export interface Transaction {
  ref: string;
  /** YYYY-MM-DD, of the day it was made. */
  date: string;
  settlesAt: number;
  outcome: 'successful' | 'failed';
  /** When InstantPay was asked, and whether that counts for the rhythm (R12). */
  asked: { at: number; isAnswered: boolean }[];
}

/** A reminder that InstantPay was asked to send. */
export interface Call {
  link: MonthLink;
  at: number;
  isByHand: boolean;
  kind: WriteAnswer['kind'];
}

/** What a look at a watched link was told; undefined: nothing. `begins`: it was nobody's look, but is known from the start. */
export interface Look {
  at: number;
  status: TrackedLink['status'] | undefined;
  begins: boolean;
}

/** What is away. */
export interface Down {
  list: boolean;
  track: boolean;
  transaction: boolean;
}

export type Stage = Awaited<ReturnType<typeof openMonthStage>>;

export async function openMonthStage(database: TestDatabase, seed: number) {
  const random = seededRandom(seed);
  const driven = await drivenDatabase(database);
  const slack = createMessenger();
  const base = makeDeps({
    settings: {
      stuckAfterMs: STUCK_AFTER_MS,
      escalateTo: ['S0FIN'],
      watchForMs: WATCH_FOR_MS,
      reminderCooldownMs: COOLDOWN_MS,
      automatic: { beforeMs: REMIND_BEFORE_MS, quiet: QUIET },
    },
  });
  const { time } = base;
  time.now = START;
  await driven.set(START);
  const store = await driven.open();
  const deps: Deps = { ...base, store };
  await store.subscriptions.create(
    subscription({ channelId: CHANNEL, statuses: ['PROCESSING'], markAt: START }),
    [],
  );

  const links = new Map<string, MonthLink>();
  const transactions = new Map<string, Transaction>();
  const calls: Call[] = [];
  const down: Down = { list: false, track: false, transaction: false };
  /** Walks fail at a page of their own. */
  const pages = { fail: false };
  const hand = { isReminding: false };

  const walk = ({ statuses = [] }: LinkFilter): Walk => {
    if (down.list) throw new Unavailable('The list is away.');
    const records = [...links.values()]
      .filter(({ status }) => statuses.includes(status))
      .map(({ linkId, status, amountPaise, createdAt, expiresAt }) =>
        record({ linkId, status, statusText: status, amountPaise, createdAt, expiresAt }),
      );
    const read: Walk['pages'] = [];
    for (let from = 0; from < records.length; from += RECORDS_A_PAGE) {
      read.push(page(records.slice(from, from + RECORDS_A_PAGE)));
    }
    const end = { complete: true, reason: undefined, pagesRead: read.length, recordsRead: records.length };
    if (!pages.fail) return { pages: read, end };
    const at = Math.floor(random() * (read.length + 1));
    const isThrown = random() < 0.5;
    read.splice(at, Infinity, ...(isThrown ? [new Unavailable('Page failed.')] : []));
    return { pages: read, end: { ...end, complete: false, reason: `Page ${at + 1} failed.` } };
  };
  const track = (linkId: string): TrackedLink => {
    const link = links.get(linkId);
    if (down.track || !link) throw new Unavailable('Tracking is away.');
    return tracked({
      linkId,
      status: link.status,
      amountPaise: link.amountPaise,
      activity: [link.createdAt, ...(link.claimedAt === undefined ? [] : [link.claimedAt])].map(
        (at, index) => ({
          text: 'words',
          at,
          orderId: index === 0 ? undefined : 'order',
          accountType: undefined,
          accountNumber: undefined,
          accountIfsc: undefined,
        }),
      ),
    });
  };
  const notify = (linkId: string): WriteAnswer => {
    const link = links.get(linkId);
    if (!link) throw new Error('There is no such link.');
    const drawn = random();
    const kind = drawn < 0.8 ? 'done' : drawn < 0.87 ? 'unknown' : drawn < 0.94 ? 'refused' : 'not_sent';
    calls.push({ link, at: time.now, isByHand: hand.isReminding, kind });
    return write(kind);
  };
  const transaction = (query: TransactionQuery): TransactionAnswer => {
    const one = transactions.get(query.externalRef);
    if (!one) throw new Error('There is no such transaction.');
    one.asked.push({ at: time.now, isAnswered: !down.transaction });
    if (down.transaction) return NOT_SENT(query);
    const give = time.now >= one.settlesAt ? answer({ outcome: one.outcome }) : PENDING;
    return give(query);
  };
  base.gateway.script = {
    links: walk,
    track,
    notify,
    transaction,
    page: ({ filter }) => page([record({ linkId: filter.linkId ?? '' })]),
  };

  /** What looks of watches were told, by link. */
  const looks = new Map<string, Look[]>();
  const looked = (linkId: string, look: Look): void =>
    void looks.set(linkId, [...(looks.get(linkId) ?? []), look]);
  const watching: Deps = {
    ...deps,
    gateway: {
      ...base.gateway,
      async track(linkId) {
        const at = time.now;
        const told = await base.gateway.track(linkId).catch((error: unknown) => {
          looked(linkId, { at, status: undefined, begins: false });
          throw error;
        });
        looked(linkId, { at, status: told.status, begins: false });
        return told;
      },
    },
  };

  const log = createLog('silent', []);
  const replica = () => {
    const stuck = createStuckJob({ deps, escalations: store.escalations, places: () => placesOf(deps), log });
    const post = createDigestPoster({
      deps,
      digests: store.digests,
      messenger: slack.messenger,
      leaseMs: LEASE_MS,
      random: () => 0.5,
      log,
      onOutcome: () => {},
    });
    const { messenger } = slack;
    const told = createWatchMessages({
      deps,
      messenger,
      seal: createSeal('of the test'),
      log,
      leaseMs: LEASE_MS,
    });
    const reminders = createAutomaticReminders(deps, log);
    return async (): Promise<void> => {
      if (time.now % (30 * MINUTE_MS) === 0) await reminders.run();
      await stuck.run();
      await lookAtDue(watching, { leaseMs: LEASE_MS, isStopping: () => false });
      await told.run();
      await post();
    };
  };

  return {
    random,
    deps,
    store,
    slack,
    links,
    transactions,
    calls,
    looks,
    looked,
    down,
    pages,
    hand,
    replica,
    now: () => time.now,
    async reach(at: number): Promise<void> {
      time.now = at;
      await driven.set(at);
    },
  };
}
