/** Owns the work on one copy: what is posted where, what is removed, what is tried again, and what the log names. */

import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { CancelRequest, MessagePurpose } from '../../src/payouts/cancel/request.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { createMessenger, type FakeMessenger } from '../fakes/messenger.ts';
import { makeDeps, NOON, type TestDeps } from '../payouts/setup.ts';
import { request, entry, next } from '../store/samples.ts';

const LEASE_MS = 30_000;
const CHANNEL = 'C_APPROVALS';
/** The largest number a 32-bit integer column takes: a copy that shows this version is never behind. */
const NEVER_BEHIND = 2_147_483_647;

type Options = Parameters<FakeMessenger['messenger']['message']>[2];

let deps: TestDeps;
let slack: FakeMessenger;
let lines: Record<string, unknown>[];
let now: CancelRequest;

beforeEach(() => {
  deps = makeDeps();
  slack = createMessenger();
  lines = [];
  now = request();
});

const sync = async () => {
  const log = createLog('trace', [], { write: (line) => void lines.push(JSON.parse(line)) });
  return createApprovalCards(deps, slack.messenger, log, LEASE_MS).sync(now.id);
};

/** Opens the request with these copies; the card is posted first, then the others in the database's order. */
async function open(...copies: [MessagePurpose, string][]): Promise<void> {
  await deps.store.requests.open(now, entry(), copies.map(unposted));
}

function unposted([purpose, channelId]: [MessagePurpose, string]): CardCopy {
  return freshCopy(`copy-${purpose}`, now.id, purpose, channelId);
}

/** The next version of the request, and the messages that come with it. */
async function move(change: Partial<CancelRequest>, ...messages: [MessagePurpose, string][]): Promise<void> {
  const after = next(now, change);
  expect(await deps.store.requests.save(now, after, [], messages.map(unposted))).toBe(true);
  now = after;
}

const copy = async (purpose: CardCopy['purpose'] = 'request') =>
  (await deps.store.cards.of(now.id)).find((one) => one.purpose === purpose);
const line = (msg: string) => lines.find((one) => one['msg'] === msg);
const count = (call: string) => slack.calls.filter((made) => made === call).length;
const refuse = (call: string, error: Error) => {
  slack.before = (made) => {
    if (made === call) throw error;
  };
};

/** Freezes a replica on the way to its next post in the channel; its lease ends meanwhile. */
async function freeze() {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  slack.before = async (call, channelId) => {
    if (call !== 'message' || channelId !== CHANNEL) return;
    slack.before = () => {};
    reached.resolve();
    await released.promise;
  };
  const work = sync();
  await reached.promise;
  deps.time.now += LEASE_MS;
  return async () => {
    released.resolve();
    await work;
  };
}

describe('where a message goes', () => {
  /** What went with each post. */
  let sent: Options[];

  beforeEach(() => {
    sent = [];
    const message = slack.messenger.message.bind(slack.messenger);
    slack.messenger.message = (channelId, content, options) => {
      sent.push(options);
      return message(channelId, content, options);
    };
  });

  test('a nudge in the channel answers the card there, and shows in the channel as well', async () => {
    await open(['request', CHANNEL]);
    await sync();
    await move({ nudgedAt: NOON }, ['nudge', CHANNEL]);
    await sync();
    expect(sent[1]).toMatchObject({ threadTs: slack.standing[0]?.ts, broadcast: true });
  });

  test('a nudge by direct message is not threaded: the card stands elsewhere', async () => {
    await open(['request', CHANNEL]);
    await sync();
    await move({ nudgedAt: NOON }, ['nudge', 'U_CHECKER']);
    await sync();
    expect(slack.standing[1]).toMatchObject({ channelId: 'D_U_CHECKER', threadTs: undefined });
  });

  test('a nudge without a card stands by itself', async () => {
    now = request({ nudgedAt: NOON });
    await open(['nudge', CHANNEL]);
    await sync();
    expect(slack.standing).toMatchObject([{ channelId: CHANNEL, threadTs: undefined }]);
  });

  test('a nudge is not edited when the first of two approvers decides', async () => {
    now = request({ nudgedAt: NOON, approvalsRequired: 2 });
    await open(['nudge', CHANNEL]);
    await sync();
    await move({ approvals: [{ userId: 'U_CHECKER', at: NOON }] });
    await sync();
    expect(slack.calls).toEqual(['message']);
    expect(await deps.store.cards.behind(NOON, 9)).toEqual([]);
  });

  test('a card keeps the name by which Slack finds it again, also after an update of Payout Desk', async () => {
    await open(['request', CHANNEL]);
    await sync();
    expect(sent[0]?.mark).toEqual({ kind: 'card', id: 'copy-request' });
  });
});

describe('what Slack refuses', () => {
  test.each(['U_CHECKER', 'W_CHECKER', 'D_CHECKER'])(
    'an approver (%s) who takes no direct messages is never called again',
    async (place) => {
      await open(['approver', place]);
      refuse('message', new SlackFailure('user_disabled'));
      await sync();
      const left = { channelId: place, ts: undefined, attempts: 1, nextAttemptAt: 0 };
      expect(await copy('approver')).toMatchObject({
        ...left,
        problem: 'user_disabled',
        shownVersion: NEVER_BEHIND,
      });
      deps.time.now += HOUR_MS;
      await move({ approvals: [] });
      await sync();
      expect(slack.calls).toEqual(['message']);
    },
  );

  test.each(['is_archived', 'channel_not_found'])(
    'a channel that is closed (%s) may open again: the card is posted then',
    async (code) => {
      // Its ID has the letters with which the IDs of people and direct messages begin.
      const channel = 'C0UWD';
      await open(['request', channel]);
      refuse('message', new SlackFailure(code));
      await sync();
      expect(await copy()).toMatchObject({ shownVersion: 0, nextAttemptAt: NOON + 5_000, problem: code });
      slack.before = () => {};
      deps.time.now += 5_000;
      await sync();
      expect(slack.standing).toMatchObject([{ channelId: channel }]);
    },
  );

  test('an edit that Slack refused is tried again', async () => {
    await open(['request', CHANNEL]);
    await sync();
    await move({ status: 'rejected' });
    refuse('update', new SlackFailure('fatal_error'));
    await sync();
    expect(await copy()).toMatchObject({ shownVersion: 1, nextAttemptAt: NOON + 5_000 });
    expect(line('card update failed')).toMatchObject({
      cancelRequestId: now.id,
      kind: 'request',
      code: 'fatal_error',
      count: 1,
    });
    slack.before = () => {};
    deps.time.now += 5_000;
    await sync();
    expect(await copy()).toMatchObject({ shownVersion: 2 });
  });

  test('a message that is gone keeps its place, and the reason', async () => {
    await open(['request', CHANNEL]);
    await sync();
    const ts = slack.standing.pop()?.ts;
    await move({ status: 'rejected' });
    await sync();
    const gone = { channelId: CHANNEL, ts, shownVersion: NEVER_BEHIND, problem: 'message_not_found' };
    expect(await copy()).toMatchObject(gone);
  });

  test('an earlier post is looked for since the request', async () => {
    const since: number[] = [];
    const findOwn = slack.messenger.findOwn.bind(slack.messenger);
    slack.messenger.findOwn = (channelId, from, mark) => {
      since.push(from);
      return findOwn(channelId, from, mark);
    };
    await open(['request', CHANNEL]);
    refuse('message', new SlackFailure('unreachable'));
    await sync();
    deps.time.now += 5_000;
    await sync();
    expect(since).toEqual([now.requestedAt]);
  });

  test('a replica that took over and is refused removes nothing; the next attempt takes what stands', async () => {
    await open(['request', CHANNEL]);
    const goOn = await freeze();
    const message = slack.messenger.message.bind(slack.messenger);
    // The frozen post arrives while the next holder posts; that holder's own is refused.
    slack.messenger.message = async () => {
      await goOn();
      throw new SlackFailure('fatal_error');
    };
    await sync();
    slack.messenger.message = message;
    const [stands] = slack.standing;
    expect(count('remove')).toBe(0);
    deps.time.now += HOUR_MS;
    await sync();
    expect(slack.standing.map(({ ts }) => ts)).toEqual([stands?.ts]);
    expect(await copy()).toMatchObject({ ts: stands?.ts, shownVersion: 1 });
  });
});

describe('a lease that was lost', () => {
  test('what the approver has does not count: the card of the next holder stands in the channel', async () => {
    await open(['approver', 'U_CHECKER'], ['request', CHANNEL]);
    const goOn = await freeze();
    await sync();
    const before = slack.standing.map(({ ts }) => ts);
    await goOn();
    expect(slack.standing.map(({ ts }) => ts)).toEqual(before);
    expect(slack.standing.map(({ channelId }) => channelId)).toEqual([CHANNEL, 'D_U_CHECKER']);
  });

  test('the log says of which request and which message', async () => {
    await open(['request', CHANNEL]);
    const goOn = await freeze();
    await sync();
    await goOn();
    const about = { cancelRequestId: now.id, kind: 'request' };
    expect(line('card lease lost')).toMatchObject(about);
    expect(line('duplicate card removed')).toMatchObject(about);
  });

  test('the log says of which request, and why, when the duplicate could not be removed', async () => {
    await open(['request', CHANNEL]);
    const goOn = await freeze();
    await sync();
    refuse('remove', new SlackFailure('cant_delete_message'));
    await goOn();
    const about = { cancelRequestId: now.id, kind: 'request', code: 'cant_delete_message' };
    expect(line('duplicate card not removed')).toMatchObject(about);
  });

  test('a fault that is not Slack’s is not hidden when a duplicate is removed', async () => {
    await open(['request', CHANNEL]);
    const goOn = await freeze();
    await sync();
    refuse('remove', new TypeError('a fault of ours'));
    await expect(goOn()).rejects.toThrow('a fault of ours');
  });

  test('where Slack shows no history, nothing but its own message is removed', async () => {
    slack.showsHistory = false;
    await open(['request', CHANNEL]);
    const goOn = await freeze();
    await sync();
    await goOn();
    expect(count('remove')).toBe(1);
  });

  test.each([
    ['stays where Slack shows it', true, 1],
    ['goes where Slack does not show it', false, 0],
  ])('its row is gone as well: the message %s', async (_what, showsHistory, standing) => {
    slack.showsHistory = showsHistory;
    await open(['request', CHANNEL]);
    deps.store.cards.settle = async () => false;
    deps.store.cards.of = async () => [];
    expect(await sync()).toBeUndefined();
    expect(slack.standing).toHaveLength(standing);
    expect(line('card lease lost')).toBeDefined();
  });
});
