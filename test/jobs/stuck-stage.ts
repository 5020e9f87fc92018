/** Owns a stage for the job of stuck links: an InstantPay whose links move, a Slack, and replicas on one database. */

import { onTestFinished } from 'vitest';
import { createDigestPoster } from '../../src/jobs/digest-post.ts';
import { createStuckJob } from '../../src/jobs/stuck.ts';
import { createLog } from '../../src/log.ts';
import { Unavailable } from '../../src/errors.ts';
import type { Deps } from '../../src/payouts/deps.ts';
import type { Place } from '../../src/payouts/links/escalation.ts';
import type { PayoutLink, TrackedLink } from '../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import type { Message } from '../../src/slack/block-kit/blocks.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { openStore } from '../../src/store/database.ts';
import type { Walk } from '../fakes/gateway.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { makeDeps, NOON, page, record, tracked } from '../payouts/setup.ts';

export const CHANNEL = 'C_DIGESTS';
export const TICK_MS = 10 * MINUTE_MS;
const LEASE_MS = 60_000;

/** A link of the stage's InstantPay; `claimedAt` of its last claim. */
interface StageLink {
  linkId: string;
  status: 'ISSUED' | 'PROCESSING' | 'CLAIMED';
  amountPaise: number;
  createdAt: number;
  claimedAt: number | undefined;
}

export interface StuckStageOptions {
  escalateTo?: readonly string[];
  channels?: readonly string[];
  stuckAfterMs?: number;
}

export async function openStuckStage({
  escalateTo = [],
  channels = [CHANNEL],
  stuckAfterMs = DAY_MS,
}: StuckStageOptions = {}) {
  const store = await openStore('sqlite::memory:');
  onTestFinished(() => store.close());
  const slack = createMessenger();
  const links: StageLink[] = [];
  /** What fails. */
  const down = { list: false, track: false, slack: false };
  const base = makeDeps({ settings: { escalateTo, stuckAfterMs } });
  const { time } = base;
  const deps: Deps = { ...base, store };

  const recordOf = ({ linkId, status, amountPaise, createdAt }: StageLink): PayoutLink =>
    record({ linkId, status, statusText: status, amountPaise, createdAt });
  const answerOf = (link: StageLink): TrackedLink =>
    tracked({
      linkId: link.linkId,
      status: link.status,
      activity: [link.createdAt, link.claimedAt].flatMap((at, index) =>
        at === undefined || (index === 1 && link.status === 'ISSUED')
          ? []
          : {
              text: 'words',
              at,
              orderId: index === 0 ? undefined : 'order',
              accountType: undefined,
              accountNumber: undefined,
              accountIfsc: undefined,
            },
      ),
    });
  base.gateway.script = {
    links: (): Walk => {
      if (down.list) throw new Unavailable('The list is away.');
      const shown = links.filter(({ status }) => status === 'PROCESSING').map(recordOf);
      const end = { complete: true, reason: undefined, pagesRead: 1, recordsRead: shown.length };
      return { pages: [page(shown)], end };
    },
    track: (linkId) => {
      const link = links.find((one) => one.linkId === linkId);
      if (down.track || !link) throw new Unavailable('Tracking is away.');
      return answerOf(link);
    },
  };
  slack.before = (call) => {
    if (down.slack && call === 'message') throw new SlackFailure('unreachable');
  };

  const log = createLog('silent', [], { write: () => {} });
  const places = channels.map((channelId): Place => ({ channelId, isAbout: () => true }));
  const replica = () => {
    const job = createStuckJob({ deps, escalations: store.escalations, places: async () => places, log });
    const post = createDigestPoster({
      deps,
      digests: store.digests,
      messenger: slack.messenger,
      leaseMs: LEASE_MS,
      random: () => 0.5,
      log,
      onOutcome: () => {},
    });
    return { find: () => job.run(), post };
  };
  const one = replica();
  const other = replica();
  return {
    deps,
    gateway: base.gateway,
    store,
    slack,
    down,
    replica,
    one,
    other,
    now: () => time.now,
    to: (at: number): void => {
      time.now = at;
    },
    /** A link that was claimed so many hours ago. */
    addClaimed(hours: number): StageLink {
      const claimedAt = time.now - hours * HOUR_MS;
      const link: StageLink = {
        linkId: (links.length + 1).toString(16).padStart(24, '0'),
        status: 'PROCESSING',
        amountPaise: (links.length + 101) * 100,
        createdAt: NOON - 1_000 * HOUR_MS,
        claimedAt,
      };
      links.push(link);
      return link;
    },
    claim(link: StageLink): void {
      link.status = 'PROCESSING';
      link.claimedAt = time.now;
    },
    /** Time passes, tick by tick, on both replicas. */
    async pass(durationMs: number): Promise<void> {
      for (const end = time.now + durationMs; time.now < end; ) {
        time.now = Math.min(time.now + TICK_MS, end);
        slack.showsHistory = !down.slack;
        await Promise.all([one.find(), other.find()]);
        await one.post();
        await other.post();
      }
    },
    messages: () => slack.standing.map(({ message }) => message),
    /** Of each message in Slack, which links it names. */
    told: () => slack.standing.map(({ message }) => tellingsOf(message, links)),
  };
}

export type StuckStage = Awaited<ReturnType<typeof openStuckStage>>;

/** "first 3": the third link, told for the first time. */
export function tellingsOf({ blocks }: Message, links: readonly Pick<StageLink, 'amountPaise'>[]): string[] {
  let stage = 'first';
  return blocks.flatMap((block) => {
    if (block.type !== 'header' && block.type !== 'section') return [];
    const text = block.text?.text ?? '';
    if (block.type === 'header' || block.text?.type === 'mrkdwn') {
      if (text.includes('PROCESSING')) stage = text.includes('still') ? 'again' : 'first';
      return [];
    }
    const index = links.findIndex(({ amountPaise }) =>
      text.startsWith(`₹${(amountPaise / 100).toLocaleString('en-IN')}.00 to`),
    );
    return index === -1 ? [`${stage} ?`] : [`${stage} ${index + 1}`];
  });
}
