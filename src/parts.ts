/** Owns opening the parts that createApp wires: store, Slack, InstantPay, HTTP server; each closes itself at a stop. */

import { randomUUID } from 'node:crypto';
import {
  countReminders,
  countTransition,
  observeSlackCalls,
  type Watched,
  watchParts,
} from './app-metrics.ts';
import type { Config } from './config.ts';
import { eventLoopTurn, pause, withDeadline } from './deadline.ts';
import { createInstantPayClient } from './instantpay/client.ts';
import { createGateway } from './instantpay/gateway.ts';
import { drawChart } from './chart/draw-chart.ts';
import { logAuditAnchor } from './jobs/audit-anchor.ts';
import { createDigestFiles } from './jobs/digest-files.ts';
import { createDigestLists } from './jobs/digest-lists.ts';
import { createExports } from './jobs/exports.ts';
import type { JobParts } from './jobs/table.ts';
import { lookAtDue } from './jobs/watches.ts';
import { createKeyedHash, createQuickHash } from './keyed-hash.ts';
import type { Log } from './log.ts';
import type { InFlight } from './ops/in-flight.ts';
import type { Metrics } from './ops/metrics.ts';
import { observeInstantPay } from './ops/observe-instantpay.ts';
import { type OpsServer, startServer } from './ops/server.ts';
import type { Deps, NewId, Transition } from './payouts/deps.ts';
import { createProcessingFeed } from './payouts/links/processing-feed.ts';
import { createLinkIndex } from './payouts/links/sightings.ts';
import { type Clock, MINUTE_MS } from './payouts/time.ts';
import { call, createClients } from './slack/api/client.ts';
import { identify } from './slack/api/connect.ts';
import type { Messenger } from './slack/api/messenger.ts';
import { createDirectory } from './slack/api/directory.ts';
import { type TokenWatch, watchToken } from './slack/api/token-watch.ts';
import { createSeal, type Seal } from './slack/block-kit/seal.ts';
import type { Patience } from './slack/patience.ts';
import { createWatchMessages } from './slack/watch-messages.ts';
import { createScratch, openSpill } from './scratch.ts';
import { type OpenStore, openStore, type StoreOptions } from './store/database.ts';
import type { TracedStep, Tracing } from './tracing/tracing.ts';

/** What is left of a stop's 10 s, once nothing new can come in, for the replies that Payout Desk is restarting. */
const RESTART_REPLIES_MS = 500;
const INDEX_ANSWERS_MS = 300;

/** Longer than one look: a transaction may be two calls (R13). */
const WATCH_LEASE_MS = MINUTE_MS;

/** What a test or the demo may set instead of the real thing. */
export interface Overrides {
  clock?: Clock;
  newId?: NewId;
  log?: Log;
  /** How long a person waits before the waiting message. */
  patience?: Patience;
  /** How long after the first Socket Mode connection the spare one is opened. */
  spareConnectionAfterMs?: number;
  /** When a job runs instead of as its table says, as cron with seconds; undefined: as the table says. */
  cronOf?: (job: string) => string | undefined;
  digestLeaseMs?: number;
  cardLeaseMs?: number;
  reminderLeaseMs?: number;
  /** Of exports and of the files of digests. */
  fileLeaseMs?: number;
  watchLeaseMs?: number;
  /** The changes to the schema that another version knows. */
  schemaChanges?: StoreOptions['changes'];
  /** How long changes are collected before App Home is published again. */
  homesCollectMs?: number;
  /** How long the metrics that the store knows are kept. */
  storeMetricsKeptMs?: number;
}

/** What opening a part takes. */
export interface Base {
  config: Config;
  overrides: Overrides;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  inFlight: InFlight;
  tracing: Tracing;
  /** Runs in reverse order, at a stop and after a start that failed. */
  closing: AsyncDisposableStack;
}

/** The calls to Slack, and who the bot token belongs to. */
export interface Slack {
  identity: Awaited<ReturnType<typeof identify>>;
  clients: ReturnType<typeof createClients>;
  token: TokenWatch;
}

/** The store with the beginning of its audit; the audit's last row goes to the log. */
export async function openAuditedStore(base: Base): Promise<OpenStore> {
  const { config, overrides, clock, log, tracing, closing } = base;
  const opened = await openStore(config.databaseUrl, {
    report: (error) => log.error({ error }, 'store error'),
    auditKey: config.auditKey,
    changes: overrides.schemaChanges,
    // What is watched goes with the InstantPay account, as the index of links does.
    seal: createSeal(`${config.instantpay.clientId} ${config.instantpay.clientSecret}`, 'watched v1'),
  });
  const store = tracing.store(opened);
  closing.defer(() => store.close());
  await store.audit.begin(clock());
  await logAuditAnchor(store, log);
  return store;
}

/** Rejects with SlackFailure when Slack refuses the bot token or does not answer. */
export async function openSlack({ config, log, metrics, tracing, closing }: Base): Promise<Slack> {
  const { botToken, apiUrl } = config.slack;
  const identity = await identify(botToken, apiUrl);
  const clients = createClients(botToken, apiUrl, log, observeSlackCalls({ metrics, tracing }));
  const token = watchToken(() => call(clients.web.auth.test()), log);
  closing.defer(() => token.stop());
  return { identity, clients, token };
}

/** Everything the rules take; calls to InstantPay are logged and counted. */
export function createDeps(
  { config, overrides, clock, log, metrics, tracing, closing }: Base,
  store: OpenStore,
  slack: Slack,
  onTransition: Deps['onTransition'],
): Deps {
  const linkIndex = createLinkIndex({
    store: { ...store.linkIndex, find: findInTime(store) },
    // The index goes with the InstantPay account: another account, or a new secret, starts an empty one.
    hash: createKeyedHash(`${config.instantpay.clientId} ${config.instantpay.clientSecret}`),
    clock,
    pause,
    onProblem: (error) => log.warn({ error }, 'link index not available'),
  });
  closing.defer(() => withDeadline(linkIndex.close(), INDEX_ANSWERS_MS, () => undefined));
  const processing = createProcessingFeed({
    store: store.processing,
    clock,
    pause,
    turn: eventLoopTurn,
    onProblem: (error) => log.warn({ error }, 'ages of links not available'),
  });
  closing.defer(() => withDeadline(processing.close(), INDEX_ANSWERS_MS, () => undefined));
  const logTransition = logTransitions(log);
  const observe = observeInstantPay(log, metrics, clock);
  const client = createInstantPayClient({
    ...config.instantpay,
    now: clock,
    onEvent(event) {
      observe(event);
      tracing.instantPay(event);
    },
    onLink(facts) {
      linkIndex.see(facts);
      processing.see(facts);
    },
    recipientHash: createQuickHash(),
    openSpill,
  });
  closing.defer(() => client.close());
  return {
    gateway: countReminders(createGateway(client), metrics),
    store,
    linkIndex,
    directory: createDirectory(slack.clients.directory, slack.identity.teamId, clock, slack.token.refused),
    clock,
    newId: overrides.newId ?? (() => randomUUID()),
    turn: eventLoopTurn,
    openSpill,
    policy: config.policy,
    unsaved: new Map(),
    called: new Map(),
    onTransition: (transition) => {
      logTransition(transition);
      countTransition(metrics, transition);
      tracing.step(stepOf(transition));
      onTransition(transition);
    },
    settings: { ...config.rules, approvalChannel: config.approvalChannel },
  };
}

/** Several times what a call to Slack may take; reading and uploading renew it. */
const FILE_LEASE_MS = MINUTE_MS;

/** What makes files: those that people asked for, and those of digests. They are gone when the process ends. */
export function openFiles(
  { overrides, clock, log, closing }: Base,
  store: OpenStore,
  deps: Deps,
  messenger: Messenger,
) {
  // The times of files are the machine's, whatever clock the rules are given.
  const scratch = createScratch(Date.now);
  closing.defer(() => scratch.close());
  const leaseMs = overrides.fileLeaseMs ?? FILE_LEASE_MS;
  const lists = createDigestLists(scratch, clock, log, openSpill);
  return {
    exports: createExports({ deps, messenger, scratch, log, leaseMs }),
    lists,
    ofDigests: createDigestFiles({
      deps,
      files: store.digestFiles,
      lists,
      messenger,
      scheduleOf: (id) => store.subscriptions.find(id),
      drawChart,
      leaseMs,
      log,
    }),
  };
}

/** The index only saves time: a search does not wait for it longer than InstantPay takes to answer. */
function findInTime({ linkIndex }: OpenStore): OpenStore['linkIndex']['find'] {
  return (query, limit) => withDeadline(linkIndex.find(query, limit), INDEX_ANSWERS_MS, () => []);
}

function stepOf({ request: { batchId: cancelRequestId, status: to }, from }: Transition): TracedStep {
  return { cancelRequestId, from, to };
}

/** One line for each stored step of a request, of people and of jobs. */
function logTransitions(log: Log): Deps['onTransition'] {
  return ({ request: { batchId: cancelRequestId, number: requestNumber, linkId, status: to }, ...step }) =>
    log.info({ cancelRequestId, requestNumber, linkId, to, ...step }, 'cancel request changed');
}

/** Health, metrics and Slack's deliveries. Closing it lets the replies end that were acknowledged until then. */
export async function serve(base: Base, parts: Watched): Promise<OpsServer> {
  const { config, log, metrics, inFlight, closing } = base;
  const server = await startServer({
    host: config.host,
    port: config.port,
    metricsPort: config.metricsPort,
    registry: metrics.registry,
    log,
    slack: parts.connection.listener,
    problems: watchParts(base, parts),
  });
  closing.defer(() => inFlight.drain(RESTART_REPLIES_MS).then(() => {}));
  closing.defer(() => server.close());
  return server;
}

/** What `/payout digest` shows, and what it is compared with. */
export function digestOnRequest({ digest }: Config, { digests }: OpenStore) {
  return {
    digestStatuses: digest.statuses,
    toldDigest: (scheduleId: string) => digests.told(scheduleId),
  };
}

/** Looks at what is watched, and messages to those who watch. */
export function createWatches(
  { log, overrides, inFlight }: Base,
  deps: Deps,
  messenger: Messenger,
  seal: Seal,
): JobParts['watches'] {
  const leaseMs = overrides.watchLeaseMs ?? WATCH_LEASE_MS;
  const messages = createWatchMessages({ deps, messenger, seal, log, leaseMs });
  return {
    look: () => lookAtDue(deps, { leaseMs, isStopping: () => inFlight.stopping }),
    tell: () => messages.run(),
  };
}
