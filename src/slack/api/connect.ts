/** Owns the connection to Slack, HTTP or Socket Mode, around the traps of Bolt's receivers. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../log.ts';
import type { Clock } from '../../payouts/time.ts';
import { LIMITS } from '../block-kit/limits.ts';
import { createAdmission } from './admission.ts';
import { keepConnected } from './keep-connected.ts';
import { libraryLogger } from './library-logger.ts';
import { call, clientOptions, createClients } from './client.ts';

export interface SlackSettings {
  botToken: string;
  appToken: string | undefined;
  signingSecret: string | undefined;
  /** Also taken, while the other one is new. */
  previousSigningSecret?: string | undefined;
  apiUrl: string | undefined;
}

export interface Identity {
  teamId: string | undefined;
  botUserId: string | undefined;
  botId: string | undefined;
}

export interface Connection {
  app: App;
  mode: 'http' | 'socket';
  /** Handles POST /slack/events; undefined in Socket Mode. */
  listener: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  /** Connects in Socket Mode; rejects with SlackFailure when refused or not connected in time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What keeps Slack from reaching this replica; undefined when nothing does. */
  problem(): string | undefined;
}

/** Before Slack gives up on a delivery. */
const ACKNOWLEDGE_WITHIN_MS = LIMITS.acknowledgeMs - 200;
/** After the first connection, so that Slack does not refresh both at the same time. */
const SPARE_AFTER_MS = 60_000;

/** Returns whom the bot token belongs to. Rejects with SlackFailure. */
export async function identify(botToken: string, apiUrl: string | undefined): Promise<Identity> {
  const { web } = createClients(botToken, apiUrl);
  const answer = await call(web.auth.test());
  return { teamId: answer.team_id, botUserId: answer.user_id, botId: answer.bot_id };
}

/** What is counted of deliveries. */
export interface DeliveryCounts {
  /** A request that Slack did not sign. */
  refused(): void;
  /** `elapsedMs` after it arrived. */
  acknowledged(elapsedMs: number): void;
  /** Not in time, or not at all: Slack tells the person that it failed, or delivers it again. */
  unacknowledged(): void;
}

/** `spareAfterMs`: when the second Socket Mode connection opens. */
export function connect(
  settings: SlackSettings,
  identity: Identity,
  clock: Clock,
  log: Log,
  counts: DeliveryCounts,
  spareAfterMs = SPARE_AFTER_MS,
): Connection {
  const { botToken, apiUrl } = settings;
  const { botId, botUserId } = identity;
  const signingSecret = settings.signingSecret ?? '';
  const receiver = settings.appToken
    ? socketReceiver(settings.appToken, apiUrl, log)
    : httpReceiver(signingSecret, log);
  const app = new App({
    receiver,
    logger: libraryLogger(log),
    clientOptions: clientOptions(apiUrl, log),
    // One workspace: the identity is asked for once, so that no delivery waits for Slack.
    authorize: async () => ({ botToken, ...(botId && { botId }), ...(botUserId && { botUserId }) }),
    convoStore: false,
    attachFunctionToken: false,
  });
  if (receiver instanceof HTTPReceiver) {
    const receivers = new Map([[signingSecret, receiver]]);
    if (settings.previousSigningSecret !== undefined) {
      const previous = httpReceiver(settings.previousSigningSecret, log);
      previous.init(app);
      receivers.set(settings.previousSigningSecret, previous);
    }
    return {
      app,
      mode: 'http',
      listener: httpListener(receivers, { clock, log, counts }),
      start: async () => {},
      stop: async () => {},
      problem: () => undefined,
    };
  }
  countSocketDeliveries(app, clock, counts);
  // Slack delivers over either connection of an app, so the spare covers a routine refresh of the first.
  const spareReceiver = socketReceiver(settings.appToken ?? '', apiUrl, log);
  spareReceiver.init(app);
  const kept = keepConnected(receiver.client, log);
  const spare = keepConnected(spareReceiver.client, log);
  return {
    app,
    mode: 'socket',
    listener: undefined,
    async start() {
      await kept.start();
      spare.startLater(spareAfterMs);
    },
    stop: async () => void (await Promise.all([kept.stop(), spare.stop()])),
    problem: () => (kept.connected() || spare.connected() ? undefined : 'no connection to Slack'),
  };
}

/** Both connections hand their deliveries to the app. */
function countSocketDeliveries(app: App, clock: Clock, counts: DeliveryCounts): void {
  const processEvent = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    const arrivedAt = clock();
    let isAcknowledged = false;
    const ack: typeof event.ack = async (answer) => {
      await event.ack(answer);
      if (!isAcknowledged) counts.acknowledged(clock() - arrivedAt);
      isAcknowledged = true;
    };
    try {
      await processEvent({ ...event, ack });
    } finally {
      if (!isAcknowledged) counts.unacknowledged();
    }
  };
}

/** `receivers`: by signing secret; a request goes to the one that can verify it. */
function httpListener(
  receivers: ReadonlyMap<string, HTTPReceiver>,
  { clock, log, counts }: { clock: Clock; log: Log; counts: DeliveryCounts },
): NonNullable<Connection['listener']> {
  const admission = createAdmission({
    signingSecrets: [...receivers.keys()],
    clock,
    log,
    onRefused: () => counts.refused(),
    admit: (request, response, secret) => {
      // Bolt never answers a body such as `null` (trap 7).
      const late = setTimeout(() => {
        if (response.headersSent) return;
        log.error('delivery not acknowledged in time');
        response.writeHead(500).end();
      }, ACKNOWLEDGE_WITHIN_MS);
      response.once('close', () => clearTimeout(late));
      receivers.get(secret)?.requestListener(request, response);
    },
  });
  return (request, response) => {
    const arrivedAt = clock();
    response.once('finish', () => {
      if (response.statusCode === 200) counts.acknowledged(clock() - arrivedAt);
      else if (response.statusCode >= 500) counts.unacknowledged();
    });
    return admission(request, response);
  };
}

function httpReceiver(signingSecret: string, log: Log): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret,
    // The admission has verified it already; another time would be a tenth of the work for a command.
    signatureVerification: false,
    endpoints: '/slack/events',
    logger: libraryLogger(log),
    // What no listener takes is refused within Slack's three seconds, so that Slack tells the person (trap 11).
    unhandledRequestTimeoutMillis: ACKNOWLEDGE_WITHIN_MS - 200,
    unhandledRequestHandler: ({ response }) => {
      log.error('delivery not acknowledged in time');
      if (!response.headersSent) response.writeHead(500).end();
    },
    processEventErrorHandler: async ({ error, response }) => {
      log.error({ error }, 'delivery failed before acknowledgement');
      if (!response.headersSent) response.writeHead(500).end();
      return true;
    },
  });
}

function socketReceiver(appToken: string, apiUrl: string | undefined, log: Log): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    logger: libraryLogger(log),
    // No retries within an attempt: keepConnected() makes the next one, and two must not overlap.
    installerOptions: { clientOptions: { ...clientOptions(apiUrl, log), retryConfig: { retries: 0 } } },
    autoReconnectEnabled: false,
    clientPingTimeout: 5_000,
    serverPingTimeout: 30_000,
    processEventErrorHandler: async ({ error }) => {
      log.error({ error }, 'delivery failed before acknowledgement');
      return true;
    },
  });
}
