/** Owns publishing App Home: within three seconds whatever is slow, once at a time, again after changes. */

import { afterEach, describe, expect, test } from 'vitest';
import { StoreUnavailable, Unavailable } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import type { HomeStore } from '../../../src/payouts/home/port.ts';
import { SlackFailure } from '../../../src/slack/api/client.ts';
import { createHomes } from '../../../src/slack/home/homes.ts';
import { HOME_AWAY, HOME_CHECKING } from '../../../src/slack/views/home.ts';
import { openStore, type OpenStore } from '../../../src/store/database.ts';
import { createMessenger } from '../../fakes/messenger.ts';
import {
  CHECKER,
  type DepsOptions,
  keep,
  MAKER,
  makeDeps,
  policy,
  request,
  SECOND,
  STRANGER,
} from '../../payouts/setup.ts';
import { temporaryFolder } from '../../store/engines.ts';
import { readable } from '../shown.ts';

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

interface Published {
  userId: string;
  words: string;
}

async function stage(options: { deps?: DepsOptions; broken?: Partial<HomeStore> } = {}) {
  const store = await openStore(`sqlite:${temporaryFolder()}/home.db`);
  opened.push(store);
  const deps = makeDeps(options.deps);
  const published: Published[] = [];
  const welcomes: string[] = [];
  const faults: Error[] = [];
  const messenger = {
    ...createMessenger().messenger,
    message: async (userId: string) => {
      const fault = faults.shift();
      if (fault) throw fault;
      welcomes.push(userId);
      return { channelId: 'D1', ts: '1' };
    },
    publishHome: async (userId: string, view: { blocks: unknown[] }) => {
      const fault = faults.shift();
      if (fault) throw fault;
      published.push({ userId, words: readable(view) });
    },
  };
  const homes = createHomes({
    deps,
    store: { ...store.homes, ...options.broken },
    messenger,
    log: createLog('silent', []),
    collectMs: 0,
  });
  return { deps, homes, store, published, welcomes, faults };
}

/** The step in the database, in which its transaction counts the change; rules read the memory's. */
async function stored({ requests }: OpenStore, kept: CancelRequest): Promise<void> {
  await requests.open([kept], [], []);
}

const rejects = async (): Promise<never> => {
  throw new StoreUnavailable('away');
};
const never = (): Promise<never> => Promise.withResolvers<never>().promise;

describe('opened', () => {
  test('published once, and not again while nothing changes', async () => {
    const { homes, published } = await stage();
    await homes.open(CHECKER.userId);
    await homes.run();
    expect(published).toHaveLength(1);
  });

  test('the store is away: one sentence, and nothing else fails', async () => {
    const { homes, published } = await stage({
      broken: { opened: rejects, counts: rejects, claim: rejects, requestedBy: rejects },
    });
    await homes.open(CHECKER.userId);
    expect(published.map(({ words }) => words)).toEqual([expect.stringContaining(HOME_AWAY)]);
  });

  test('the store hangs: App Home says so within Slack’s three seconds', async () => {
    const { homes, published } = await stage({ broken: { opened: never, counts: never } });
    void homes.open(CHECKER.userId);
    while (published.length === 0) await new Promise(setImmediate);
    expect(published[0]?.words).toContain(HOME_AWAY);
  });

  test('while Slack does not say who it is, no request is shown', async () => {
    const { deps, homes, published } = await stage({
      deps: { people: { [CHECKER.userId]: new StoreUnavailable('x') } },
    });
    await keep(deps, request());
    await homes.open(CHECKER.userId);
    expect(published[0]?.words).toContain(HOME_CHECKING);
    expect(published[0]?.words).not.toContain('Paid twice');
  });

  test('what Slack did not take is published by the job when it is due', async () => {
    const { deps, homes, published, faults } = await stage();
    faults.push(new SlackFailure('ratelimited', 20_000));
    await homes.open(CHECKER.userId);
    await homes.run();
    expect(published).toEqual([]);
    deps.time.now += 19_000;
    await homes.run();
    expect(published).toEqual([]);
    deps.time.now += 1_000;
    await homes.run();
    expect(published).toHaveLength(1);
  });
});

describe('a change', () => {
  test('is published to the requester and to those who may decide, of those who opened it', async () => {
    const { deps, homes, published, store } = await stage();
    for (const { userId } of [MAKER, CHECKER, STRANGER]) await homes.open(userId);
    published.splice(0);
    await stored(store, await keep(deps, request()));
    for (let step = 0; step < 5; step += 1) homes.changed();
    while (published.length < 2) await new Promise(setImmediate);
    await homes.run();
    expect(published.map(({ userId }) => userId).toSorted()).toEqual(
      [CHECKER.userId, MAKER.userId].toSorted(),
    );
    expect(published.find(({ userId }) => userId === CHECKER.userId)?.words).toContain('Paid twice');
    await homes.stop();
  });

  test('that a replica stored before it died is told by the job of another, once', async () => {
    const { deps, homes, published, store } = await stage();
    for (const { userId } of [MAKER, CHECKER, STRANGER]) await homes.open(userId);
    published.splice(0);
    // Nobody lived to say that it changed.
    await stored(store, await keep(deps, request()));
    await homes.run();
    expect(published.map(({ userId }) => userId).toSorted()).toEqual(
      [CHECKER.userId, MAKER.userId].toSorted(),
    );
    await homes.run();
    expect(published).toHaveLength(2);
  });

  test.each(['want', 'told'] as const)('cut off at %s, it is told by the next job', async (step) => {
    const faults = [new StoreUnavailable('away')];
    const cutOff =
      (work: 'want' | 'told') =>
      async (given: never): Promise<void> => {
        const fault = work === step ? faults.pop() : undefined;
        if (fault) throw fault;
        await opened[0]?.homes[work](given);
      };
    const { deps, homes, published, store } = await stage({
      broken: { want: cutOff('want'), told: cutOff('told') },
    });
    await homes.open(CHECKER.userId);
    published.splice(0);
    await stored(store, await keep(deps, request()));
    await expect(homes.run()).rejects.toThrow(StoreUnavailable);
    await homes.run();
    expect(published.map(({ userId }) => userId)).toEqual([CHECKER.userId]);
    expect(await store.homes.changes(10)).toEqual([]);
  });

  test('of a group that Slack does not return, everybody who opened it may be concerned', async () => {
    const away = { everyone: false, users: new Set<string>(), groups: ['S_AWAY'] };
    const { deps, homes, published, store } = await stage({
      deps: { policy: policy({ approve: away }), groups: { S_AWAY: new Unavailable('away') } },
    });
    await homes.open(SECOND.userId);
    await stored(store, await keep(deps, request()));
    homes.changed();
    while (published.length < 2) await new Promise(setImmediate);
    expect(published.map(({ userId }) => userId)).toEqual([SECOND.userId, SECOND.userId]);
  });

  test('while the store does not answer, what was whole stays, and is published again later', async () => {
    const answers = { isAway: false };
    const { deps, homes, published, store } = await stage({
      broken: {
        counts: async (since) => (answers.isAway ? rejects() : (opened[0]?.homes.counts(since) ?? rejects())),
      },
    });
    await homes.open(CHECKER.userId);
    answers.isAway = true;
    await store.homes.want([CHECKER.userId]);
    await homes.run();
    expect(published).toHaveLength(1);
    answers.isAway = false;
    deps.time.now += 5_000;
    await homes.run();
    expect(published).toHaveLength(2);
    expect(published[1]?.words).not.toContain(HOME_AWAY);
  });

  test('published after the lease was lost, it is published once more: it may have replaced a later one', async () => {
    let settled = 0;
    const { homes, published, store } = await stage({
      broken: {
        settle: async (home, result) => {
          settled += 1;
          const kept = await opened[0]?.homes.settle(home, result);
          return settled === 2 ? false : kept === true;
        },
      },
    });
    await homes.open(CHECKER.userId);
    await store.homes.want([CHECKER.userId]);
    await homes.run();
    expect(published).toHaveLength(3);
  });

  test('is not published to who opened it more than a day ago', async () => {
    const { deps, homes, published, store } = await stage();
    await homes.open(CHECKER.userId);
    deps.time.now += 25 * 3_600_000;
    await stored(store, await keep(deps, request({ requestedAt: deps.time.now })));
    await homes.open(MAKER.userId);
    homes.changed();
    while (published.length < 3) await new Promise(setImmediate);
    await homes.run();
    expect(published.map(({ userId }) => userId)).toEqual([CHECKER.userId, MAKER.userId, MAKER.userId]);
  });

  test('after a stop nothing is published', async () => {
    const { deps, homes, published, store } = await stage();
    await homes.open(CHECKER.userId);
    await homes.stop();
    await stored(store, await keep(deps, request()));
    homes.changed();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(published).toHaveLength(1);
  });
});

describe('the welcome', () => {
  test('once; after a refusal with the next visit, after a lost answer never again', async () => {
    const { homes, welcomes, faults } = await stage();
    faults.push(new SlackFailure('channel_not_found'));
    await homes.welcome(MAKER.userId);
    expect(welcomes).toEqual([]);
    await homes.welcome(MAKER.userId);
    await homes.welcome(MAKER.userId);
    faults.push(new SlackFailure('unreachable'));
    await homes.welcome(CHECKER.userId);
    await homes.welcome(CHECKER.userId);
    expect(welcomes).toEqual([MAKER.userId]);
  });
});
