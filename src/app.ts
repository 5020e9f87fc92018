/** Owns the wiring: createApp(config, overrides) is the only place where the parts of the desk meet. */

import { randomInt, randomUUID } from 'node:crypto';
import type { Config } from './config.ts';
import { secretsOf } from './config.ts';
import { createInstantPayClient } from './instantpay/client.ts';
import { createGateway } from './instantpay/gateway.ts';
import { runApprovals, runCards, runDecided, runWaiting } from './jobs/cancel-requests.ts';
import { ANCHOR_CRON, ANCHOR_TIMEZONE, logAuditAnchor } from './jobs/audit-anchor.ts';
import { createDigestJob, type DigestJob } from './jobs/digest.ts';
import { createSchedule, JOB_OUTCOMES, type Job } from './jobs/schedule.ts';
import { createLog, type Log, requestFields } from './log.ts';
import { createInFlight } from './ops/in-flight.ts';
import { createMetrics } from './ops/metrics.ts';
import { observeInstantPay } from './ops/observe-instantpay.ts';
import { startServer } from './ops/server.ts';
import type { Deps } from './payouts/deps.ts';
import type { Clock, NewId } from './payouts/ports.ts';
import { MINUTE_MS } from './payouts/time.ts';
import { createSeal } from './slack/block-kit/seal.ts';
import { createApprovalCards } from './slack/card-sync.ts';
import { connect, identify } from './slack/api/connect.ts';
import { createDirectory } from './slack/api/directory.ts';
import { type Patience, register } from './slack/dispatch.ts';
import { createMessenger } from './slack/api/messenger.ts';
import { watchToken } from './slack/api/token-watch.ts';
import { call, createClients } from './slack/api/client.ts';
import { openStore } from './store/database.ts';

/** What a test or the demo may set instead of the real thing. */
export interface Overrides {
  clock?: Clock;
  newId?: NewId;
  log?: Log;
  /** How often waiting cancel requests are looked at, as cron with seconds. */
  approvalsCron?: string;
  /** How long a person waits before they are told that it takes longer. */
  patience?: Patience;
  /** How long after the first Socket Mode connection the spare one is opened. */
  spareConnectionAfterMs?: number;
  /** How often digests are looked at, as cron with seconds. */
  digestCron?: string;
  digestLeaseMs?: number;
  cardLeaseMs?: number;
}

export interface App {
  /** The port of health, metrics and, in HTTP mode, Slack's deliveries. */
  port: number;
  /** The port of metrics and readiness: `port`, unless METRICS_PORT names another. */
  metricsPort: number;
  mode: 'http' | 'socket';
  log: Log;
  /** Runs the waiting cancel requests' job now. */
  runApprovals(): Promise<void>;
  /** The scheduled digest's steps; undefined without a digest channel. */
  digest: DigestJob | undefined;
  /** Resolves when what an earlier process left unfinished was taken up, and a missed digest made up, or could not be. */
  caughtUp: Promise<void>;
  /** Readiness off, new work refused, running work ended within the deadline; true when all of it ended. */
  stop(): Promise<boolean>;
}

/**
 * How a stop spends the contract's 10 s: waiting for running work, telling those it is cut off for, and, once nothing
 * new can come in, for the last words that the desk is restarting. Closing the server takes up to half a second more.
 */
const DRAIN_MS = 7_000;
const CUT_OFF_MS = 1_000;
const LAST_WORDS_MS = 500;
const STORE_ANSWERS_MS = 2_000;

/** Several times what a call to Slack may take. */
const DIGEST_LEASE_MS = MINUTE_MS;
/** Longer than one call to Slack. */
const CARD_LEASE_MS = 30_000;

/** As cron with seconds. */
const EVERY_FEW_SECONDS = '*/5 * * * * *';

/** Letters and digits that cannot be confused when read out. */
const REFERENCE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function newReference(): string {
  return Array.from({ length: 8 }, () => REFERENCE_LETTERS[randomInt(REFERENCE_LETTERS.length)]).join('');
}

export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const clock = overrides.clock ?? Date.now;
  const newId = overrides.newId ?? (() => randomUUID());
  const log = overrides.log ?? createLog(config.logLevel, secretsOf(config));
  const inFlight = createInFlight();
  const metrics = createMetrics(() => inFlight.count);
  const closers: (() => Promise<unknown> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const store = await openStore(config.databaseUrl, {
      report: (error) => log.error({ error }, 'the records report a problem'),
      auditKey: config.auditKey,
    });
    closers.push(() => store.close());
    await store.audit.begin(clock());
    await logAuditAnchor(store, log);
    const identity = await identify(config.slack.botToken, config.slack.apiUrl);
    const client = createInstantPayClient({
      ...config.instantpay,
      now: clock,
      onEvent: observeInstantPay(log, metrics, clock),
    });
    closers.push(() => client.close());
    const clients = createClients(config.slack.botToken, config.slack.apiUrl, log);
    const token = watchToken(() => call(clients.web.auth.test()), log);
    closers.push(() => token.stop());
    const deps: Deps = {
      gateway: createGateway(client),
      store,
      directory: createDirectory(clients.directory, identity.teamId, clock, token.refused),
      clock,
      newId,
      policy: config.policy,
      owed: new Map(),
      called: new Map(),
      settings: { ...config.rules, approvalChannel: config.approvalChannel },
    };
    const messenger = createMessenger(clients, { clock, log, onTokenRefused: token.refused });
    const cards = createApprovalCards(deps, messenger, log, overrides.cardLeaseMs ?? CARD_LEASE_MS);
    // Signatures are judged by the wall clock, as Bolt judges them, whatever clock the rules are given.
    const connection = connect(
      config.slack,
      identity,
      Date.now,
      log,
      () => metrics.unsigned.inc(),
      overrides.spareConnectionAfterMs,
    );
    register(connection.app, {
      services: {
        deps,
        messenger,
        cards,
        // Every replica has the same bot token, so every replica can open what another sealed.
        seal: createSeal(config.slack.botToken),
        approvalChannel: config.approvalChannel,
        digestStatuses: config.digest.statuses,
      },
      log,
      logWith: (fields, work) => requestFields.run(fields, work),
      teamId: identity.teamId,
      patience: overrides.patience,
      newReference,
      accept: (cutOff) => inFlight.accept(cutOff),
      acceptWhileDraining: () => inFlight.acceptWhileDraining(),
      onDone: (route, outcome, elapsedMs) => {
        metrics.requests.inc({ route, outcome });
        metrics.requestSeconds.observe({ route }, elapsedMs / 1_000);
      },
    });
    const { channel, ...digestSettings } = config.digest;
    const scheduleId = `settings:${channel}`;
    const digest = channel
      ? createDigestJob({
          deps,
          digests: store.digests,
          messenger,
          schedule: { id: scheduleId, channelId: channel, ...digestSettings },
          leaseMs: overrides.digestLeaseMs ?? DIGEST_LEASE_MS,
          random: Math.random,
          log,
          onOutcome: (outcome, amount) => {
            metrics.digests.inc({ outcome }, amount);
            if (outcome === 'complete') metrics.digestLastSuccess.set(clock() / 1_000);
          },
        })
      : undefined;
    const jobs: Job[] = [
      {
        name: 'approvals',
        cron: overrides.approvalsCron ?? EVERY_FEW_SECONDS,
        run: () => runWaiting(deps),
      },
      // Apart from the first: each edit lasts as long as Slack takes, each look-up as long as InstantPay takes.
      {
        name: 'cards',
        cron: overrides.approvalsCron ?? EVERY_FEW_SECONDS,
        run: () => runCards(deps, cards),
      },
      {
        name: 'outcomes',
        cron: overrides.approvalsCron ?? EVERY_FEW_SECONDS,
        run: () => runDecided(deps, cards),
      },
      {
        name: 'audit anchor',
        cron: ANCHOR_CRON,
        timezone: ANCHOR_TIMEZONE,
        run: () => logAuditAnchor(store, log),
      },
    ];
    if (digest) {
      metrics.digestLastSuccess.set(((await store.digests.lastPostedAt(scheduleId)) ?? 0) / 1_000);
      const cron = overrides.digestCron ?? EVERY_FEW_SECONDS;
      jobs.push({ name: 'digest', cron, run: () => digest.work() });
      // A long walk holds up its own job, never what is due or owed meanwhile.
      jobs.push({ name: 'digest messages', cron, run: async () => (await digest.due(), digest.post()) });
    }
    for (const { name: job } of jobs) {
      for (const outcome of JOB_OUTCOMES) metrics.jobs.inc({ job, outcome }, 0);
    }
    const schedule = createSchedule(jobs, {
      log,
      inFlight,
      onDone: (job, outcome) => metrics.jobs.inc({ job, outcome }),
    });
    const server = await startServer({
      host: config.host,
      port: config.port,
      metricsPort: config.metricsPort,
      registry: metrics.registry,
      log,
      slack: connection.listener,
      problems: async () => {
        const problems = inFlight.stopping ? ['stopping'] : [];
        for (const problem of [connection.problem(), token.problem()]) if (problem) problems.push(problem);
        const answered = await inTime(store.ping(), STORE_ANSWERS_MS);
        if (!answered) problems.push('the store takes no writes');
        return problems;
      },
    });
    // Closed in the opposite order: what was acknowledged until the server closed is owed a word.
    closers.push(() => inFlight.drain(LAST_WORDS_MS));
    closers.push(() => server.close());
    await connection.start();
    token.start();
    closers.push(() => connection.stop());
    // What an earlier process left unfinished comes first, and waits for nobody: InstantPay may be away.
    const done = inFlight.acceptWhileDraining();
    const takenUp = runApprovals(deps, cards).catch((error: unknown) => {
      log.error({ error }, 'startup recovery failed, job will retry');
    });
    await schedule.start();
    // What was missed need not wait for the first tick.
    const madeUp = Promise.resolve(digest?.work()).catch((error: unknown) =>
      log.error({ error }, 'digest catch-up failed, job will retry'),
    );
    const caughtUp = Promise.all([takenUp, madeUp]).then(done);
    log.info({ port: server.port, mode: connection.mode }, 'Payout Desk is open');
    return {
      port: server.port,
      metricsPort: server.metricsPort,
      mode: connection.mode,
      log,
      runApprovals: () => runApprovals(deps, cards),
      digest,
      caughtUp,
      async stop() {
        const ended = inFlight.drain(DRAIN_MS);
        await schedule.stop();
        const all = await ended;
        if (!all) await inFlight.cutOff(CUT_OFF_MS);
        await closeAll();
        return all;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Whether the promise resolves within the time. */
async function inTime(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  const answered = await Promise.race([
    promise.then(
      () => true,
      () => false,
    ),
    late.promise,
  ]);
  clearTimeout(timer);
  return answered;
}
