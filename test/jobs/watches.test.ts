/** Owns the jobs of watches: each change is told once to each watcher, whatever Slack, crashes and replicas do. */

import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { lookAtDue } from '../../src/jobs/watches.ts';
import { createLog } from '../../src/log.ts';
import type { LinkStatus } from '../../src/payouts/links/link.ts';
import { stopWatching, watchLink, watchTransaction } from '../../src/payouts/watches/start.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { createWatchMessages } from '../../src/slack/watch-messages.ts';
import { ENDS, RETURNED } from '../../src/slack/views/watch-news.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { LINK, MAKER, makeDeps, only, page, policy, record, SECOND, tracked } from '../payouts/setup.ts';
import { DAY, PENDING } from '../payouts/transactions/queries.ts';
import { readable } from '../slack/shown.ts';
import { databases, ENGINES } from '../store/engines.ts';

const LEASE = 60_000;
const GOES_ON = { leaseMs: LEASE, isStopping: () => false };
const idOf = (index: number): string => index.toString(16).padStart(24, '0');

function open(options: Parameters<typeof makeDeps>[0] = {}) {
  const slack = createMessenger();
  let status: LinkStatus = 'PROCESSING';
  const deps = makeDeps({
    ...options,
    script: {
      track: (linkId) => tracked({ linkId, status }),
      page: ({ filter }) => page([record({ linkId: filter.linkId ?? '' })]),
      transaction: PENDING,
      ...options.script,
    },
  });
  const replica = () => {
    const messages = createWatchMessages({
      deps,
      messenger: slack.messenger,
      seal: createSeal('of the test'),
      log: createLog('silent', []),
      leaseMs: LEASE,
    });
    return { look: () => lookAtDue(deps, GOES_ON), tell: () => messages.run() };
  };
  const job = replica();
  return {
    slack,
    deps,
    replica,
    job,
    becomes: (next: LinkStatus) => void (status = next),
    told: () => slack.standing.map(({ message }) => readable(message)),
    pass: async (durationMs: number) => {
      deps.time.now += durationMs;
      await job.look();
      await job.tell();
    },
  };
}

test('the table runs both: what is watched is looked at, and the watchers are told', async () => {
  const { deps, job, told, becomes } = open();
  const table = jobTable({
    deps,
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    homes: { run: async () => {} },
    reminders: { run: async () => {} },
    automaticReminders: { run: async () => {} },
    exports: { run: async () => {} },
    stuck: { run: async () => {} },
    watches: job,
    digest: { due: async () => {}, post: async () => 'ok', work: async () => 'ok' },
    digestFiles: async () => 'ok',
    logAnchor: async () => {},
    removeOld: async () => {},
  });
  const run = (name: string) => table.find((one) => one.name === name)?.run();
  await watchLink(deps, MAKER, LINK);
  becomes('CLAIMED');
  deps.time.now += 10 * MINUTE_MS;
  await run('watches');
  expect(told()).toEqual([]);
  expect(await run('watch messages')).toBe('ok');
  expect(told()).toEqual([expect.stringContaining(ENDS.CLAIMED ?? '')]);
});

test('killed between the change and the message: the next process tells it', async () => {
  const { slack, deps, replica, becomes, told } = open();
  await watchLink(deps, MAKER, LINK);
  becomes('EXPIRED');
  deps.time.now += 10 * MINUTE_MS;
  await replica().look();
  // Held for ever: that process is gone.
  slack.hold('before', 'message');
  const dead = replica();
  void dead.tell();
  await new Promise((resolve) => setImmediate(resolve));
  const next = replica();
  await next.tell();
  expect(told()).toEqual([]);
  deps.time.now += LEASE;
  await next.tell();
  await next.look();
  await next.tell();
  expect(told()).toHaveLength(1);
});

test('frozen while it posts, and overtaken: one message stands', async () => {
  for (const when of ['before', 'after'] as const) {
    const { slack, deps, replica, becomes, told } = open();
    await watchLink(deps, MAKER, LINK);
    becomes('CLAIMED');
    deps.time.now += 10 * MINUTE_MS;
    await replica().look();
    const held = slack.hold(when, 'message');
    const frozen = replica().tell();
    await held.reached;
    deps.time.now += LEASE;
    await replica().tell();
    held.release();
    await frozen;
    expect(told(), when).toHaveLength(1);
    deps.time.now += HOUR_MS;
    await replica().tell();
    expect(told(), when).toHaveLength(1);
  }
});

test.each(['before', 'after'] as const)('Slack fails %s it took the message: told once', async (when) => {
  const { slack, deps, becomes, told, pass, job } = open();
  await watchLink(deps, MAKER, LINK);
  becomes('CLAIMED');
  slack.failOnce(when, new SlackFailure('unreachable'), 'message');
  deps.time.now += 10 * MINUTE_MS;
  await job.look();
  expect(await job.tell()).toBe('failed');
  for (let round = 0; round < 5; round += 1) await pass(MINUTE_MS);
  expect(told()).toHaveLength(1);
});

test('an answer is lost and Slack shows no history: told in the end, after looking several times', async () => {
  const { slack, deps, becomes, told, pass } = open();
  await watchLink(deps, MAKER, LINK);
  becomes('CLAIMED');
  slack.showsHistory = false;
  slack.failOnce('after', new SlackFailure('unreachable'), 'message');
  await pass(10 * MINUTE_MS);
  await pass(MINUTE_MS);
  expect(slack.calls.filter((call) => call === 'message')).toHaveLength(1);
  for (let round = 0; round < 10; round += 1) await pass(MINUTE_MS);
  expect(slack.calls.filter((call) => call === 'message')).toHaveLength(2);
  expect(told().every((text) => text.includes('CLAIMED'))).toBe(true);
});

test('a closed account is not tried again; a rate limit is waited for', async () => {
  for (const [code, retryAfterMs, tries] of [
    ['user_disabled', undefined, 1],
    ['ratelimited', 30_000, 2],
  ] as const) {
    const { slack, deps, becomes, pass } = open();
    await watchLink(deps, MAKER, LINK);
    becomes('CLAIMED');
    slack.before = (call) => {
      if (call === 'message') throw new SlackFailure(code, retryAfterMs);
    };
    await pass(10 * MINUTE_MS);
    await pass(29_000);
    expect(slack.calls.filter((call) => call === 'message')).toHaveLength(1);
    await pass(2_000);
    expect(
      slack.calls.filter((call) => call === 'message'),
      code,
    ).toHaveLength(tries);
  }
});

test('who lost the right before the message went out is not told, and does not watch on', async () => {
  const { deps, becomes, told, job } = open();
  await watchLink(deps, MAKER, LINK);
  await watchLink(deps, SECOND, LINK);
  becomes('ISSUED');
  deps.time.now += 10 * MINUTE_MS;
  await job.look();
  deps.policy = policy({ look: only(SECOND.userId) });
  await job.tell();
  expect(told()).toEqual([expect.stringContaining(RETURNED)]);
  expect((await deps.store.watches.watchedBy(MAKER.userId)).length).toBe(0);
  expect((await deps.store.watches.watchedBy(SECOND.userId)).length).toBe(1);
});

test('who may only look is offered no reminder and no cancellation', async () => {
  const { deps, becomes, told, pass } = open({ policy: policy({ operate: only(SECOND.userId) }) });
  await watchLink(deps, MAKER, LINK);
  becomes('ISSUED');
  await pass(10 * MINUTE_MS);
  expect(told()[0]).toContain('Stop watching');
  expect(told()[0]).not.toMatch(/Send reminder|Cancel link/);
});

test('five hundred watches due at once: two looks at a time, each once, whatever two replicas do', async () => {
  let running = 0;
  let most = 0;
  const { deps, replica } = open({
    script: {
      async track(linkId) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return tracked({ linkId, status: 'PROCESSING' });
      },
    },
  });
  const users = Array.from({ length: 10 }, (_none, index) => `U_${index}`);
  deps.policy = policy({ look: only(...users) });
  for (let index = 0; index < 500; index += 1)
    await watchLink(deps, { userId: users[index % 10] ?? '' }, idOf(index + 1));
  const before = deps.gateway.calls.track.length;
  deps.time.now += 20 * MINUTE_MS;
  most = 0;
  for (let round = 0; round < 10; round += 1) await replica().look();
  expect(deps.gateway.calls.track.length - before).toBe(500);
  expect(most).toBe(2);
  deps.time.now += 20 * MINUTE_MS;
  await Promise.all(Array.from({ length: 20 }, () => replica().look()));
  for (let round = 0; round < 10; round += 1) await replica().look();
  const second = deps.gateway.calls.track.slice(before + 500);
  expect(second).toHaveLength(500);
  expect(new Set(second).size).toBe(500);
});

test('InstantPay hangs and answers again: whoever waited is looked at then, at once, who was in vain after ten minutes', async () => {
  let hanging: ReturnType<typeof Promise.withResolvers<void>> | undefined;
  let status: LinkStatus = 'PROCESSING';
  const { deps, replica } = open({
    script: {
      async track(linkId) {
        await hanging?.promise;
        return tracked({ linkId, status });
      },
    },
  });
  const users = Array.from({ length: 10 }, (_none, index) => `U_${index}`);
  deps.policy = policy({ look: only(...users) });
  for (let index = 0; index < 500; index += 1)
    await watchLink(deps, { userId: users[index % 10] ?? '' }, idOf(index + 1));
  deps.time.now += 8 * HOUR_MS;
  for (let round = 0; round < 10; round += 1) await replica().look();
  const before = deps.gateway.calls.track.length;
  deps.time.now += HOUR_MS;
  hanging = Promise.withResolvers<void>();
  const round = replica().look();
  await vi.waitFor(() => expect(deps.gateway.calls.track.length - before).toBe(2));
  // The call ends after its time; until then nobody else is asked about.
  hanging.reject(new Unavailable('It hangs.'));
  hanging = undefined;
  status = 'CLAIMED';
  await round;
  for (let more = 0; more < 10; more += 1) await replica().look();
  expect(await deps.store.watches.dueMessages(deps.clock(), 999)).toHaveLength(498);
  deps.time.now += 10 * MINUTE_MS;
  await replica().look();
  expect(await deps.store.watches.dueMessages(deps.clock(), 999)).toHaveLength(500);
});

test('fourteen days on a driven clock: changes, outages and restarts, each change told once, and the end', async () => {
  const { slack, deps, replica, becomes, told } = open();
  await watchLink(deps, MAKER, LINK);
  await watchTransaction(deps, MAKER, { externalRef: 'ORDER-1', date: DAY, aeps: false });
  const days: LinkStatus[] = ['PROCESSING', 'ISSUED', 'PROCESSING', 'PROCESSING', 'ISSUED', 'PROCESSING'];
  let job = replica();
  const end = deps.time.now + 14 * DAY_MS + 5 * HOUR_MS;
  for (let hour = 0; deps.time.now < end; hour += 1) {
    deps.time.now += HOUR_MS;
    becomes(days[Math.floor(hour / 24)] ?? 'PROCESSING');
    // Slack and InstantPay are away for some hours each day; processes come and go.
    slack.before = (call) => {
      if (hour % 24 < 3 && call === 'message') throw new SlackFailure('unreachable');
    };
    const track = deps.gateway.script.track;
    if (hour % 24 === 5) deps.gateway.script.track = new Unavailable('InstantPay is away.');
    if (hour % 7 === 0) job = replica();
    await job.look();
    await job.tell();
    deps.gateway.script.track = track ?? [];
  }
  const texts = told();
  expect(texts.filter((text) => text.includes(RETURNED))).toHaveLength(2);
  expect(texts.filter((text) => text.includes('Watching ended'))).toHaveLength(2);
  expect(texts).toHaveLength(4);
  const asked = deps.gateway.calls.transaction.length;
  // Every four hours at most, but for the nightly window.
  expect(asked).toBeLessThanOrEqual(14 * 6 + 2);
  expect(asked).toBeGreaterThan(14 * 4);
});

const FINAL: readonly LinkStatus[] = ['CLAIMED', 'CANCELLED', 'EXPIRED'];
const action = fc.oneof(
  fc.record({
    kind: fc.constant('status' as const),
    to: fc.constantFrom(...FINAL, 'ISSUED' as const, 'PROCESSING' as const),
  }),
  fc.record({ kind: fc.constant('look' as const), crash: fc.boolean() }),
  fc.record({ kind: fc.constant('tell' as const), fails: fc.constantFrom('no', 'before', 'after', 'crash') }),
  fc.record({ kind: fc.constant('join' as const), who: fc.constantFrom(MAKER, SECOND) }),
  fc.record({ kind: fc.constant('leave' as const), who: fc.constantFrom(MAKER, SECOND) }),
);

test('whatever happens in whatever order: at most one message for each change and watcher', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30 }), async (actions) => {
      let crash = false;
      const { slack, deps, job, becomes } = open({
        at: ({ operation, when }) => {
          if (crash && when === 'after' && operation.startsWith('watches.settle')) throw new Error('crash');
        },
      });
      /** How often a look found a change, of each kind. */
      let changes = 0;
      let now: LinkStatus = 'PROCESSING';
      for (const step of actions) {
        deps.time.now += HOUR_MS;
        if (step.kind === 'status') {
          if (step.to !== now) changes += 1;
          now = step.to;
          becomes(now);
        } else if (step.kind === 'join') await watchLink(deps, step.who, LINK);
        else if (step.kind === 'leave') await stopWatching(deps, step.who, { kind: 'link', linkId: LINK });
        else if (step.kind === 'look') {
          crash = step.crash;
          await job.look().catch(() => {});
          crash = false;
        } else {
          if (step.fails === 'before' || step.fails === 'after')
            slack.failOnce(step.fails, new SlackFailure('unreachable'), 'message');
          await job.tell();
          slack.before = () => {};
          slack.after = () => {};
        }
      }
      for (let round = 0; round < 8; round += 1) {
        deps.time.now += 2 * HOUR_MS;
        await job.tell();
      }
      const marks = slack.standing.map(({ mark, channelId }) => `${mark?.id} ${channelId}`);
      expect(new Set(marks).size).toBe(marks.length);
      expect(marks.length).toBeLessThanOrEqual(2 * changes);
      expect(await deps.store.watches.dueMessages(deps.clock() + DAY_MS, 9)).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a process that stops begins no further look; what is left stays due', async () => {
  const { deps } = open();
  for (let index = 0; index < 10; index += 1) await watchLink(deps, MAKER, idOf(index + 1));
  const before = deps.gateway.calls.track.length;
  deps.time.now += 10 * MINUTE_MS;
  const looks = () => deps.gateway.calls.track.length - before;
  await lookAtDue(deps, { leaseMs: LEASE, isStopping: () => looks() >= 3 });
  expect(looks()).toBeLessThanOrEqual(4);
  await lookAtDue(deps, GOES_ON);
  expect(looks()).toBe(10);
});

describe.each(ENGINES)('two replicas on %s', (engine) => {
  const freshOf = databases(engine);

  test('twenty links end at once, each watched by two: forty messages, each once', async () => {
    const stores = await (await freshOf()).openTwo();
    const { deps, slack, becomes } = open();
    const replicas = stores.map((store) => {
      const own = { ...deps, store: { ...deps.store, watches: store.watches } };
      const messages = createWatchMessages({
        deps: own,
        messenger: slack.messenger,
        seal: createSeal('of the test'),
        log: createLog('silent', []),
        leaseMs: LEASE,
      });
      return { own, look: () => lookAtDue(own, GOES_ON), tell: () => messages.run() };
    });
    const [first] = replicas;
    if (!first) throw new Error('there is no replica');
    for (let index = 0; index < 20; index += 1)
      for (const person of [MAKER, SECOND]) await watchLink(first.own, person, idOf(index + 1));
    becomes('CLAIMED');
    deps.time.now += 10 * MINUTE_MS;
    const calls = deps.gateway.calls.track.length;
    await Promise.all([...replicas, ...replicas].map(({ look }) => look()));
    expect(deps.gateway.calls.track.length - calls).toBe(20);
    await Promise.all([...replicas, ...replicas].map(({ tell }) => tell()));
    await first.tell();
    const marks = slack.standing.map(({ mark }) => mark?.id);
    expect(marks).toHaveLength(40);
    expect(new Set(marks).size).toBe(40);
    expect(await first.own.store.watches.watchedBy(MAKER.userId)).toEqual([]);
  });
});

const fresh = databases('sqlite');

test('on a database: the change, its messages and the end are one transaction; a restart in between loses nothing', async () => {
  const database = await fresh();
  const store = await database.open();
  const { deps, becomes } = open();
  deps.store.watches = store.watches;
  await watchLink(deps, MAKER, LINK);
  becomes('CLAIMED');
  deps.time.now += 10 * MINUTE_MS;
  await lookAtDue(deps, GOES_ON);
  await store.close();
  const again = await database.open();
  expect(await again.watches.watchedBy(MAKER.userId)).toEqual([]);
  expect(await again.watches.dueMessages(deps.clock(), 9)).toHaveLength(1);
});
