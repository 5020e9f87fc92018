/** Owns the jobs of cancel requests: what needs neither Slack nor InstantPay never waits for what does. */

import { expect, test } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import { runApprovals, runCards, runDecided, runWaiting } from '../../src/jobs/approvals.ts';
import type { Approval } from '../../src/payouts/cancel/request.ts';
import { executeCancel } from '../../src/payouts/cancel/execute.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { createLog } from '../../src/log.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { approvedDesk, makeDesk, NOON, stored, type TestDesk, tracked } from '../payouts/setup.ts';
import { approval, entry } from '../store/samples.ts';

const LATER = NOON + MINUTE_MS;

async function put(desk: TestDesk, ...requests: Partial<Approval>[]): Promise<void> {
  for (const change of requests) {
    const id = change.id ?? 'a1';
    const request = approval({
      linkId: `link-${id}`,
      wakeAt: LATER,
      lapsesAt: LATER,
      remindAt: LATER,
      ...change,
    });
    await desk.store.approvals.open(request, entry(), [
      freshCopy(`copy-${id}`, id, 'request', 'C_APPROVALS'),
    ]);
  }
}

const unknowns = (count: number): Partial<Approval>[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `u${index}`,
    status: 'unknown',
    decidedAt: NOON,
    executingAt: NOON,
  }));

function setUp(track: () => Promise<ReturnType<typeof tracked>>) {
  const desk = makeDesk({ script: { track } });
  const slack = createMessenger();
  const cards = createApprovalCards(desk, slack.post, createLog('silent', []), 30_000);
  const textOf = (id: string) =>
    slack.standing
      .filter(({ metadata }) => metadata?.payload['copy'] === `copy-${id}`)
      .map(({ message }) => JSON.stringify(message))
      .join();
  return { desk, slack, cards, textOf };
}

test('an expiry that is due while a hundred look-ups hang is shown at its time', async () => {
  const { desk, cards, textOf } = setUp(() => Promise.withResolvers<never>().promise);
  await put(desk, ...unknowns(100), { id: 'waiting' });
  await cards.sync('waiting');
  expect(textOf('waiting')).toContain('Approve');
  desk.time.now = LATER;
  let ended = false;
  void runDecided(desk, cards).finally(() => {
    ended = true;
  });
  await runWaiting(desk);
  // The other hundred were never posted, so a round is full without this one.
  await runCards(desk, cards);
  await runCards(desk, cards);
  expect((await desk.store.approvals.find('waiting'))?.status).toBe('lapsed');
  expect(textOf('waiting')).not.toContain('"Approve"');
  expect(desk.gateway.calls.track.length).toBeGreaterThan(0);
  expect(ended).toBe(false);
});

test('an expiry takes effect while Slack hangs, and the cards follow when it answers', async () => {
  const { desk, slack } = setUp(async () => tracked());
  await put(desk, { id: 'p1' }, { id: 'p2' }, ...unknowns(1));
  desk.time.now = LATER;
  const hanging = Promise.withResolvers<void>();
  const synced: string[] = [];
  const cards = {
    async sync(id: string) {
      await hanging.promise;
      synced.push(`${id} ${(await desk.store.approvals.find('p2'))?.status}`);
    },
  };
  const showing = runCards(desk, cards);
  await runWaiting(desk);
  expect((await desk.store.approvals.find('p1'))?.status).toBe('lapsed');
  expect(synced).toEqual([]);
  hanging.resolve();
  await showing;
  expect(synced.toSorted()).toEqual(['p1 lapsed', 'p2 lapsed', 'u0 lapsed']);
  expect(desk.gateway.calls.track).toEqual([]);
  expect(slack.standing).toEqual([]);
});

test('a card that just fell behind comes before the many that Slack did not take', async () => {
  const { desk } = setUp(async () => tracked());
  await put(desk, ...unknowns(120), { id: 'waiting' });
  // Slack did not take these when they were tried first.
  for (const { id } of (await desk.store.cards.behind(NOON, 200)).map((approvalId) => ({ id: approvalId }))) {
    if (id === 'waiting') continue;
    for (const held of await desk.store.cards.claim(id, NOON, 1_000)) {
      await desk.store.cards.settle(held, { ...held, nextAttemptAt: NOON + 1, problem: 'internal_error' });
    }
  }
  desk.time.now = LATER;
  await runWaiting(desk);
  const synced: string[] = [];
  await runCards(desk, { sync: async (id) => void synced.push(id) });
  expect(synced[0]).toBe('waiting');
  expect(new Set(synced).size).toBe(synced.length);
});

test('outcomes are looked up and shown, a few at once, and nothing before it is due', async () => {
  let running = 0;
  let most = 0;
  const { desk, cards, textOf } = setUp(async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return tracked({ status: 'CANCELLED' });
  });
  await put(desk, ...unknowns(9), { id: 'waiting' });
  await runDecided(desk, cards);
  expect(desk.gateway.calls.track).toEqual([]);
  desk.time.now = LATER;
  await runDecided(desk, cards);
  expect(desk.gateway.calls.track).toHaveLength(9);
  expect(most).toBe(4);
  expect(textOf('u8')).toContain('Link cancelled');
  expect((await desk.store.approvals.find('waiting'))?.status).toBe('pending');
  await runDecided(desk, cards);
  expect(desk.gateway.calls.track).toHaveLength(9);
});

test.each([
  ['a card', runCards, { id: 'bad' }, { id: 'good' }],
  ['a look-up', runDecided, { ...unknowns(1)[0], id: 'bad' }, { ...unknowns(1)[0], id: 'good' }],
])('%s that fails does not keep the others waiting, and the job says so', async (_what, run, bad, good) => {
  const { desk } = setUp(async () => tracked({ status: 'CANCELLED' }));
  await put(desk, bad, good);
  desk.time.now = LATER;
  const synced: string[] = [];
  const cards = {
    async sync(id: string) {
      if (id === 'bad') throw new Error('the records are away');
      synced.push(id);
    },
  };
  await expect(run(desk, cards)).rejects.toThrow('the records are away');
  expect(synced).toEqual(['good']);
  await expect(runApprovals(desk, cards)).rejects.toThrow('the records are away');
});

test.each([
  ['with the store alone', runWaiting],
  ['before it is looked up', (desk: TestDesk) => runDecided(desk, { sync: async () => {} })],
])('what this process knows of a claim is stored %s', async (_when, run) => {
  let away = true;
  const { desk, approved } = await approvedDesk(
    { cancel: [] },
    {
      at: ({ operation, when }) => {
        if (away && operation === 'approvals.save' && when === 'after') throw new Unavailable('Away.');
      },
    },
  );
  await expect(executeCancel(desk, approved)).rejects.toThrow(Unavailable);
  const looks = desk.gateway.calls.track.length;
  expect(stored(desk)?.status).toBe('executing');
  away = false;
  desk.time.now = NOON + 2 * MINUTE_MS;
  await run(desk);
  // Nothing was sent, so it may be sent; a look-up would have left it unknown.
  expect(stored(desk)).toMatchObject({ status: 'approved', holder: undefined });
  expect(desk.owed.size).toBe(0);
  expect(desk.gateway.calls.track).toHaveLength(looks);
});

test.each([
  ['expiries and nudges', runWaiting, ['lapsed', 'unknown']],
  ['look-ups', (desk: TestDesk) => runDecided(desk, { sync: async () => {} }), ['pending', 'executed']],
])(
  'a claim that cannot be stored fails the job of %s, which does the rest all the same',
  async (_what, run, ends) => {
    const { desk } = setUp(async () => tracked({ status: 'CANCELLED' }));
    await put(desk, { id: 'p1' }, ...unknowns(1));
    const step = (): never => {
      throw new Error('the test expects no step');
    };
    desk.owed.set('gone', { holder: 'h1', version: 1, step });
    desk.time.now = LATER;
    await expect(run(desk)).rejects.toThrow();
    expect([stored(desk, 'p1')?.status, stored(desk, 'u0')?.status]).toEqual(ends);
  },
);

test('one round of all: what expired is shown, what is unknown is looked up, and the cards follow', async () => {
  const { desk, cards, textOf } = setUp(async () => tracked({ status: 'CANCELLED' }));
  await put(desk, { id: 'p1' }, ...unknowns(1));
  desk.time.now = LATER;
  await runApprovals(desk, cards);
  expect([stored(desk, 'p1')?.status, stored(desk, 'u0')?.status]).toEqual(['lapsed', 'executed']);
  expect(textOf('p1')).not.toContain('"Approve"');
  expect(textOf('u0')).toContain('Link cancelled');
});
