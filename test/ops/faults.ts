/** Owns one fault for each alert: what goes wrong, with the scrapes around it. */

import { createHmac } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Registry } from 'prom-client';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { countDeliveries } from '../../src/app-metrics.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { registerStoreMetrics, type StoreState } from '../../src/ops/store-metrics.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import type { DeliveryCounts } from '../../src/slack/api/connect.ts';
import type { TestBotOptions } from '../features/bot.ts';
import { approve, askToCancel } from '../features/steps.ts';
import { readText } from './promql.ts';
import { STEP_S, TARGET, type WatchedBot } from './watched-bot.ts';

export interface Fault {
  options?: TestBotOptions;
  /** After the first scrape of a healthy Payout Desk; scrapes until the alert has to fire. */
  happens: (watched: WatchedBot) => Promise<void>;
}

const DIGEST = { env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_CRON: '0 12 * * *' } };

/** `when` is answered, and lost; what follows is as `then` says. */
async function approveAndLose({ bot }: WatchedBot): Promise<void> {
  const { card } = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'reset' } });
  await approve(bot, card);
}

async function ask({ bot }: WatchedBot, text: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await bot.done(() => bot.people.operator.command('/payout', text));
  }
}

/** A digest is due, and read. */
async function digestIsDue({ bot, scrape }: WatchedBot): Promise<void> {
  bot.skip(HOUR_MS);
  await scrape();
  await bot.app.digest.work();
}

async function withoutStore({ bot }: WatchedBot, act: () => Promise<void>): Promise<void> {
  const other = new DatabaseSync(bot.databasePath, { timeout: 5_000 });
  other.exec('begin immediate');
  try {
    await act();
  } finally {
    other.exec('rollback');
    other.close();
  }
}

type Bot = WatchedBot['bot'];

const post = (bot: Bot, body: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${bot.app.port}/slack/events`, { method: 'POST', body, headers });

function signatureOf(bot: Bot, body: string): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const digest = createHmac('sha256', bot.slack.signingSecret).update(`v0:${timestamp}:${body}`);
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': `v0=${digest.digest('hex')}`,
  };
}

const NOTHING: StoreState = {
  requests: { pending: 0, approved: 0, executing: 0, unknown: 0, unresolved: 0 },
  oldestPendingAt: undefined,
  behind: { card: 0, digest: 0, watch: 0, home: 0 },
  watched: 0,
  openDigests: [],
  schedules: 0,
  lastDigestAt: undefined,
  overdueSince: undefined,
};

/** Scrapes these metrics instead of those of Payout Desk: what really takes seconds is counted here at once. */
async function minutesOf({ bot, scrapes }: WatchedBot, registry: Registry, amount: number): Promise<void> {
  for (let minute = 0; minute < amount; minute += 1) {
    bot.skip(STEP_S * 1_000);
    scrapes.push({ at: bot.clock() / 1_000, samples: readText(await registry.metrics(), TARGET) });
  }
}

/** A pool that is used up: on SQLite nobody waits for longer than a statement. */
function waitingForConnections(watched: WatchedBot): Promise<void> {
  const registry = new Registry();
  registerStoreMetrics(registry, {
    read: async () => NOTHING,
    connections: () => ({ open: 8, idle: 0, waiting: 3 }),
    clock: watched.bot.clock,
    log: createLog('silent', []),
  });
  return minutesOf(watched, registry, 12);
}

/** The series of a healthy Payout Desk, but this one has another value. */
function minutesWith(
  { bot, scrapes }: WatchedBot,
  changed: { name: string; value: number },
  amount: number,
): void {
  const samples = scrapes.at(-1)?.samples ?? [];
  if (!samples.some(({ name }) => name === changed.name)) throw new Error(`no ${changed.name}`);
  for (let minute = 0; minute < amount; minute += 1) {
    bot.skip(STEP_S * 1_000);
    scrapes.push({
      at: bot.clock() / 1_000,
      samples: samples.map((one) => (one.name === changed.name ? { ...one, value: changed.value } : one)),
    });
  }
}

/** What Slack delivers, acknowledged as late as `count` says. */
function deliveriesAre(watched: WatchedBot, count: (deliveries: DeliveryCounts) => void, amount: number) {
  const metrics = createMetrics(() => 0);
  count(countDeliveries(metrics));
  return minutesOf(watched, metrics.registry, amount);
}

/** Whether what takes seconds happens for real; otherwise it is counted as it would be. */
const IS_FULL = process.env['CHAOS'] === 'full';

/** Each second, by the wall clock. */
async function jobFails({ bot, minutes }: WatchedBot): Promise<void> {
  const other = new DatabaseSync(bot.databasePath, { timeout: 5_000 });
  other.exec('alter table cancel_requests rename to hidden');
  const failures = () => bot.entries().filter(({ msg }) => msg === 'job failed').length;
  await bot.slack.waitFor(() => failures() >= 5, { what: 'a job to fail', withinMs: 30_000 });
  await minutes(7);
  other.exec('alter table hidden rename to cancel_requests');
  other.close();
}

export const FAULTS: Record<string, Fault> = {
  PayoutDeskDown: {
    async happens(watched) {
      await watched.bot.stop();
      await watched.minutes(3);
    },
  },
  PayoutDeskStoreAway: {
    happens: (watched) => withoutStore(watched, () => watched.minutes(3)),
  },
  PayoutDeskTokenRefused: {
    async happens(watched) {
      watched.bot.slack.faults.set('users.info', { kind: 'error', error: 'token_revoked' }, 1);
      await ask(watched, 'list', 1);
      await watched.minutes(2);
    },
  },
  PayoutDeskDisconnected: {
    options: { mode: 'socket' },
    async happens(watched) {
      const { slack, socket } = watched.bot;
      slack.faults.set('apps.connections.open', { kind: 'status', status: 500 });
      socket?.drop();
      await slack.waitFor(() => slack.callsTo('apps.connections.open').length > 1, { withinMs: 15_000 });
      await watched.minutes(3);
    },
  },
  PayoutDeskCancelUnresolved: {
    async happens(watched) {
      await approveAndLose(watched);
      for (let hour = 0; hour < 23; hour += 1) await watched.bot.pass(HOUR_MS);
      await watched.minutes(5);
      for (let hour = 0; hour < 3; hour += 1) await watched.bot.pass(HOUR_MS);
      await watched.minutes(2);
    },
  },
  PayoutDeskCancelUnknown: {
    async happens(watched) {
      await approveAndLose(watched);
      await watched.minutes(11);
    },
  },
  PayoutDeskCancelNotCarriedOut: {
    async happens(watched) {
      const { card } = await askToCancel(watched.bot);
      watched.bot.instantpay.fault({ operation: 'track', effect: { kind: 'html500' }, times: 0 });
      await approve(watched.bot, card);
      await watched.minutes(11);
    },
  },
  PayoutDeskRequestWaiting: {
    async happens(watched) {
      await askToCancel(watched.bot);
      watched.bot.skip(4 * HOUR_MS);
      await watched.minutes(6);
    },
  },
  PayoutDeskMessagesBehind: {
    async happens(watched) {
      const { card } = await askToCancel(watched.bot);
      watched.bot.slack.faults.set('chat.update', { kind: 'error', error: 'internal_error' });
      await approve(watched.bot, card);
      await watched.minutes(17);
    },
  },
  // No job runs: a process that hangs, or none.
  PayoutDeskDigestOverdue: {
    options: DIGEST,
    async happens(watched) {
      watched.bot.skip(HOUR_MS);
      await watched.minutes(22);
    },
  },
  PayoutDeskDigestFailed: {
    options: DIGEST,
    async happens(watched) {
      watched.bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'channel_not_found' });
      await digestIsDue(watched);
      await watched.minutes(3);
    },
  },
  PayoutDeskDigestIncomplete: {
    options: DIGEST,
    async happens(watched) {
      watched.bot.instantpay.fault({ operation: 'list', effect: { kind: 'html500' }, times: 0 });
      await digestIsDue(watched);
      await watched.minutes(3);
    },
  },
  PayoutDeskReminderNotConfirmed: {
    async happens(watched) {
      watched.bot.instantpay.fault({ operation: 'notify', effect: { kind: 'reset', when: 'after' } });
      await ask(watched, `notify ${WELL_KNOWN.issued}`, 1);
      await watched.minutes(3);
    },
  },
  PayoutDeskSlackFailing: {
    async happens(watched) {
      watched.bot.slack.faults.set('response_url', { kind: 'status', status: 500 });
      await watched.minutes(8, () => ask(watched, 'help', 2));
    },
  },
  PayoutDeskDeliveriesRefused: {
    async happens(watched) {
      await watched.minutes(10, async () => {
        for (let time = 0; time < 3; time += 1) await (await post(watched.bot, 'text=help')).text();
      });
    },
  },
  PayoutDeskDeliveriesNotAcknowledged: {
    async happens(watched) {
      if (!IS_FULL) return deliveriesAre(watched, (slack) => slack.unacknowledged(), 3);
      // What no listener takes.
      const body = 'payload=%7B%22type%22%3A%22from_the_future%22%7D';
      const { status } = await post(watched.bot, body, signatureOf(watched.bot, body));
      if (status < 500) throw new Error(`answered ${status}`);
      return watched.minutes(3);
    },
  },
  PayoutDeskAcknowledgementsSlow: {
    async happens(watched) {
      if (!IS_FULL) return deliveriesAre(watched, (slack) => slack.acknowledged(2_200), 7);
      const { slack, people } = watched.bot;
      const { card } = await askToCancel(watched.bot);
      await watched.minutes(12);
      slack.faults.set('users.info', { kind: 'delay', delayMs: 2_200 }, 1);
      await watched.bot.done(() => people.secondApprover.click(card, 'Approve'));
      return watched.minutes(7);
    },
  },
  PayoutDeskInstantPayFailing: {
    async happens(watched) {
      watched.bot.instantpay.fault({ operation: 'track', effect: { kind: 'html500' }, times: 0 });
      await watched.minutes(7, () => ask(watched, `track ${WELL_KNOWN.issued}`, 1));
    },
  },
  PayoutDeskCredentialsRefused: {
    async happens(watched) {
      watched.bot.instantpay.fault({
        operation: 'track',
        effect: { kind: 'statuscode', statuscode: 'IAC' },
        times: 0,
      });
      await ask(watched, `track ${WELL_KNOWN.issued}`, 1);
      await watched.minutes(3);
    },
  },
  PayoutDeskRecordsUnreadable: {
    async happens(watched) {
      const value = { meta: { totalRecords: 1, totalPages: 1, currentPage: 1 }, records: [{ id: 7 }] };
      watched.bot.instantpay.fault({ operation: 'list', effect: { kind: 'data', value }, times: 0 });
      await ask(watched, 'list', 1);
      await watched.minutes(3);
    },
  },
  PayoutDeskClockSkew: {
    options: { instantPayAheadMs: 5 * 60_000 },
    async happens(watched) {
      await ask(watched, `track ${WELL_KNOWN.issued}`, 1);
      await watched.minutes(6);
    },
  },
  PayoutDeskUnexpectedErrors: {
    async happens(watched) {
      const { card } = await askToCancel(watched.bot);
      const other = new DatabaseSync(watched.bot.databasePath, { timeout: 5_000 });
      other.exec(`update cancel_requests set details = '{}'`);
      other.close();
      await approve(watched.bot, card);
      await watched.minutes(3);
    },
  },
  PayoutDeskJobFailing: {
    options: IS_FULL ? { cronOf: (job) => (job === 'approvals' ? '* * * * * *' : undefined) } : {},
    async happens(watched) {
      if (IS_FULL) return jobFails(watched);
      const { jobs, registry } = createMetrics(() => 0);
      const failed = { job: 'approvals', outcome: 'failed' };
      jobs.inc(failed, 0);
      await minutesOf(watched, registry, 1);
      jobs.inc(failed, 5);
      return minutesOf(watched, registry, 7);
    },
  },
  PayoutDeskStoreBusy: { happens: waitingForConnections },
  // To burn 4 s of the processor for it would tell nothing more, and less on a busy machine.
  PayoutDeskEventLoopBlocked: {
    async happens(watched) {
      minutesWith(watched, { name: 'nodejs_eventloop_lag_p99_seconds', value: 0.7 }, 6);
    },
  },
  PayoutDeskStoreMetricsMissing: {
    async happens(watched) {
      const other = new DatabaseSync(watched.bot.databasePath, { timeout: 5_000 });
      other.exec('alter table watches rename to hidden');
      await watched.minutes(7);
      other.exec('alter table hidden rename to watches');
      other.close();
    },
  },
};
