/** Owns the stage of a chaos test: local Slack, local InstantPay, ways to them that can be disturbed, replicas as processes. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { httpDelivery } from '../../fakes/slack/delivery.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { startInstantPay } from '../../fakes/instantpay/server.ts';
import { type SlackOptions, startSlack } from '../../fakes/slack/slack.ts';
import { toText } from '../../fakes/slack/to-text.ts';
import { openWay } from './way.ts';

export interface StageOptions {
  /** Where the store is; default a new file. */
  databaseUrl?: string;
  settings?: Readonly<Record<string, string>>;
  slack?: SlackOptions;
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage(options: StageOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-chaos-'));
  const [slack, instantpay] = await Promise.all([startSlack(options.slack), startInstantPay()]);
  const toSlack = await openWay(slack.apiUrl);
  const toInstantPay = await openWay(instantpay.url);
  const { people, channels } = slack;
  const settings: Record<string, string> = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: `${toSlack.url}/api/`,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: toInstantPay.url,
    INSTANTPAY_TIMEOUT: '5s',
    DATABASE_URL: options.databaseUrl ?? `sqlite:${join(folder, 'desk.db')}`,
    APPROVAL_CHANNEL: channels.approvals.id,
    APPROVERS: [people.approver, people.secondApprover].map(({ id }) => id).join(','),
    OPERATORS: '*',
    ADMINS: people.admin.id,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
    ...options.settings,
  };
  return {
    slack,
    instantpay,
    toSlack,
    toInstantPay,
    people,
    channels,
    folder,
    settings,
    /** Slack delivers to these in turn. */
    deliverTo(...urls: string[]): void {
      const ways = urls.map((url) =>
        httpDelivery({ url: `${url}/slack/events`, signingSecret: slack.signingSecret }),
      );
      let next = 0;
      slack.deliverOver({
        deliver(outbound, how) {
          const way = ways[next % ways.length];
          next += 1;
          if (!way) throw new Error('nowhere to deliver to');
          return way.deliver(outbound, how);
        },
      });
    },
    async close(): Promise<void> {
      slack.faults.clear();
      await Promise.all([toSlack.close(), toInstantPay.close()]);
      await Promise.all([slack.close(), instantpay.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a person reads of a message. */
export const read = (message: SlackMessage): string => toText(message);

/** The cards of a link in the approval channel; one that is decided named its link before it was folded. */
export function cardsOf({ slack, channels }: Stage, linkId: string): SlackMessage[] {
  return slack
    .messages(channels.approvals)
    .filter(({ threadTs }) => threadTs === undefined)
    .filter(({ blocks, edits }) => JSON.stringify([blocks, edits]).includes(linkId));
}

/** Somebody asks for a cancel; the card it leads to. `links`: several of them, with spaces between. */
export async function askToCancel(
  stage: Stage,
  links: string,
  by: Person = stage.people.operator,
  linkId = links,
) {
  const asked = await by.command('/payout', `cancel ${links} paid twice`);
  return stage.slack.waitFor(() => cardsOf(stage, linkId)[0], {
    what: `a card for ${linkId}, acknowledged: ${asked.ack.acknowledged}, answers: ${asked.answers.map(read).join()}`,
    withinMs: 30_000,
  });
}

/** Looks again and again, for what announces nothing. */
export async function until<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Does all of it, so many at once. */
export async function atOnce<Item>(
  width: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
