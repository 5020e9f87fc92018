/** Owns the jobs of cancel requests: what needs neither Slack nor InstantPay never waits for what does. */

import { expect, test, vi } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import {
  type Cards,
  runApprovals,
  runCards,
  runDecided,
  runWaiting,
} from '../../src/jobs/cancel-requests.ts';
import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import { executeCancel } from '../../src/payouts/cancel/execute.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { createAdvanceAndShow } from '../../src/slack/advance-and-show.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { createLog } from '../../src/log.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { approvedDeps, makeDeps, NOON, stored, type TestDeps, tracked } from '../payouts/setup.ts';
import { request, entry } from '../store/samples.ts';

const LATER = NOON + MINUTE_MS;

async function put(deps: TestDeps, ...requests: Partial<CancelRequest>[]): Promise<void> {
  for (const change of requests) {
    const id = change.id ?? 'a1';
    const opened = request({
      linkId: `link-${id}`,
      wakeAt: LATER,
      expiresAt: LATER,
      nudgeAt: LATER,
      ...change,
    });
    await deps.store.requests.open(
      [opened],
      [entry()],
      [freshCopy(`copy-${id}`, id, 'request', 'C_APPROVALS')],
    );
  }
}

const unknowns = (count: number): Partial<CancelRequest>[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `u${index}`,
    status: 'unknown',
    decidedAt: NOON,
    executingAt: NOON,
  }));

/** Cards whose messages the test looks at itself. */
function cardsOf(work: (cancelRequestId: string) => Promise<void>): Cards {
  const sync = async (cancelRequestId: string) => {
    await work(cancelRequestId);
    return undefined;
  };
  return { sync, advanceAndShow: createAdvanceAndShow(sync, createLog('silent', [])) };
}

function setUp(track: () => Promise<ReturnType<typeof tracked>>) {
  const deps = makeDeps({ script: { track } });
  const slack = createMessenger();
  const cards = createApprovalCards(deps, slack.messenger, createLog('silent', []), 30_000);
  const textOf = (id: string) =>
    slack.standing
      .filter(({ mark }) => mark?.id === `copy-${id}`)
      .map(({ message }) => JSON.stringify(message))
      .join();
  return { deps, slack, cards, textOf };
}

test('an expiry that is due while a hundred look-ups hang is shown at its time', async () => {
  const { deps, cards, textOf } = setUp(() => Promise.withResolvers<never>().promise);
  await put(deps, ...unknowns(100), { id: 'waiting' });
  await cards.sync('waiting');
  expect(textOf('waiting')).toContain('Approve');
  deps.time.now = LATER;
  let ended = false;
  void runDecided(deps, cards).finally(() => {
    ended = true;
  });
  await runWaiting(deps);
  // The other hundred were never posted, so a round is full without this one.
  await runCards(deps, cards);
  await runCards(deps, cards);
  expect((await deps.store.requests.find('waiting'))?.status).toBe('expired');
  expect(textOf('waiting')).not.toContain('"Approve"');
  expect(deps.gateway.calls.track.length).toBeGreaterThan(0);
  expect(ended).toBe(false);
});

test('an expiry takes effect while Slack hangs, and the cards follow when it answers', async () => {
  const { deps, slack } = setUp(async () => tracked());
  await put(deps, { id: 'p1' }, { id: 'p2' }, ...unknowns(1));
  deps.time.now = LATER;
  const hanging = Promise.withResolvers<void>();
  const synced: string[] = [];
  const cards = cardsOf(async (id) => {
    await hanging.promise;
    synced.push(`${id} ${(await deps.store.requests.find('p2'))?.status}`);
  });
  const showing = runCards(deps, cards);
  await runWaiting(deps);
  expect((await deps.store.requests.find('p1'))?.status).toBe('expired');
  expect(synced).toEqual([]);
  hanging.resolve();
  await showing;
  expect(synced.toSorted()).toEqual(['p1 expired', 'p2 expired', 'u0 expired']);
  expect(deps.gateway.calls.track).toEqual([]);
  expect(slack.standing).toEqual([]);
});

test('a card that just fell behind comes before the many that Slack did not take', async () => {
  const { deps } = setUp(async () => tracked());
  await put(deps, ...unknowns(120), { id: 'waiting' });
  // Slack did not take these when they were tried first.
  for (const { id } of (await deps.store.cards.behind(NOON, 200)).map((cancelRequestId) => ({
    id: cancelRequestId,
  }))) {
    if (id === 'waiting') continue;
    for (const held of await deps.store.cards.claim(id, NOON, 1_000)) {
      await deps.store.cards.settle(held, { ...held, nextAttemptAt: NOON + 1, problem: 'internal_error' });
    }
  }
  deps.time.now = LATER;
  await runWaiting(deps);
  const synced: string[] = [];
  await runCards(
    deps,
    cardsOf(async (id) => void synced.push(id)),
  );
  expect(synced[0]).toBe('waiting');
  expect(new Set(synced).size).toBe(synced.length);
});

test('outcomes are looked up and shown, a few at once, and nothing before it is due', async () => {
  let running = 0;
  let most = 0;
  const { deps, cards, textOf } = setUp(async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return tracked({ status: 'CANCELLED' });
  });
  await put(deps, ...unknowns(9), { id: 'waiting' });
  await runDecided(deps, cards);
  expect(deps.gateway.calls.track).toEqual([]);
  deps.time.now = LATER;
  await runDecided(deps, cards);
  expect(deps.gateway.calls.track).toHaveLength(9);
  expect(most).toBe(4);
  expect(textOf('u8')).toContain('Link cancelled');
  expect((await deps.store.requests.find('waiting'))?.status).toBe('pending');
  await runDecided(deps, cards);
  expect(deps.gateway.calls.track).toHaveLength(9);
});

test.each([
  ['a card', runCards, { id: 'bad' }, { id: 'good' }],
  ['a look-up', runDecided, { ...unknowns(1)[0], id: 'bad' }, { ...unknowns(1)[0], id: 'good' }],
])('%s that fails does not keep the others waiting, and the job says so', async (_what, run, bad, good) => {
  const { deps } = setUp(async () => tracked({ status: 'CANCELLED' }));
  await put(deps, bad, good);
  deps.time.now = LATER;
  const synced: string[] = [];
  const cards = cardsOf(async (id) => {
    if (id === 'bad') throw new Error('the store is away');
    synced.push(id);
  });
  await expect(run(deps, cards)).rejects.toThrow('the store is away');
  expect(new Set(synced)).toEqual(new Set(['good']));
  await expect(runApprovals(deps, cards)).rejects.toThrow('the store is away');
});

test.each([
  ['with the store alone', runWaiting],
  [
    'before it is looked up',
    (deps: TestDeps) =>
      runDecided(
        deps,
        cardsOf(async () => {}),
      ),
  ],
])('what this process knows of a claim is stored %s', async (_when, run) => {
  let away = true;
  const { deps, approved } = await approvedDeps(
    { cancel: [] },
    {
      at: ({ operation, when }) => {
        if (away && operation === 'approvals.save' && when === 'after') throw new Unavailable('Away.');
      },
    },
  );
  await expect(executeCancel(deps, approved)).rejects.toThrow(Unavailable);
  const looks = deps.gateway.calls.track.length;
  expect(stored(deps)?.status).toBe('executing');
  away = false;
  deps.time.now = NOON + 2 * MINUTE_MS;
  await run(deps);
  // Nothing was sent, so it may be sent; a look-up would have left it unknown.
  expect(stored(deps)).toMatchObject({ status: 'approved', holder: undefined });
  expect(deps.unsaved.size).toBe(0);
  expect(deps.gateway.calls.track).toHaveLength(looks);
});

test.each([
  ['expiries and nudges', runWaiting, ['expired', 'unknown']],
  [
    'look-ups',
    (deps: TestDeps) =>
      runDecided(
        deps,
        cardsOf(async () => {}),
      ),
    ['pending', 'executed'],
  ],
])(
  'a claim that cannot be stored fails the job of %s, which does the rest all the same',
  async (_what, run, ends) => {
    const { deps } = setUp(async () => tracked({ status: 'CANCELLED' }));
    await put(deps, { id: 'p1' }, ...unknowns(1));
    const step = (): never => {
      throw new Error('the test expects no step');
    };
    deps.unsaved.set('gone', { holder: 'h1', version: 1, step });
    deps.time.now = LATER;
    await expect(run(deps)).rejects.toThrow();
    expect([stored(deps, 'p1')?.status, stored(deps, 'u0')?.status]).toEqual(ends);
  },
);

test('one round of all: what expired is shown, what is unknown is looked up, and the cards follow', async () => {
  const { deps, cards, textOf } = setUp(async () => tracked({ status: 'CANCELLED' }));
  await put(deps, { id: 'p1' }, ...unknowns(1));
  deps.time.now = LATER;
  await runApprovals(deps, cards);
  expect([stored(deps, 'p1')?.status, stored(deps, 'u0')?.status]).toEqual(['expired', 'executed']);
  expect(textOf('p1')).not.toContain('"Approve"');
  expect(textOf('u0')).toContain('Link cancelled');
});

test('messages that hang hold up no step: a fifth approved request is executed too', async () => {
  const { deps } = setUp(async () => tracked());
  const ids = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
  await put(deps, ...ids.map((id): Partial<CancelRequest> => ({ id, status: 'approved', decidedAt: LATER })));
  deps.time.now = LATER;
  void runDecided(
    deps,
    cardsOf(() => Promise.withResolvers<never>().promise),
  );
  const left = () => ids.map((id) => stored(deps, id)?.status);
  await vi.waitFor(() => expect(left()).not.toContain('approved'));
});
