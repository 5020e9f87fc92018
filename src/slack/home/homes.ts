/**
 * Owns App Home: published when it is opened, and again when something changes that it shows. Like a card it is brought
 * up to date under a lease, so that any number of replicas may do so at once and the latest state is shown last.
 */

import pLimit from 'p-limit';
import { withDeadline } from '../../deadline.ts';
import { isPayoutDeskError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { judgeAccess } from '../../payouts/access.ts';
import type { Deps, Transition } from '../../payouts/deps.ts';
import type { HeldHome, HomeStore } from '../../payouts/home/port.ts';
import { readHome } from '../../payouts/home/read.ts';
import { permissionsOf } from '../../payouts/rights.ts';
import { DAY_MS, MINUTE_MS } from '../../payouts/time.ts';
import { SlackFailure } from '../api/client.ts';
import type { Messenger } from '../api/messenger.ts';
import { homeView, type HomeState } from '../views/home.ts';
import { welcomeOnce } from './welcome.ts';

/** Slack's three seconds less what publishing takes: what is not known by then is published afterwards. */
const RIGHTS_WITHIN_MS = 1_000;
const CONTENTS_WITHIN_MS = 1_000;
const NOTED_WITHIN_MS = 500;
/** Who has not opened App Home for so long gets it when they open it. */
const KEPT_FOR_MS = DAY_MS;
/** Bounds what one change costs: one call of Slack's each. */
const KEPT_AT_MOST = 100;
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
  changed(transition: Transition): void;
  /** One round over those that are behind. */
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
  const requesters = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const publish = (userId: string, state: HomeState): Promise<void> =>
    messenger.publishHome(userId, homeView(state));

  /** Publishes under the lease while it is behind; a failure is tried again by the job. */
  const sync = async (userId: string): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const held = await store.claim(userId, clock(), LEASE_MS);
      if (!held) return;
      try {
        await publish(userId, (await readState(parts, userId, whole)).state);
        await store.settle(held, { published: true });
      } catch (error) {
        if (!(error instanceof SlackFailure) && !isPayoutDeskError(error)) throw error;
        log.warn({ error, userId, count: held.attempts }, 'App Home not published');
        await store.settle(held, { retryAt: clock() + waitMs(held, error) });
        return;
      }
    }
  };

  /** Those who opened it and requested one of these, or may decide. */
  const concerned = async (changedFor: ReadonlySet<string>): Promise<string[]> => {
    const opened = await store.openedSince(clock() - KEPT_FOR_MS, KEPT_AT_MOST);
    const decides = async (userId: string): Promise<boolean> => {
      const verdict = await judgeAccess(deps, { userId }, 'approve');
      return verdict.allowed || verdict.unsure;
    };
    const known = await Promise.all(
      opened.map(async (userId) => ({ userId, is: changedFor.has(userId) || (await decides(userId)) })),
    );
    return known.filter(({ is }) => is).map(({ userId }) => userId);
  };

  const publishChanges = async (): Promise<void> => {
    const changedFor = new Set(requesters);
    requesters.clear();
    const userIds = await concerned(changedFor);
    await store.want(userIds);
    await syncAll(userIds);
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
    refresh: (userId) => tracked(async () => (await store.want([userId]), sync(userId))),
    async selectAll(userId) {
      await store.selectAll(userId, clock());
    },
    welcome: (userId) => tracked(() => welcomeOnce(parts, userId)),
    changed({ request }) {
      requesters.add(request.requestedBy);
      if (isStopped) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void tracked(publishChanges);
      }, collectMs);
    },
    run: async () => syncAll(await store.behind(clock(), clock() - KEPT_FOR_MS, KEPT_AT_MOST)),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await withDeadline(Promise.all(running), STOP_MS, () => {});
    },
  };
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

/** How long an answer is waited for. */
type Wait = <Value>(answer: Promise<Value>, ms: number) => Promise<Value | undefined>;
const orUndefined: Wait = (answer, ms) => withDeadline(answer, ms, () => undefined);
const whole: Wait = (answer) => answer;

/** What App Home shows; `isWhole`: nothing was left out because it was slow. */
async function readState(
  { deps, store }: HomeParts,
  userId: string,
  wait: Wait,
): Promise<{ state: HomeState; isWhole: boolean }> {
  const { environment } = deps.settings;
  const permissions = await wait(permissionsOf(deps, { userId }), RIGHTS_WITHIN_MS);
  const about = { permissions, environment, now: deps.clock() };
  if (!permissions) return { state: { ...about, contents: 'checking' }, isWhole: false };
  const { look } = permissions.rights.permissions;
  if (look !== 'yes') {
    const contents = look === 'no' ? undefined : ('checking' as const);
    return { state: { ...about, contents }, isWhole: true };
  }
  try {
    const read = await wait(
      Promise.all([readHome(deps, store, { userId }), store.selectedAllAt(userId)]),
      CONTENTS_WITHIN_MS,
    );
    if (!read) return { state: { ...about, contents: 'away' }, isWhole: false };
    const [contents, selectedAt] = read;
    return { state: { ...about, contents, selectedAt }, isWhole: true };
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { state: { ...about, contents: 'away' }, isWhole: true };
  }
}

/** Exponential backoff, and never earlier than Slack asks for (Retry-After). */
function waitMs({ attempts }: HeldHome, error: unknown): number {
  const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), MAX_WAIT_MS);
  return Math.max(backoffMs, error instanceof SlackFailure ? (error.retryAfterMs ?? 0) : 0);
}
