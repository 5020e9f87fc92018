/**
 * Owns App Home: published when it is opened, and again when something changes that it shows. Like a card it is brought
 * up to date under a lease, so that any number of replicas may do so at once and the latest state is shown last.
 */

import pLimit from 'p-limit';
import { withDeadline } from '../../deadline.ts';
import { isPayoutDeskError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Deps } from '../../payouts/deps.ts';
import type { HeldHome, HomeStore } from '../../payouts/home/port.ts';
import { DAY_MS, MINUTE_MS } from '../../payouts/time.ts';
import { SlackFailure } from '../api/client.ts';
import type { Messenger } from '../api/messenger.ts';
import { homeView, type HomeState } from '../views/home.ts';
import { orUndefined, readState, whole } from './state.ts';
import { welcomeOnce } from './welcome.ts';

/** Slack's three seconds less what reading and publishing take. */
const NOTED_WITHIN_MS = 500;
/** Who has not opened App Home for so long gets it when they open it. */
const KEPT_FOR_MS = DAY_MS;
/** Bounds what one change costs: one call of Slack's each. */
const KEPT_AT_MOST = 100;
/** Changes of one round; what is left is told in the next. */
const TOLD_AT_ONCE = 200;
/** Slack takes about a hundred a minute, and cards come first. */
const AT_ONCE = 2;
/** Longer than one call to Slack, its retries included. */
const LEASE_MS = 30_000;
/** It may change while it is published; more often than this at once is left to the job. */
const ROUNDS = 3;
/** What is not published by then is behind, and published by the next replica that looks. */
const STOP_MS = 1_000;
const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = 5 * MINUTE_MS;

export interface Homes {
  /** Publishes it for somebody who opened it. Never rejects. */
  open(userId: string): Promise<void>;
  /** Publishes it again after what its reader did; nothing when they have not opened it. Never rejects. */
  refresh(userId: string): Promise<void>;
  /** Selects all that wait for the person: the boxes are ticked when it is published next. */
  selectAll(userId: string): Promise<void>;
  /** Welcomes somebody who comes for the first time. Never rejects. */
  welcome(userId: string): Promise<void>;
  /** A step of a request was stored: those it concerns get App Home again soon. */
  changed(): void;
  /** One round over the changes that were not told, by a crash or another replica, and over those that are behind. */
  run(): Promise<void>;
  /** Drops what was to be published soon, and resolves when nothing is under way. */
  stop(): Promise<void>;
}

export interface HomeParts {
  deps: Deps;
  store: HomeStore;
  messenger: Messenger;
  log: Log;
  /** Debounce: how long changes are collected before they are published. */
  collectMs: number;
}

export function createHomes(parts: HomeParts): Homes {
  const { deps, store, messenger, log, collectMs } = parts;
  const { clock } = deps;
  const limit = pLimit(AT_ONCE);
  const running = new Set<Promise<unknown>>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const publish = (userId: string, state: HomeState): Promise<void> =>
    messenger.publishHome(userId, homeView(state));

  /**
   * Publishes under the lease while it is behind; a failure is tried again by the job. Nobody asked for it: what was
   * whole is not replaced by less because the store or Slack does not answer now.
   */
  const sync = async (userId: string, { isAsked = false } = {}): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const held = await store.claim(userId, clock(), LEASE_MS);
      if (!held) return;
      try {
        const { state } = await readState(parts, userId, whole);
        if (!isAsked && (state.contents === 'away' || state.contents === 'checking')) {
          await store.settle(held, { retryAt: clock() + waitMs(held, undefined) });
          return;
        }
        await publish(userId, state);
        // The lease was lost, and a later holder's may have been replaced by this: it is published once more.
        if (!(await store.settle(held, { published: true }))) await store.want([userId]);
      } catch (error) {
        if (!(error instanceof SlackFailure) && !isPayoutDeskError(error)) throw error;
        log.warn({ error, userId, count: held.attempts }, 'App Home not published');
        await store.settle(held, { retryAt: clock() + waitMs(held, error) });
        return;
      }
    }
    // It changed each time; the replica that told of the last change found it held, and left.
    soon();
  };

  /** Told after it is wanted: cut off in between, it is wanted once more. */
  const tellChanges = async (): Promise<void> => {
    const changes = await store.changes(TOLD_AT_ONCE);
    if (changes.length === 0) return;
    const userIds = await concerned(parts, new Set(changes.map(({ requestedBy }) => requestedBy)));
    await store.want(userIds);
    await store.told(changes);
  };

  const run = async (): Promise<void> => {
    await tellChanges();
    await syncAll(await store.behind(clock(), clock() - KEPT_FOR_MS, KEPT_AT_MOST));
  };

  const soon = (): void => {
    if (isStopped) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void tracked(run);
    }, collectMs);
  };

  const syncAll = async (userIds: readonly string[]): Promise<void> => {
    const results = await Promise.allSettled(userIds.map((userId) => limit(() => sync(userId))));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };

  const tracked = async (work: () => Promise<void>): Promise<void> => {
    const promise = work().catch((error: unknown) => log.warn({ error }, 'App Home update failed'));
    running.add(promise);
    await promise;
    running.delete(promise);
  };

  return {
    open: (userId) => tracked(() => openHome(parts, userId)),
    refresh: (userId) =>
      tracked(async () => {
        await store.want([userId]);
        await sync(userId, { isAsked: true });
      }),
    async selectAll(userId) {
      await store.selectAll(userId, clock());
    },
    welcome: (userId) => tracked(() => welcomeOnce(parts, userId)),
    changed: soon,
    run,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await withDeadline(Promise.all(running), STOP_MS, () => {});
    },
  };
}

/** Those who opened it and requested one of these, or may decide. */
async function concerned({ deps, store }: HomeParts, changedFor: ReadonlySet<string>): Promise<string[]> {
  const [opened, decides] = await Promise.all([
    store.openedSince(deps.clock() - KEPT_FOR_MS, KEPT_AT_MOST),
    decidersByName(deps),
  ]);
  return opened.filter((userId) => changedFor.has(userId) || decides(userId));
}

/**
 * Whether somebody may decide, by their name or group alone: who they are is asked of Slack for those whose App Home is
 * published, since a question for each who ever opened it would use up what permission checks need.
 */
async function decidersByName({
  policy,
  directory,
  store,
  clock,
}: Deps): Promise<(userId: string) => boolean> {
  const { everyone, users, groups } = policy.approve;
  if (everyone) return () => true;
  const deputies = (await store.delegations.active(clock())).map(({ deputyId }) => deputyId);
  const members = await Promise.allSettled(groups.map((group) => directory.groupMembers(group)));
  // A group that Slack does not return may have anybody in it.
  if (members.some(({ status }) => status === 'rejected')) return () => true;
  const named = members.flatMap((group) => (group.status === 'fulfilled' ? [...group.value] : []));
  const all = new Set([...users, ...deputies, ...named]);
  return (userId) => all.has(userId);
}

/**
 * Publishes within Slack's three seconds whatever is slow: what is known by then first, the rest when it is there. Nobody
 * reads requests before Slack said who they are.
 */
async function openHome(parts: HomeParts, userId: string): Promise<void> {
  const { store, deps, log, messenger } = parts;
  const publish = (state: HomeState): Promise<void> => messenger.publishHome(userId, homeView(state));
  const claimed = claimOpened(parts, userId);
  // Claimed before it is read: a change in between is wanted after the claim, and published again.
  const held = await withDeadline(claimed, NOTED_WITHIN_MS, () => 'late' as const);
  try {
    const early = await readState(parts, userId, orUndefined);
    await publish(early.state);
    if (!early.isWhole) await publish((await readState(parts, userId, whole)).state);
    if (held !== 'late' && held) await store.settle(held, { published: true });
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    log.warn({ error, userId }, 'App Home not published');
    if (held !== 'late' && held) await store.settle(held, { retryAt: deps.clock() + waitMs(held, error) });
  }
  // The store was slow: the job publishes what it knew only later.
  if (held === 'late') {
    const late = await claimed;
    if (late) await store.settle(late, { retryAt: deps.clock() });
  }
}

/** Undefined when another replica is publishing it, or the store does not answer. */
async function claimOpened({ store, deps, log }: HomeParts, userId: string): Promise<HeldHome | undefined> {
  try {
    await store.opened(userId, deps.clock());
    return await store.claim(userId, deps.clock(), LEASE_MS);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    log.warn({ error, userId }, 'opening of App Home not noted');
    return undefined;
  }
}

/** Exponential backoff, and never earlier than Slack asks for (Retry-After). */
function waitMs({ attempts }: HeldHome, error: unknown): number {
  const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), MAX_WAIT_MS);
  return Math.max(backoffMs, error instanceof SlackFailure ? (error.retryAfterMs ?? 0) : 0);
}
