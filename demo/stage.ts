/** Owns the whole demo set up: local Slack, local InstantPay and Payout Desk between them, on one clock. */

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess, RunByHand } from './app-process.ts';
import { type Desk, type DeskOptions, openDesk } from './desk.ts';
import { type InstantPay, startInstantPay } from '../fakes/instantpay/server.ts';
import { type LocalSlack, startSlack } from '../fakes/slack/slack.ts';

export interface StageOptions {
  /** What the clocks show at the start; default the real time. */
  startAt?: number;
  /** Jobs that keep to minutes of the real hour run only in `skip`. */
  jobsByHand?: boolean;
  /** Made when Payout Desk is about to start. */
  settings?: () => Readonly<Record<string, string>>;
  /** Payout Desk is started again when it ends, and what is said about that. */
  restarts?: DeskOptions['restarts'];
}

export interface Stage {
  slack: LocalSlack;
  instantpay: InstantPay;
  /** The process of now: after a kill there is another. */
  readonly app: AppProcess;
  desk: Pick<Desk, 'state' | 'onChange' | 'kill' | 'ended' | 'running'>;
  clock: () => number;
  logPath: string;
  databaseUrl: string;
  /** Resolves when Payout Desk has done everything it was asked so far and Slack shows it. */
  settle(withinMs?: number): Promise<void>;
  /** All clocks go on by so much, then these jobs of Payout Desk run. */
  skip(durationMs: number, ...runs: RunByHand[]): Promise<void>;
  /** All clocks go on by so much, then every job of Payout Desk runs once. */
  advance(durationMs: number): Promise<void>;
  /** Ends Payout Desk alone, in order. Resolves with its exit code. */
  stop(): Promise<number | undefined>;
  /** Ends all three, Payout Desk by force after `withinMs`; the log and the database go unless they are to be kept. */
  close(options?: { keepFiles?: boolean; withinMs?: number }): Promise<void>;
}

/** From this amount on a cancel takes two approvers. */
const TWO_APPROVERS_FROM = '200000';

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  let clockShiftMs = options.startAt === undefined ? 0 : options.startAt - Date.now();
  const clock = (): number => Date.now() + clockShiftMs;
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-demo-'));
  const logPath = join(folder, 'payout-desk.log');
  // For an end in the middle that is no failure, such as a reader of the output that has seen enough.
  process.once('exit', (code) => {
    if (code === 0) rmSync(folder, { recursive: true, force: true });
  });
  const [slack, instantpay] = await Promise.all([
    startSlack({ now: clock, stampsByNow: true }),
    startInstantPay({ clock }),
  ]);
  const closeBoth = async (): Promise<void> => {
    await Promise.all([slack.close(), instantpay.close()]);
  };
  const databaseUrl = `sqlite:${join(folder, 'payout-desk.db')}`;
  let desk: Desk;
  try {
    const settings = { ...settingsFor(slack, instantpay, databaseUrl), ...options.settings?.() };
    const { jobsByHand = false, restarts } = options;
    desk = await openDesk({
      settings,
      logPath,
      scratch: folder,
      jobsByHand,
      clockShiftMs: () => clockShiftMs,
      onUrl: (url) => slack.deliverTo(`${url}/slack/events`),
      ...(restarts && { restarts }),
    });
  } catch (error) {
    await closeBoth();
    throw error;
  }
  return {
    slack,
    instantpay,
    get app() {
      return desk.process;
    },
    desk,
    clock,
    logPath,
    databaseUrl,
    async settle(withinMs = 15_000) {
      // One that is killed at this moment does not answer.
      const busy = (): Promise<number | undefined> => desk.process.inFlight().catch(() => undefined);
      const deadline = Date.now() + withinMs;
      for (;;) {
        const waiting = slack.calls.some((call) => call.status === undefined && call.fault === undefined);
        if (desk.state === 'down') return;
        if (desk.state === 'running' && !waiting && (await busy()) === 0) return;
        if (Date.now() > deadline) throw new Error(`Payout Desk was still busy after ${withinMs / 1_000} s`);
        await sleep(20);
      }
    },
    async skip(durationMs, ...runs) {
      clockShiftMs += durationMs;
      await desk.skip(durationMs, runs);
    },
    async advance(durationMs) {
      clockShiftMs += durationMs;
      await desk.skip(durationMs);
    },
    stop: () => desk.close(),
    async close({ keepFiles = false, withinMs } = {}) {
      await desk.close(withinMs);
      await closeBoth();
      if (!keepFiles) await rm(folder, { recursive: true, force: true });
    },
  };
}

function settingsFor(slack: LocalSlack, instantpay: InstantPay, databaseUrl: string): Record<string, string> {
  const { people, channels, groups } = slack;
  const approvers = groups.list.map(({ id }) => id);
  const operators = [people.operator, people.approver, people.secondApprover];
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    INSTANTPAY_ENVIRONMENT: 'live',
    INSTANTPAY_TIMEOUT: '5s',
    DATABASE_URL: databaseUrl,
    APPROVAL_CHANNEL: channels.approvals.id,
    APPROVERS: approvers.join(','),
    APPROVAL_RULES: `0:1,${TWO_APPROVERS_FROM}:2@${approvers.join('+')}`,
    OPERATORS: operators.map(({ id }) => id).join(','),
    VIEWERS: '*',
    ADMINS: people.admin.id,
    DIGEST_CHANNEL: channels.digests.id,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'trace',
  };
}
