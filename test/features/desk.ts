/** Owns the whole desk for a test: local Slack, local InstantPay and the real app on a database file of its own. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInstantPay } from '../../demo/instantpay/server.ts';
import type { SlackMessage } from '../../demo/slack/board.ts';
import type { Person } from '../../demo/slack/person.ts';
import { type SlackOptions, startSlack } from '../../demo/slack/slack.ts';
import { toText } from '../../demo/slack/to-text.ts';
import { createApp, type DeskApp } from '../../src/app.ts';
import { type Env, loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { parseIst } from '../../src/payouts/time.ts';

/** A Friday morning, far from the nightly window. */
export const MORNING = parseIst('2026-11-20 11:00:00') ?? 0;

export interface TestDeskOptions {
  env?: Env;
  slack?: SlackOptions;
  /** What the desk, Slack's triggers and InstantPay take for now. */
  startAt?: number;
}

export type TestDesk = Awaited<ReturnType<typeof openDesk>>;

export async function openDesk(options: TestDeskOptions = {}) {
  let now = options.startAt ?? MORNING;
  const clock = (): number => now;
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-'));
  const slack = await startSlack({ ...options.slack, now: clock });
  const instantpay = await startInstantPay({ clock });
  const { people, channels } = slack;
  const env: Env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    INSTANTPAY_TIMEOUT: '500ms',
    DATABASE_URL: `sqlite:${join(folder, 'desk.db')}`,
    APPROVAL_CHANNEL: channels.approvals.id,
    APPROVERS: `${people.approver.id},${people.secondApprover.id}`,
    OPERATORS: [people.operator, people.approver, people.secondApprover].map((person) => person.id).join(','),
    ADMINS: people.admin.id,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'trace',
    ...options.env,
  };
  const lines: string[] = [];
  let app: DeskApp | undefined;

  const start = async (): Promise<DeskApp> => {
    const config = loadConfig(env);
    // The job runs when a test says so, not by the wall clock.
    app = await createApp(config, {
      clock,
      approvalsCron: '0 0 1 1 *',
      log: createLog(config.logLevel, [], { write: (line) => void lines.push(line) }),
    });
    if (app.mode === 'http') slack.deliverTo(`http://127.0.0.1:${app.port}/slack/events`);
    return app;
  };
  await start();

  /** The answer a person gets to what `act` does: the next thing shown to them that was not there before. */
  const answerTo = async (person: Person, act: () => Promise<unknown>): Promise<SlackMessage> => {
    const before = new Set(slack.allMessages);
    await act();
    return slack.waitFor(
      () =>
        slack.allMessages.find(
          (message) =>
            !before.has(message) &&
            !message.deleted &&
            (message.ephemeralFor === person.id || message.channel === person.directMessages),
        ),
      { what: `an answer to ${person.name}` },
    );
  };

  return {
    slack,
    instantpay,
    people,
    channels,
    /** Log lines, as they are written. */
    lines,
    get app(): DeskApp {
      if (!app) throw new Error('the desk is stopped');
      return app;
    },
    clock,
    /** Lets time pass; the waiting requests' job runs afterwards. */
    async pass(durationMs: number): Promise<void> {
      now += durationMs;
      await app?.runApprovals();
    },
    /** Types `/payout ...` and gives the answer. */
    say: (person: Person, text: string, channel?: { id: string }): Promise<SlackMessage> =>
      answerTo(person, () => person.command('/payout', text, channel ? { channel } : {})),
    answerTo,
    /** Stops the desk and starts it again on the same records. */
    async restart(): Promise<void> {
      await app?.stop();
      await start();
    },
    async close(): Promise<void> {
      await app?.stop();
      await instantpay.close();
      await slack.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a person reads of a message. */
export function read(message: SlackMessage): string {
  return toText(message);
}
