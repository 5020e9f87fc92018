/** Owns the wiring: createApp(config, overrides) is the only place where the parts of Payout Desk meet. */

import { asJob, createDigest, createJobs, recover } from './app-jobs.ts';
import { countDeliveries, openMetrics, observeSlackCalls } from './app-metrics.ts';
import { type Config, secretsOf } from './config.ts';
import { logAuditAnchor } from './jobs/audit-anchor.ts';
import { createAutomaticReminders } from './jobs/automatic-reminders.ts';
import type { DigestJob } from './jobs/digest.ts';
import type { Schedule } from './jobs/schedule.ts';
import { createStuckJob, placesOf } from './jobs/stuck.ts';
import { type JobParts, runsOf } from './jobs/table.ts';
import { createLog, type Log } from './log.ts';
import { createInFlight } from './ops/in-flight.ts';
import { removeOld } from './payouts/retention/remove.ts';
import { MINUTE_MS } from './payouts/time.ts';
import {
  type Base,
  createDeps,
  createWatches,
  digestOnRequest,
  openFiles,
  openAuditedStore,
  openSlack,
  type Overrides,
  serve,
  type Slack,
} from './parts.ts';
import { newReference } from './reference.ts';
import { type Connection, connect } from './slack/api/connect.ts';
import { createMessenger } from './slack/api/messenger.ts';
import { createSeal } from './slack/block-kit/seal.ts';
import { createApprovalCards } from './slack/card-sync.ts';
import type { Services } from './slack/context.ts';
import { createHomes } from './slack/home/homes.ts';
import { createReminderRuns } from './slack/reminder-runs.ts';
import { registerListeners } from './slack/listen.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { VERSION } from './version.ts';

export interface App extends ReturnType<typeof runsOf> {
  /** The port of health, metrics and, in HTTP mode, Slack's deliveries. */
  port: number;
  /** The port of metrics and readiness: `port`, unless METRICS_PORT names another. */
  metricsPort: number;
  mode: 'http' | 'socket';
  log: Log;
  /** The scheduled digests' steps. */
  digest: DigestJob;
  /** Resolves when the recovery of an earlier process's work and the catch-up of a missed digest ended, or failed. */
  caughtUp: Promise<void>;
  /** Drains and closes everything; true when all running work ended before its deadline. Readiness goes first. */
  stop(): Promise<boolean>;
}

/**
 * How a stop spends the contract's 10 s: waiting for running work, then telling people that theirs was cut off. Closing
 * the HTTP server and the last replies takes up to a second more.
 */
const DRAIN_MS = 7_000;
const CUT_OFF_MS = 1_000;

/** Longer than one call to Slack. */
const CARD_LEASE_MS = 30_000;
/** Longer than one look-up and one call. */
const REMINDER_LEASE_MS = MINUTE_MS;
/** An approval is several steps within a second or two. */
const HOMES_COLLECT_MS = 1_000;

/**
 * Opens the store, connects to Slack, starts the jobs and listens. Rejects with SlackFailure when Slack refuses the token
 * or does not answer, with a one-line Error when the store or a port cannot be used; then everything opened is closed.
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const log = overrides.log ?? createLog(config.logLevel, secretsOf(config));
  const inFlight = createInFlight();
  const closing = new AsyncDisposableStack();
  try {
    const database = config.databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgresql';
    const tracing = await openTracing({ endpoint: config.tracesTo, version: VERSION, database }, log);
    // First, so that it is closed last: what a stop does is traced as well.
    closing.defer(() => tracing.close());
    return await open({
      config,
      overrides,
      clock: overrides.clock ?? Date.now,
      log,
      metrics: openMetrics(config, inFlight),
      inFlight,
      tracing,
      closing,
    });
  } catch (error) {
    // Why it cannot start is what the operator has to know.
    await closing.disposeAsync().catch((failure: unknown) => log.error({ error: failure }, 'close failed'));
    throw error;
  }
}

async function open(base: Base): Promise<App> {
  const { config, overrides, log, inFlight, closing } = base;
  const store = await openAuditedStore(base);
  const slack = await openSlack(base);
  const deps = createDeps(base, store, slack, () => homes.changed());
  const onTokenRefused = slack.token.refused;
  const onCall = observeSlackCalls(base);
  const messenger = createMessenger(slack.clients, { clock: base.clock, log, onTokenRefused, onCall });
  const collectMs = overrides.homesCollectMs ?? HOMES_COLLECT_MS;
  const homes = createHomes({ deps, store: store.homes, messenger, log, collectMs });
  closing.defer(() => homes.stop());
  const cards = createApprovalCards(deps, messenger, log, overrides.cardLeaseMs ?? CARD_LEASE_MS);
  const leaseMs = overrides.reminderLeaseMs ?? REMINDER_LEASE_MS;
  const reminders = createReminderRuns({ deps, messenger, log, leaseMs });
  // Every replica has the same bot token, so every replica can open what another sealed.
  const seal = createSeal(config.slack.botToken);
  const watches = createWatches(base, deps, messenger, seal);
  const files = openFiles(base, store, deps, messenger);
  const automaticReminders = createAutomaticReminders(deps, log);
  const connection = listen(base, slack, {
    deps,
    messenger,
    cards,
    homes,
    reminders,
    seal,
    approvalChannel: config.approvalChannel,
    ...digestOnRequest(config, store),
  });
  const digest = await createDigest(base, store, deps, { messenger, lists: files.lists });
  const { escalations } = store;
  const stuck = createStuckJob({ deps, escalations, places: () => placesOf(deps), log });
  const { exports, ofDigests: digestFiles } = files;
  const runs = { deps, cards, homes, reminders, exports, watches, automaticReminders, stuck, digestFiles };
  const logAnchor = () => logAuditAnchor(store, log);
  const removeOldRecords = () => removeOld(deps, store.retention);
  const jobs: JobParts = {
    ...runs,
    digest,
    logAnchor,
    removeOld: removeOldRecords,
    cronOf: overrides.cronOf,
  };
  const schedule = createJobs(base, jobs);
  const server = await serve(base, { store, deps, connection, token: slack.token });
  await connection.start();
  slack.token.start();
  closing.defer(() => connection.stop());
  // Recovers first what an earlier process left unfinished; not awaited, since InstantPay may be unavailable.
  const done = inFlight.acceptWhileDraining();
  const recovered = recover(base, jobs);
  await schedule.start();
  // A missed digest does not wait for the first run of its job.
  const madeUp = asJob(base.tracing, 'digest', async () => digest.work()).catch((error: unknown) =>
    log.error({ error }, 'digest catch-up failed, job will retry'),
  );
  log.info({ port: server.port, mode: connection.mode }, 'listening');
  return {
    port: server.port,
    metricsPort: server.metricsPort,
    mode: connection.mode,
    log,
    ...runsOf(jobs),
    digest,
    caughtUp: Promise.all([recovered, madeUp]).then(done),
    stop: () => stopAll(base, schedule, [reminders, exports, automaticReminders]),
  };
}

type Stoppable = { stop(): void };

async function stopAll({ inFlight, closing }: Base, schedule: Schedule, runs: Stoppable[]): Promise<boolean> {
  for (const run of runs) run.stop();
  const ended = inFlight.drain(DRAIN_MS);
  await schedule.stop();
  const all = await ended;
  if (!all) await inFlight.cutOff(CUT_OFF_MS);
  await closing.disposeAsync();
  return all;
}

/** Connects Slack's requests with their handlers; nothing comes in before the connection is started. */
function listen(
  { config, overrides, log, metrics, inFlight, tracing }: Base,
  slack: Slack,
  services: Services,
): Connection {
  const connection = connect(
    config.slack,
    slack.identity,
    // Signatures are judged by the wall clock, as Bolt judges them, whatever clock the rules are given.
    Date.now,
    log,
    countDeliveries(metrics),
    overrides.spareConnectionAfterMs,
  );
  registerListeners(connection.app, {
    services,
    log,
    teamId: slack.identity.teamId,
    patience: overrides.patience,
    newReference,
    inFlight,
    onDone: (route, outcome, elapsedMs) => {
      metrics.requests.inc({ route, outcome });
      metrics.requestSeconds.observe({ route }, elapsedMs / 1_000);
      tracing.ended(outcome);
    },
    within: (work, does) => tracing.run(work, does),
  });
  return connection;
}
