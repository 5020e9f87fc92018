/** Owns the whole app for a test: local Slack, local InstantPay and the real app on a database file of its own. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InstantPayOptions, startInstantPay } from '../../fakes/instantpay/server.ts';
import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { Delivered } from '../../fakes/slack/deliveries.ts';
import { BOT } from '../../fakes/slack/workspace.ts';
import { isObject } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { type SlackOptions, startSlack } from '../../fakes/slack/slack.ts';
import { toText } from '../../fakes/slack/to-text.ts';
import { createApp, type App } from '../../src/app.ts';
import { type Env, loadConfig, secretsOf } from '../../src/config.ts';
import type { Patience } from '../../src/slack/patience.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/payouts/store.ts';
import { parseIst } from '../../src/payouts/time.ts';
import { openStore } from '../../src/store/database.ts';
import { startSocketMode } from '../fakes/socket-mode.ts';
import { copyMigratedFile } from '../store/migrated-file.ts';

/** A Friday morning, far from the nightly window. */
export const MORNING = parseIst('2026-11-20 11:00:00') ?? 0;

/** Nothing is said to take long, so that a busy machine changes no answer's place. */
export const FOREVER: Patience = {
  lookingUpMs: 600_000,
  notRecordedMs: 600_000,
  acknowledgeMs: 600_000,
  helpMs: 600_000,
};

export interface TestBotOptions {
  env?: Env;
  slack?: SlackOptions;
  instantpay?: InstantPayOptions;
  /** What the app, Slack's triggers and InstantPay take for now. */
  startAt?: number;
  mode?: 'http' | 'socket';
  /** The app’s own, or another; default forever, so that a busy machine changes no answer's place. */
  patience?: Patience | 'as shipped';
  spareConnectionAfterMs?: number;
  /** How far InstantPay's clock is ahead; default 0. */
  instantPayAheadMs?: number;
  /** A job that runs by the wall clock, as cron with seconds; default none. */
  cronOf?: (job: string) => string | undefined;
  /** Leave the start to the test. */
  stopped?: boolean;
}

export type TestBot = Awaited<ReturnType<typeof openBot>>;

/** One line of the log. */
export interface LogEntry {
  level: string;
  msg: string;
  route?: string;
  status?: string;
  requestId?: string;
}

export async function openBot(options: TestBotOptions = {}) {
  let now = options.startAt ?? MORNING;
  const clock = (): number => now;
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-'));
  const databasePath = join(folder, 'desk.db');
  await copyMigratedFile(databasePath);
  const slack = await startSlack({ ...options.slack, now: clock });
  const socket = options.mode === 'socket' ? await startSocketMode(slack) : undefined;
  const instantpay = await startInstantPay({
    ...options.instantpay,
    clock: () => clock() + (options.instantPayAheadMs ?? 0),
  });
  const { people, channels } = slack;
  const env: Record<string, string | undefined> = {
    SLACK_BOT_TOKEN: slack.botToken,
    ...(socket ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    // Long enough for a busy machine; tests of what hangs set it short.
    INSTANTPAY_TIMEOUT: '5s',
    DATABASE_URL: `sqlite:${databasePath}`,
    APPROVAL_CHANNEL: channels.approvals.id,
    APPROVERS: `${people.approver.id},${people.secondApprover.id}`,
    OPERATORS: [people.operator, people.approver, people.secondApprover].map((person) => person.id).join(','),
    VIEWERS: '*',
    ADMINS: people.admin.id,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'trace',
    ...options.env,
  };
  const lines: string[] = [];
  let handledCount = 0;
  const write = (line: string): void => {
    lines.push(line);
    if (line.includes('"msg":"handled"')) handledCount += 1;
    slack.announce();
  };
  let app: App | undefined;

  const start = async (): Promise<App> => {
    const config = loadConfig(env);
    // The jobs run when a test says so, not by the wall clock.
    app = await createApp(config, {
      clock,
      ...(options.patience !== 'as shipped' && { patience: options.patience ?? FOREVER }),
      ...(options.spareConnectionAfterMs !== undefined && {
        spareConnectionAfterMs: options.spareConnectionAfterMs,
      }),
      cronOf: (job) => options.cronOf?.(job) ?? '0 0 1 1 *',
      homesCollectMs: 0,
      storeMetricsKeptMs: 0,
      log: createLog(config.logLevel, secretsOf(config), { write }),
    });
    await app.caughtUp;
    if (app.mode === 'http') slack.deliverTo(`http://127.0.0.1:${app.port}/slack/events`);
    return app;
  };
  const stop = async (): Promise<void> => {
    const running = app;
    app = undefined;
    await running?.stop();
  };
  if (!options.stopped) await start();

  /** Waits until the app is done with everything it acknowledged. */
  const idle = (): Promise<unknown> =>
    slack.waitFor(() => handledCount >= slack.deliveries.reduce((sum, each) => sum + handledOf(each), 0), {
      what: 'the app to be done',
      withinMs: 15_000,
    });
  /** Does something and waits until the app is done with each copy of it, whatever it answered. */
  const done = async (act: () => Promise<Delivered>): Promise<Delivered> => {
    const delivered = await act();
    await idle();
    return delivered;
  };

  /** What is shown to a person after `act` that was not there before; waits until there is something. */
  const answerTo = async (person: Person, act: () => Promise<unknown>): Promise<SlackMessage> => {
    const before = new Set(slack.allMessages);
    await act();
    await idle();
    return slack.waitFor(
      () =>
        slack.allMessages.find(
          (message) =>
            !before.has(message) &&
            !message.deleted &&
            message.author === undefined &&
            (message.ephemeralFor === person.id || message.channel === person.directMessages),
        ),
      { what: `an answer to ${person.name}`, withinMs: 15_000 },
    );
  };

  return {
    slack,
    socket,
    instantpay,
    people,
    channels,
    env,
    databasePath,
    /** Log lines, as they are written. */
    lines,
    entries: (): LogEntry[] => lines.map((line): LogEntry => JSON.parse(line)),
    get app(): App {
      if (!app) throw new Error('the app is stopped');
      return app;
    },
    clock,
    /** Lets time pass; the waiting requests' job runs afterwards. */
    async pass(durationMs: number): Promise<void> {
      now += durationMs;
      await app?.runApprovals();
    },
    /** Lets time pass while no job runs. */
    skip(durationMs: number): void {
      now += durationMs;
    },
    /** Types `/payout ...` and gives the answer. */
    say: (person: Person, text: string, channel?: { id: string }): Promise<SlackMessage> =>
      answerTo(person, () => person.command('/payout', text, channel ? { channel } : {})),
    answerTo,
    done,
    idle,
    start,
    stop,
    /** Stops the app and starts it again on the same store. */
    async restart(): Promise<void> {
      await stop();
      await start();
    },
    /** Works on the store of a stopped app. */
    async onStore<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
      const store = await openStore(env['DATABASE_URL'] ?? '');
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
    async close(): Promise<void> {
      instantpay.clearFaults();
      slack.faults.clear();
      await stop();
      await socket?.close();
      await instantpay.close();
      await slack.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const HANDLED = new Set(['block_actions', 'view_submission', 'shortcut', 'message_action']);

/** Messages of people to Payout Desk; what others write, and how messages change, it passes over. */
function isHeard(event: Record<string, unknown>): boolean {
  const { type, user, text, channel, channel_type: kind } = event;
  const isOther = [event['subtype'], event['bot_id'], event['edited']].some((field) => field !== undefined);
  if (isOther || typeof user !== 'string' || user === BOT.userId || typeof text !== 'string') return false;
  return type === 'app_mention'
    ? !String(channel).startsWith('D')
    : type === 'message' && kind === 'im' && text.trim() !== '';
}

/** How many "handled" lines a delivery leads to: one for each acknowledged copy that went to a handler. */
function handledOf({ outbound, acks }: Delivered): number {
  const { type, payload } = outbound;
  const reaches =
    type === 'slash_commands' ||
    HANDLED.has(String(payload['type'])) ||
    (isObject(payload['event']) && isHeard(payload['event']));
  if (!reaches) return 0;
  // A form with errors is answered at once, in the form.
  const inForm = (body: unknown): boolean => isObject(body) && body['response_action'] === 'errors';
  return acks.filter(({ acknowledged, body }) => acknowledged && !inForm(body)).length;
}

/** What a person reads of a message or a form. */
export function read(message: SlackMessage | SlackView): string {
  return toText(message);
}
