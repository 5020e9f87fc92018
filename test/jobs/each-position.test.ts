/**
 * Owns that what runs by itself tells once wherever it is interrupted: Slack fails at each call of each job that posts, and
 * InstantPay at each page of each job that walks. Files of digests and exports: in their own tests. Automatic reminders call
 * InstantPay alone.
 */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import { createAutomaticReminders } from '../../src/jobs/automatic-reminders.ts';
import { lookAtDue } from '../../src/jobs/watches.ts';
import { createLog } from '../../src/log.ts';
import type { LinkPage } from '../../src/payouts/links/page.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { watchLink } from '../../src/payouts/watches/start.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { createReminderRuns } from '../../src/slack/reminder-runs.ts';
import { ENDS } from '../../src/slack/views/watch-news.ts';
import { createWatchMessages } from '../../src/slack/watch-messages.ts';
import type { Walk } from '../fakes/gateway.ts';
import { createMessenger, type FakeMessenger } from '../fakes/messenger.ts';
import { LINK, MAKER, makeDeps, NOON, page, record, tracked, write } from '../payouts/setup.ts';
import { readable } from '../slack/shown.ts';
import { CHANNEL, DIGEST, openDigestStage, READABLE, TEN, UNREADABLE } from './digest-stage.ts';
import { openStuckStage } from './stuck-stage.ts';

const LEASE_MS = 60_000;
const SILENT = createLog('silent', []);
const idOf = (index: number): string => `a${index.toString(16).padStart(23, '0')}`;

/** Before Slack took it, or while its answer is on the way; this call alone, or the next one too. */
const FAILURES = (['before', 'after'] as const).flatMap((when) => [1, 2].map((amount) => ({ when, amount })));
type Failure = (typeof FAILURES)[number];

/** From the call of this number on, so many fail; a look-up does not reject, but finds nothing out. */
function failAt(slack: FakeMessenger, position: number, { when, amount }: Failure): () => number {
  let calls = 0;
  const refuse = { before: slack.before, after: slack.after };
  const isFailing = (): boolean => calls >= position && calls < position + amount;
  slack.before = async (call, channelId) => {
    calls += 1;
    const isLookUp = call === 'findOwn' || call === 'findFile';
    slack.showsHistory = !(isLookUp && isFailing());
    if (when === 'before' && isFailing() && !isLookUp) throw new SlackFailure('unreachable');
    await refuse.before(call, channelId);
  };
  slack.after = (call) => {
    if (when === 'after' && isFailing() && !call.startsWith('find')) throw new SlackFailure('unreachable');
  };
  return () => calls;
}

interface Job {
  slack: FakeMessenger;
  /** Works until nothing is left to be told, whatever failed. */
  work: () => Promise<void>;
  check: () => void;
}

const JOBS: Record<string, () => Promise<Job>> = {
  async digest() {
    const { slack, pass, to, texts } = await openDigestStage();
    return {
      slack,
      work: async () => (to(TEN - 15_000), pass(30 * MINUTE_MS, MINUTE_MS)),
      check: () => expect(texts()).toEqual([expect.stringMatching(DIGEST)]),
    };
  },
  async 'digest that is incomplete at first'() {
    const { slack, pass, to, texts, deps } = await openDigestStage();
    deps.gateway.script.links = [() => UNREADABLE, () => READABLE];
    return {
      slack,
      work: async () => (to(TEN - 15_000), pass(40 * MINUTE_MS, MINUTE_MS)),
      check: () => {
        expect(texts().filter((text) => DIGEST.test(text))).toHaveLength(1);
        // It is told once at most: the digest supersedes it.
        expect(texts().length).toBeLessThanOrEqual(2);
      },
    };
  },
  async 'notice of paused digests'() {
    const { slack, pass, to } = await openDigestStage({ administrators: ['U_ADMIN', 'U_CHECKER'] });
    slack.before = (call, channelId) => {
      if (call === 'message' && channelId === CHANNEL) throw new SlackFailure('is_archived');
    };
    return {
      slack,
      work: async () => (to(TEN - 15_000), pass(40 * MINUTE_MS, MINUTE_MS)),
      check: () =>
        expect(slack.standing.map(({ channelId }) => channelId).sort()).toEqual(['D_U_ADMIN', 'D_U_CHECKER']),
    };
  },
  async 'notice of stuck links'() {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    return {
      slack: stage.slack,
      work: () => stage.pass(2 * HOUR_MS),
      check: () => expect(stage.told()).toEqual([['first 1']]),
    };
  },
  async 'news of a watch'() {
    const slack = createMessenger();
    let status: 'PROCESSING' | 'CLAIMED' = 'PROCESSING';
    const deps = makeDeps({ script: { track: (linkId) => tracked({ linkId, status }) } });
    const { messenger } = slack;
    const seal = createSeal('of the test');
    const messages = createWatchMessages({ deps, messenger, seal, log: SILENT, leaseMs: LEASE_MS });
    await watchLink(deps, MAKER, LINK);
    status = 'CLAIMED';
    return {
      slack,
      work: async () => {
        for (let round = 0; round < 12; round += 1) {
          deps.time.now += 10 * MINUTE_MS;
          await lookAtDue(deps, { leaseMs: LEASE_MS, isStopping: () => false });
          await messages.run();
        }
      },
      check: () =>
        expect(slack.standing.map(({ message }) => readable(message))).toEqual([
          expect.stringContaining(ENDS.CLAIMED ?? ''),
        ]),
    };
  },
  async 'reminders for several links'() {
    const slack = createMessenger();
    const linkIds = [1, 2, 3].map(idOf);
    const deps = makeDeps({
      script: {
        track: (linkId) => tracked({ linkId }),
        page: ({ filter }) => page([record({ linkId: filter.linkId ?? '' })]),
        notify: () => {
          // An edit on the way.
          deps.time.now += 4_000;
          return write('done');
        },
      },
    });
    const reminders = createReminderRuns({
      deps,
      messenger: slack.messenger,
      log: SILENT,
      leaseMs: LEASE_MS,
    });
    return {
      slack,
      work: async () => {
        await reminders.send(MAKER, linkIds, 'click-1');
        for (let round = 0; round < 6; round += 1) {
          deps.time.now += 6 * MINUTE_MS;
          await reminders.run();
        }
      },
      check: () => {
        expect([...deps.gateway.calls.notify].sort()).toEqual(linkIds);
        expect(slack.standing.map(({ message }) => readable(message))).toEqual([
          expect.stringContaining('3 reminders sent'),
        ]);
      },
    };
  },
};

describe.each(Object.entries(JOBS))('Slack fails at each call of the %s', (_name, open) => {
  test.each(FAILURES)('$when it is done, $amount in a row: told once', async (failure) => {
    for (let position = 1; ; position += 1) {
      const job = await open();
      const calls = failAt(job.slack, position, failure);
      await job.work();
      job.check();
      if (calls() >= position) continue;
      // The last round met no failure.
      expect(position).toBeGreaterThan(1);
      break;
    }
  });
});

/** One link a page. */
const PAGES = 4;
const HOWS = ['rejects', 'is missing'] as const;
type How = (typeof HOWS)[number];
/** The first page, each between, and after the last. */
const POSITIONS = HOWS.flatMap((how) => Array.from({ length: PAGES + 1 }, (_, at) => ({ how, at })));

function failingWalk(pages: readonly LinkPage[], how: How, at: number): Walk {
  const reason = `Page ${at + 1} failed.`;
  const read = pages.slice(0, at);
  const end = { complete: false, reason, pagesRead: read.length, recordsRead: read.length };
  return { pages: how === 'rejects' ? [...read, new Unavailable(reason)] : read, end };
}

const wholeWalk = (pages: readonly LinkPage[]): Walk => ({
  pages: [...pages],
  end: { complete: true, reason: undefined, pagesRead: pages.length, recordsRead: pages.length },
});

describe.each(POSITIONS)('the page behind $at pages $how', ({ how, at }) => {
  test('digest: incomplete without totals, then the whole, each once', async () => {
    const { deps, to, pass, texts, slack } = await openDigestStage();
    const pages = Array.from({ length: PAGES }, (_, index) =>
      page([record({ linkId: idOf(index + 1), status: 'EXPIRED', amountPaise: 100_000 })]),
    );
    deps.gateway.script.links = [() => failingWalk(pages, how, at), () => wholeWalk(pages)];
    to(TEN - 15_000);
    await pass(30 * MINUTE_MS, 5 * MINUTE_MS);
    expect(texts()).toEqual([expect.stringContaining('digest incomplete'), expect.stringMatching(DIGEST)]);
    const [incomplete, whole] = slack.standing.map(({ message }) => readable(message));
    expect(incomplete).not.toContain('₹');
    expect(whole).toContain('₹4,000');
  });

  test('stuck links: those that were read, then the others, each once', async () => {
    const stage = await openStuckStage();
    const claimed = Array.from({ length: PAGES }, () => stage.addClaimed(24));
    const pages = claimed.map(({ linkId, amountPaise, createdAt }) =>
      page([record({ linkId, amountPaise, createdAt, status: 'PROCESSING' })]),
    );
    stage.gateway.script.links = () => failingWalk(pages, how, at);
    await stage.pass(20 * MINUTE_MS);
    const before = stage.told().flat();
    expect(before).toHaveLength(at);
    stage.gateway.script.links = () => wholeWalk(pages);
    await stage.pass(HOUR_MS);
    expect(stage.told().flat().sort()).toEqual(claimed.map((_, index) => `first ${index + 1}`));
  });

  test('automatic reminders: those that were read, then the others, each once', async () => {
    const pages = Array.from({ length: PAGES }, (_, index) =>
      page([record({ linkId: idOf(index + 1), createdAt: NOON - DAY_MS, expiresAt: NOON + 2 * HOUR_MS })]),
    );
    const deps = makeDeps({
      script: {
        links: [() => failingWalk(pages, how, at), () => wholeWalk(pages), () => wholeWalk(pages)],
        track: (linkId) => tracked({ linkId }),
        notify: () => write('done'),
      },
      settings: { automatic: { beforeMs: [3 * HOUR_MS], quiet: undefined } },
    });
    const reminders = createAutomaticReminders(deps, SILENT);
    await reminders.run();
    expect(deps.gateway.calls.notify).toHaveLength(at);
    for (let round = 0; round < 2; round += 1) {
      deps.time.now += 30 * MINUTE_MS;
      await reminders.run();
    }
    expect([...deps.gateway.calls.notify].sort()).toEqual(pages.map(({ links }) => links[0]?.linkId));
  });
});
