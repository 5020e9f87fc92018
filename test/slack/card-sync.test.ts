/** Owns the reconciler of cards against a messenger that fails, holds and forgets: one card stands, and it is true. */

import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { CancelRequest, MessagePurpose } from '../../src/payouts/cancel/request.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { createMessenger, type FakeMessenger } from '../fakes/messenger.ts';
import { CHECKER, MAKER, makeDeps, NOON, type TestDeps } from '../payouts/setup.ts';
import { request, entry, next } from '../store/samples.ts';

const LEASE_MS = 30_000;
const CHANNEL = 'C_APPROVALS';

let deps: TestDeps;
let slack: FakeMessenger;
let lines: { level: string; msg: string; code?: string }[];
let now: CancelRequest;
const replica = () =>
  createApprovalCards(
    deps,
    slack.messenger,
    createLog('trace', [], { write: (line) => void lines.push(JSON.parse(line)) }),
    LEASE_MS,
  );

beforeEach(() => {
  deps = makeDeps();
  slack = createMessenger();
  lines = [];
  now = request();
});

/** Where the copies stand that go to one person. */
const DIRECT: Partial<Record<MessagePurpose, string>> = {
  outcome: MAKER.userId,
  approver: CHECKER.userId,
};

async function open(...purposes: MessagePurpose[]): Promise<void> {
  const all = purposes.length > 0 ? purposes : (['request'] as const);
  await deps.store.requests.open(now, entry(), all.map(unposted));
}

function unposted(purpose: MessagePurpose): CardCopy {
  return freshCopy(`copy-${purpose}`, now.id, purpose, DIRECT[purpose] ?? CHANNEL);
}

/** The next version of the request, and the messages that come with it. */
async function move(change: Partial<CancelRequest>, ...messages: MessagePurpose[]): Promise<void> {
  const after = next(now, change);
  expect(await deps.store.requests.save(now, after, [], messages.map(unposted))).toBe(true);
  now = after;
}

const reject = () => move({ status: 'rejected', closedBy: 'U_CHECKER', closedReason: 'Not a duplicate' });
const text = () => slack.standing.map(({ message }) => JSON.stringify(message));
const copy = async (id = 'copy-request') => (await deps.store.cards.of(now.id)).find((one) => one.id === id);
const refuseOnce = (call: string, failure: SlackFailure) => {
  slack.before = (made) => {
    if (made !== call) return;
    slack.before = () => {};
    throw failure;
  };
};

/** Holds the next such call, on the way there or on the way back, until the test lets it go. */
function hold(when: 'before' | 'after', call: string) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  slack[when] = async (made) => {
    if (made !== call) return;
    slack[when] = () => {};
    reached.resolve();
    await released.promise;
  };
  return { reached: reached.promise, release: () => released.resolve() };
}

describe('one replica', () => {
  test('posts the card once, edits it to each state, and says where it stands', async () => {
    await open();
    const cards = replica();
    expect(await cards.place(now.id)).toBeUndefined();
    expect(await cards.sync(now.id)).toBeUndefined();
    expect(await cards.sync(now.id)).toBeUndefined();
    expect(slack.calls).toEqual(['message']);
    expect(await cards.place(now.id)).toEqual({ channelId: CHANNEL, ts: slack.standing[0]?.ts });
    expect(text()[0]).toContain('Approve');
    await reject();
    await cards.sync(now.id);
    expect(slack.calls).toEqual(['message', 'update']);
    expect(text()).toHaveLength(1);
    expect(text()[0]).not.toContain('"Approve"');
    expect(await copy()).toMatchObject({ shownVersion: 2, attempts: 0, problem: undefined });
  });

  test('each message is posted with the step that adds it, and once', async () => {
    await open('request');
    const cards = replica();
    await cards.sync(now.id);
    expect(slack.calls).toEqual(['message']);
    await move({ nudgedAt: NOON }, 'nudge');
    await cards.sync(now.id);
    const [card, nudge] = slack.standing;
    expect(nudge).toMatchObject({ channelId: CHANNEL, threadTs: card?.ts });
    await move({ status: 'approved', emergencyReason: 'The bank closes' }, 'emergency');
    await cards.sync(now.id);
    expect(slack.standing.map(({ threadTs }) => threadTs)).toEqual([undefined, card?.ts, undefined]);
    await move({ status: 'executed' }, 'outcome');
    await cards.sync(now.id);
    expect(slack.standing.map(({ channelId }) => channelId)).toEqual([
      CHANNEL,
      CHANNEL,
      CHANNEL,
      'D_U_MAKER',
    ]);
    expect(slack.standing.map(({ edits }) => edits > 0)).toEqual([true, false, false, false]);
  });

  test.each(['approved', 'executing'] as const)(
    'the requester is told nothing while an outcome that was unknown is %s again',
    async (status) => {
      now = request({ status });
      await open('outcome');
      await replica().sync(now.id);
      expect(slack.calls).toEqual([]);
      expect(await copy('copy-outcome')).toMatchObject({ shownVersion: 1 });
    },
  );

  test('a reminder that is late for its request is not posted', async () => {
    now = request({ nudgedAt: NOON, status: 'rejected' });
    await open('nudge');
    await replica().sync(now.id);
    expect(slack.calls).toEqual([]);
  });

  test('a refusal is told, and tried again with a backoff that doubles up to an hour', async () => {
    await open();
    const cards = replica();
    for (const waitMs of [5_000, 10_000, 20_000]) {
      refuseOnce('message', new SlackFailure('fatal_error'));
      expect((await cards.sync(now.id))?.code).toBe('fatal_error');
      expect(await copy()).toMatchObject({ problem: 'fatal_error', nextAttemptAt: deps.time.now + waitMs });
      deps.time.now += waitMs - 1;
      await cards.sync(now.id);
      expect(slack.standing).toEqual([]);
      deps.time.now += 1;
    }
    for (let times = 0; times < 20; times += 1) {
      refuseOnce('message', new SlackFailure('fatal_error'));
      await cards.sync(now.id);
      deps.time.now += HOUR_MS;
    }
    expect(await copy()).toMatchObject({ nextAttemptAt: deps.time.now });
    expect(await cards.sync(now.id)).toBeUndefined();
    expect(slack.standing).toHaveLength(1);
    expect(lines.filter(({ msg }) => msg === 'card update failed')[0]).toMatchObject({ code: 'fatal_error' });
  });

  test('the next attempt is no earlier than Slack asks for', async () => {
    await open();
    refuseOnce('message', new SlackFailure('ratelimited', 30_000));
    const failure = await replica().sync(now.id);
    expect(failure).toMatchObject({ code: 'ratelimited', retryAfterMs: 30_000 });
    expect(await copy()).toMatchObject({ nextAttemptAt: NOON + 30_000 });
  });

  test('a failure of another message is not a failure of the card', async () => {
    now = request({ status: 'rejected' });
    await deps.store.requests.open(now, entry(), [
      freshCopy('copy-request', now.id, 'request', CHANNEL),
      freshCopy('later-outcome', now.id, 'outcome', 'U_MAKER'),
    ]);
    slack.before = (call, channelId) => {
      if (call === 'message' && channelId !== CHANNEL) throw new SlackFailure('fatal_error');
    };
    expect(await replica().sync(now.id)).toBeUndefined();
    expect(await copy('later-outcome')).toMatchObject({ problem: 'fatal_error' });
  });

  test('a message that is gone is left alone for ever', async () => {
    await open();
    const cards = replica();
    await cards.sync(now.id);
    slack.standing.splice(0);
    await reject();
    expect((await cards.sync(now.id))?.code).toBe('message_not_found');
    deps.time.now += 24 * HOUR_MS;
    await cards.sync(now.id);
    expect(slack.calls).toEqual(['message', 'update']);
    expect(await deps.store.cards.behind(deps.time.now, 9)).toEqual([]);
  });

  test('a requester whose direct messages are closed is told later; an approver is not called again', async () => {
    await open('approver');
    const refuse = () => {
      throw new SlackFailure('user_disabled');
    };
    slack.before = refuse;
    const cards = replica();
    await cards.sync(now.id);
    expect(slack.calls).toEqual(['message']);
    await move({ status: 'rejected', decidedAt: NOON }, 'outcome');
    deps.time.now += HOUR_MS;
    await cards.sync(now.id);
    expect(slack.calls).toEqual(['message', 'message']);
    expect(await copy('copy-outcome')).toMatchObject({ ts: undefined, problem: 'user_disabled' });
    slack.before = () => {};
    deps.time.now += HOUR_MS;
    await cards.sync(now.id);
    expect(slack.standing).toMatchObject([{ channelId: 'D_U_MAKER' }]);
    expect(await copy('copy-outcome')).toMatchObject({ channelId: 'D_U_MAKER', shownVersion: 2 });
  });

  test('an approver’s own card follows the request', async () => {
    await open('approver');
    const cards = replica();
    await cards.sync(now.id);
    expect(slack.standing).toMatchObject([{ channelId: 'D_U_CHECKER', threadTs: undefined }]);
    expect(text()[0]).toContain('"Approve"');
    await reject();
    await cards.sync(now.id);
    expect(text()[0]).not.toContain('"Approve"');
  });

  test('an approver is not called to what was decided meanwhile', async () => {
    now = request({ status: 'rejected' });
    await open('approver');
    await replica().sync(now.id);
    expect(slack.calls).toEqual([]);
  });

  test('a card in a closed channel is sent to nobody else', async () => {
    await open();
    refuseOnce('message', new SlackFailure('is_archived'));
    await replica().sync(now.id);
    expect(slack.calls).toEqual(['message']);
  });

  test('what is no failure of Slack is not hidden', async () => {
    await open();
    slack.before = () => {
      throw new TypeError('a fault of ours');
    };
    await expect(replica().sync(now.id)).rejects.toThrow('a fault of ours');
  });

  test('Slack takes a post after its time-out and after everybody looked: gone with the next edit', async () => {
    await open();
    const cards = replica();
    const message = slack.messenger.message.bind(slack.messenger);
    let arrive: () => Promise<unknown> = async () => {};
    slack.messenger.message = async (...asked) => {
      arrive = () => message(...asked);
      throw new SlackFailure('unreachable');
    };
    await cards.sync(now.id);
    slack.messenger.message = message;
    deps.time.now += 5_000;
    await cards.sync(now.id);
    await arrive();
    expect(slack.standing).toHaveLength(2);
    await reject();
    await cards.sync(now.id);
    expect(slack.standing).toHaveLength(1);
    expect(text()[0]).not.toContain('"Approve"');
  });

  test.each([
    ['a refusal of the post', 'message', 'fatal_error', 1],
    ['an edit whose answer was lost', 'update', 'unreachable', 0],
  ])('%s leaves no duplicate to look for at each later edit', async (_what, call, code, looks) => {
    await open();
    const cards = replica();
    refuseOnce(call, new SlackFailure(code));
    for (const status of ['approved', 'executing', 'executed'] as const) {
      await cards.sync(now.id);
      await move({ status });
      deps.time.now += 5_000;
    }
    await cards.sync(now.id);
    expect(text()).toHaveLength(1);
    expect(await copy()).toMatchObject({ shownVersion: 4 });
    // Before it posts again, it looks: each look is a call of Slack's rate limit.
    expect(slack.calls.filter((made) => made === 'findOwn')).toHaveLength(looks);
  });

  test('a post whose answer was lost is found again instead of posted twice', async () => {
    await open();
    slack.after = (call) => {
      if (call === 'message') throw new SlackFailure('unreachable');
    };
    const cards = replica();
    expect((await cards.sync(now.id))?.code).toBe('unreachable');
    await reject();
    deps.time.now += 5_000;
    await cards.sync(now.id);
    expect(slack.standing).toHaveLength(1);
    expect(slack.standing[0]?.edits).toBe(1);
    expect(await cards.place(now.id)).toEqual({ channelId: CHANNEL, ts: slack.standing[0]?.ts });
  });

  test('it is told apart from the messages of other requests', async () => {
    await open();
    const cards = replica();
    await slack.messenger.message(
      CHANNEL,
      { text: 'another', blocks: [] },
      { mark: { kind: 'card', id: 'copy-of-another' } },
    );
    refuseOnce('message', new SlackFailure('unreachable'));
    await cards.sync(now.id);
    deps.time.now += 5_000;
    await cards.sync(now.id);
    expect(slack.standing).toHaveLength(2);
  });

  test('a request that moves on during the edit is shown as it is in the end', async () => {
    await open();
    const cards = replica();
    const posting = hold('after', 'message');
    const syncing = cards.sync(now.id);
    await posting.reached;
    await reject();
    posting.release();
    await syncing;
    expect(await copy()).toMatchObject({ shownVersion: 2 });
    expect(slack.calls).toEqual(['message', 'update']);
  });

  test('a request that moves on during every edit is left to the job after ten rounds', async () => {
    await open();
    // Fifty at most, so that a loop without an end fails instead of hanging.
    slack.after = async () => {
      if (now.version < 50) await move({ wakeAt: now.wakeAt });
    };
    await replica().sync(now.id);
    expect(slack.calls).toEqual(['message', ...Array<string>(9).fill('update')]);
    expect(await deps.store.cards.behind(deps.time.now, 9)).toEqual([now.id]);
  });

  test('a request whose cards are true costs one look at the database', async () => {
    const operations: string[] = [];
    deps = makeDeps({ at: ({ operation, when }) => void (when === 'before' && operations.push(operation)) });
    await open();
    const cards = replica();
    await cards.sync(now.id);
    operations.splice(0);
    await cards.sync(now.id);
    expect(operations).toEqual(['cards.claim']);
  });

  test('a copy whose request the database no longer has is not shown', async () => {
    await open();
    deps.store.requests.find = async () => undefined;
    expect(await replica().sync(now.id)).toBeUndefined();
    expect(slack.calls).toEqual([]);
  });

  test('the card stands in the channel, not in an approver’s direct messages', async () => {
    await open('approver', 'request');
    slack.before = (call, channelId) => {
      if (call === 'message' && channelId === CHANNEL) throw new SlackFailure('fatal_error');
    };
    const cards = replica();
    await cards.sync(now.id);
    expect(slack.standing).toMatchObject([{ channelId: 'D_U_CHECKER' }]);
    expect(await cards.place(now.id)).toBeUndefined();
    slack.before = () => {};
    deps.time.now += 5_000;
    await cards.sync(now.id);
    expect(await cards.place(now.id)).toEqual({ channelId: CHANNEL, ts: slack.standing[1]?.ts });
  });

  test('a request that is not there is nothing to show', async () => {
    expect(await replica().sync('nobody')).toBeUndefined();
  });
});

describe('a replica that loses its lease', () => {
  test('frozen before its post reached Slack: its message goes, the other one stands', async () => {
    await open();
    const frozen = hold('before', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    await replica().sync(now.id);
    const [stands] = slack.standing;
    frozen.release();
    await first;
    expect(slack.standing).toEqual([stands]);
    expect(await copy()).toMatchObject({ ts: stands?.ts });
    expect(lines.map(({ msg }) => msg)).toEqual(['card lease lost', 'duplicate card removed']);
  });

  test('frozen after its post: the other replica finds that message, and it stays', async () => {
    await open();
    const frozen = hold('after', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    await reject();
    await replica().sync(now.id);
    frozen.release();
    await first;
    expect(slack.calls.filter((call) => call === 'message')).toHaveLength(1);
    expect(slack.standing).toMatchObject([{ edits: 1 }]);
  });

  test('its post arrives after everybody looked, and its answer never: gone with the next edit', async () => {
    await open();
    const frozen = hold('before', 'message');
    const dead = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    const cards = replica();
    await cards.sync(now.id);
    slack.after = (call) => {
      if (call === 'message') throw new SlackFailure('unreachable');
    };
    // The one that was frozen looks too early, as a dead one does not look at all.
    slack.showsHistory = false;
    frozen.release();
    await dead;
    slack.showsHistory = true;
    expect(slack.standing).toHaveLength(2);
    await reject();
    await cards.sync(now.id);
    expect(slack.standing).toHaveLength(1);
    expect(await cards.place(now.id)).toEqual({ channelId: CHANNEL, ts: slack.standing[0]?.ts });
    expect(text()[0]).not.toContain('"Approve"');
  });

  test('hears nothing of its post: looks for it, and removes it', async () => {
    await open();
    const frozen = hold('before', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    await replica().sync(now.id);
    slack.after = (call) => {
      if (call === 'message') throw new SlackFailure('unreachable');
    };
    frozen.release();
    await first;
    expect(slack.standing).toHaveLength(1);
    expect(await copy()).toMatchObject({ ts: slack.standing[0]?.ts, problem: undefined });
  });

  test('while the next holder is still at work: that one removes the message, or takes it', async () => {
    await open();
    const frozen = hold('before', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    const working = hold('before', 'message');
    const second = replica().sync(now.id);
    await working.reached;
    frozen.release();
    await first;
    working.release();
    await second;
    expect(slack.standing).toHaveLength(1);
    expect(await copy()).toMatchObject({ ts: slack.standing[0]?.ts });
  });

  test('where Slack shows no history, it removes its own message', async () => {
    slack.showsHistory = false;
    await open();
    const frozen = hold('before', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    const working = hold('before', 'message');
    const second = replica().sync(now.id);
    await working.reached;
    frozen.release();
    await first;
    working.release();
    await second;
    expect(slack.standing).toHaveLength(1);
    expect(await copy()).toMatchObject({ ts: slack.standing[0]?.ts });
  });

  test('before it posts: it does not post at all', async () => {
    await open();
    refuseOnce('message', new SlackFailure('unreachable'));
    await replica().sync(now.id);
    deps.time.now += 5_000;
    const looking = hold('after', 'findOwn');
    const first = replica().sync(now.id);
    await looking.reached;
    deps.time.now += LEASE_MS;
    await replica().sync(now.id);
    looking.release();
    await first;
    expect(slack.standing).toHaveLength(1);
    expect(slack.calls.filter((call) => call === 'message')).toHaveLength(2);
  });

  test('an edit that arrives late is followed by one that is true', async () => {
    await open();
    await replica().sync(now.id);
    await move({ status: 'approved' });
    const frozen = hold('before', 'update');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    await move({ status: 'rejected', closedBy: 'U_CHECKER', closedReason: 'Not a duplicate' });
    await replica().sync(now.id);
    const after = text();
    frozen.release();
    await first;
    expect(text()).toEqual(after);
    expect(await copy()).toMatchObject({ shownVersion: 3 });
  });

  test.each([
    ['cant_delete_message', 'duplicate card not removed'],
    ['message_not_found', 'card lease lost'],
  ])(
    'a duplicate that Slack does not remove (%s) is no failure; the log ends in "%s"',
    async (code, last) => {
      await open();
      const frozen = hold('before', 'message');
      const first = replica().sync(now.id);
      await frozen.reached;
      deps.time.now += LEASE_MS;
      await replica().sync(now.id);
      slack.before = (call) => {
        if (call === 'remove') throw new SlackFailure(code);
      };
      frozen.release();
      await first;
      expect(lines.at(-1)?.msg).toBe(last);
    },
  );

  test('work that takes longer than the lease keeps it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    await open();
    const slow = hold('after', 'message');
    const first = replica().sync(now.id);
    await slow.reached;
    for (let times = 0; times < 9; times += 1) {
      deps.time.now += LEASE_MS / 3;
      await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
      expect(await deps.store.cards.claim(now.id, deps.time.now, LEASE_MS)).toEqual([]);
    }
    slow.release();
    await first;
    expect(slack.calls).toEqual(['message']);
  });

  test('its message is left to the next holder, who has found it and takes it', async () => {
    await open();
    const frozen = hold('after', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    const looking = hold('after', 'findOwn');
    const second = replica().sync(now.id);
    await looking.reached;
    frozen.release();
    await first;
    looking.release();
    await second;
    expect(slack.standing).toHaveLength(1);
    expect(await copy()).toMatchObject({ ts: slack.standing[0]?.ts, shownVersion: 1 });
  });

  test('where Slack shows no history and another card stands, it removes its own', async () => {
    slack.showsHistory = false;
    await open();
    const frozen = hold('before', 'message');
    const first = replica().sync(now.id);
    await frozen.reached;
    deps.time.now += LEASE_MS;
    await replica().sync(now.id);
    const [stands] = slack.standing;
    frozen.release();
    await first;
    expect(slack.standing).toEqual([stands]);
  });
});

describe('a click on a copy', () => {
  test('an orphan that nobody knew is followed from then on', async () => {
    await open();
    const cards = replica();
    await cards.sync(now.id);
    const orphan = await slack.messenger.message(CHANNEL, { text: 'Approve?', blocks: [] });
    await cards.repair(now, orphan.channelId, orphan.ts);
    await cards.sync(now.id);
    expect(text()[1]).toEqual(text()[0]);
    await reject();
    await cards.sync(now.id);
    expect(text()[1]).toEqual(text()[0]);
    expect(text()[1]).not.toContain('"Approve"');
  });

  test('a known copy is shown again once it is decided, and then at most every ten seconds', async () => {
    await open();
    const cards = replica();
    await cards.sync(now.id);
    const at = (await cards.place(now.id)) ?? { channelId: '', ts: '' };
    const updates = () => slack.calls.filter((call) => call === 'update').length;
    const click = async () => {
      await cards.repair(now, at.channelId, at.ts);
      await cards.sync(now.id);
    };
    await click();
    expect(updates()).toBe(0);
    await reject();
    await click();
    await click();
    expect(updates()).toBe(1);
    deps.time.now += 9_999;
    await click();
    expect(updates()).toBe(1);
    deps.time.now += 1;
    await click();
    expect(updates()).toBe(2);
  });

  test('a click on the next version of a request is not debounced by the one before', async () => {
    await open();
    const cards = replica();
    await cards.sync(now.id);
    const at = (await cards.place(now.id)) ?? { channelId: '', ts: '' };
    for (const status of ['approved', 'executed'] as const) {
      await move({ status });
      await cards.sync(now.id);
      await cards.repair(now, at.channelId, at.ts);
      expect(await copy()).toMatchObject({ shownVersion: 0 });
      await cards.sync(now.id);
    }
  });

  test('a click on one message of a request does not debounce a click on another', async () => {
    await open('request', 'approver');
    const cards = replica();
    await cards.sync(now.id);
    await reject();
    await cards.sync(now.id);
    for (const { channelId, ts } of slack.standing) await cards.repair(now, channelId, ts);
    expect(await deps.store.cards.of(now.id)).toMatchObject([{ shownVersion: 0 }, { shownVersion: 0 }]);
  });

  test('a message of the same ts in another channel is another message', async () => {
    await open();
    const cards = replica();
    await cards.sync(now.id);
    const { ts = '' } = (await copy()) ?? {};
    await cards.repair(now, 'C_ELSEWHERE', ts);
    expect((await deps.store.cards.of(now.id)).map(({ channelId }) => channelId).sort()).toEqual([
      CHANNEL,
      'C_ELSEWHERE',
    ]);
  });

  test('a note that could not be taken is taken at the next click', async () => {
    let away = false;
    deps = makeDeps({
      at: ({ operation }) => {
        if (away && operation === 'cards.showAgain') throw new Error('the store is away');
      },
    });
    await open();
    const cards = replica();
    await cards.sync(now.id);
    const at = (await cards.place(now.id)) ?? { channelId: '', ts: '' };
    await reject();
    await cards.sync(now.id);
    away = true;
    await expect(cards.repair(now, at.channelId, at.ts)).rejects.toThrow('the store is away');
    away = false;
    await cards.repair(now, at.channelId, at.ts);
    expect(await copy()).toMatchObject({ shownVersion: 0, nextAttemptAt: deps.time.now });
  });
});
