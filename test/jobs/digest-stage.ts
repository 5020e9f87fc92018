/** Owns a stage for the digest's job: replicas on one database file, a Slack and a list that a test can fail or hold. */

import { onTestFinished } from 'vitest';
import { createDigestJob, type DigestJob } from '../../src/jobs/digest.ts';
import { createScratch } from '../../src/scratch.ts';
import { createDigestLists } from '../../src/jobs/digest-lists.ts';
import { createLog } from '../../src/log.ts';
import type { DigestOutcome } from '../../src/payouts/digest/run.ts';
import type { WalkEnd } from '../../src/payouts/links/page.ts';
import type { Settings } from '../../src/payouts/deps.ts';
import type { Subscription } from '../../src/payouts/subscriptions/subscription.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { isPlaceClosed } from '../../src/slack/api/error-codes.ts';
import type { Walk } from '../fakes/gateway.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { makeDeps, only, page, policy, record } from '../payouts/setup.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { drivenDatabase } from '../store/driven-clock.ts';
import { databases, type EngineName } from '../store/engines.ts';

/** 10:00 in India. */
export const TEN = Date.parse('2026-11-20T10:00:00+05:30');
export const CHANNEL = 'C_DIGESTS';
export const LEASE_MS = 60_000;
/** The start of the digest’s text that READABLE leads to. */
export const DIGEST = /^(Payout digest|All clear)\b(?! incomplete)/;

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
export const READABLE: Walk = { pages: [page([record({ status: 'EXPIRED' })])], end: COMPLETE };
export const UNREADABLE: Walk = {
  pages: [page([record({ status: 'EXPIRED' })])],
  end: { complete: false, reason: 'Page 2 failed.', pagesRead: 1, recordsRead: 1 },
};

const fresh = { sqlite: databases('sqlite'), postgres: databases('postgres') };

/** A line of the log. */
interface Entry {
  level: string;
  msg: string;
  status?: string;
  code?: string;
  attempt?: number;
}

export interface StageOptions {
  schedule?: Partial<Subscription> & { graceMs?: number };
  administrators?: readonly string[];
  settings?: Partial<Settings>;
  startAt?: number;
  engine?: EngineName;
}

/** Opens a minute before ten, with one schedule. */
export async function openDigestStage(options: StageOptions = {}) {
  const database = await fresh[options.engine ?? 'sqlite']();
  const driven = await drivenDatabase(database);
  const { digests, digestFiles, subscriptions } = await driven.open();
  const slack = createMessenger();
  const { graceMs, ...schedule } = options.schedule ?? {};
  const deps = makeDeps({
    script: { links: () => READABLE },
    // Without administrators nothing is paused.
    policy: policy({ administer: only(...(options.administrators ?? [])) }),
    settings: { digestGraceMs: graceMs ?? HOUR_MS, ...options.settings },
  });
  deps.store.subscriptions = subscriptions;
  deps.time.now = options.startAt ?? TEN - MINUTE_MS;
  await driven.set(deps.time.now);
  const entries: Entry[] = [];
  const scratch = createScratch(Date.now);
  onTestFinished(() => scratch.close());
  const lists = createDigestLists(scratch, deps.clock, createLog('silent', []));
  const outcomes: [DigestOutcome, number][] = [];
  await subscriptions.create(subscription({ channelId: CHANNEL, ...schedule, markAt: deps.time.now }), []);
  const replica = (renewMs?: number): DigestJob =>
    createDigestJob({
      deps,
      digests,
      files: digestFiles,
      lists,
      messenger: slack.messenger,
      leaseMs: renewMs === undefined ? LEASE_MS : renewMs * 4,
      random: () => 0.5,
      log: createLog('trace', [], { write: (line) => void entries.push(JSON.parse(line)) }),
      onOutcome: (outcome, amount) => void outcomes.push([outcome, amount]),
    });
  const job = replica();
  await job.due();
  onTestFinished(() => {
    slack.before = () => {};
    slack.after = () => {};
  });
  return {
    deps,
    digests,
    digestFiles,
    lists,
    subscriptions,
    slack,
    entries,
    outcomes,
    job,
    replica,
    raw: (statement: string) => database.raw(statement),
    /** The lines with this message. */
    logged: (msg: string): Entry[] => entries.filter((entry) => entry.msg === msg),
    texts: () => slack.standing.map(({ message }) => message.text),
    to: (at: number): void => {
      deps.time.now = at;
    },
    /** The same, also for the clock of the database's server. */
    reach: async (at: number): Promise<void> => {
      deps.time.now = at;
      await driven.set(at);
    },
    /** Time passes while the job looks as often as it does in a process. */
    pass: async (durationMs: number, stepMs = 15_000): Promise<void> => {
      for (const end = deps.time.now + durationMs; deps.time.now < end; ) {
        deps.time.now = Math.min(deps.time.now + stepMs, end);
        await job.work();
      }
    },
    /** Slack refuses every such call, until it is told otherwise; a closed channel is this one alone. */
    away: (code: string, calls: readonly string[] = ['message'], retryAfterMs?: number): void => {
      slack.showsHistory = !calls.includes('message');
      slack.before = (call, channelId) => {
        if (isPlaceClosed(code) && channelId !== CHANNEL) return;
        if (calls.includes(call)) throw new SlackFailure(code, retryAfterMs);
      };
    },
    back: (): void => {
      slack.showsHistory = true;
      slack.before = () => {};
    },
    hold: slack.hold,
  };
}

type Stage = Awaited<ReturnType<typeof openDigestStage>>;

/** A stage whose digest was posted at ten, while the answer was lost and Slack does not show its channel. */
export async function openInDoubt(): Promise<Stage> {
  const stage = await openDigestStage();
  stage.slack.showsHistory = false;
  stage.slack.failOnce('after', new SlackFailure('unreachable'));
  stage.to(TEN);
  await stage.job.work();
  return stage;
}

/** The job's walk at ten is held until it is released with its list; another replica's walk reads the list. */
export async function heldWalk({ deps, job, to }: Stage) {
  const walking = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Walk>();
  deps.gateway.script.links = [
    () => {
      walking.resolve();
      return slow.promise;
    },
    READABLE,
  ];
  to(TEN);
  const work = job.work();
  await walking.promise;
  return {
    /** Returns how the job ended. */
    release: (list: Walk) => {
      slow.resolve(list);
      return work;
    },
  };
}

/** The job is frozen before or after Slack has its message, until its lease is over and another replica has worked. */
export async function frozenPost({ job, replica, hold, to }: Stage, moment: 'before' | 'after') {
  to(TEN);
  const post = hold(moment, 'message');
  const work = job.work();
  await post.reached;
  to(TEN + LEASE_MS);
  await replica().work();
  return {
    /** Returns how the job ended. */
    release: () => {
      post.release();
      return work;
    },
  };
}
