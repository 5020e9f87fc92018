/** Owns the work on one copy: what is posted where, what is removed, what is tried again, and what the log names. */

import { beforeEach, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { NOON } from '../payouts/setup.ts';
import { request } from '../store/samples.ts';
import type { FakeMessenger } from '../fakes/messenger.ts';
import { type CardStage, CHANNEL, openCardStage } from './card-stage.ts';

/** The largest number a 32-bit integer column takes: a copy that shows this version is never behind. */
const NEVER_BEHIND = 2_147_483_647;

type Options = Parameters<FakeMessenger['messenger']['message']>[2];

let stage: CardStage;

beforeEach(() => {
  stage = openCardStage();
});

describe('where a message goes', () => {
  /** What went with each post. */
  let sent: Options[];

  beforeEach(() => {
    sent = [];
    const message = stage.slack.messenger.message.bind(stage.slack.messenger);
    stage.slack.messenger.message = (channelId, content, options) => {
      sent.push(options);
      return message(channelId, content, options);
    };
  });

  test('a nudge in the channel answers the card there, and shows in the channel as well', async () => {
    await stage.open(['request', CHANNEL]);
    await stage.sync();
    await stage.move({ nudgedAt: NOON }, ['nudge', CHANNEL]);
    await stage.sync();
    expect(sent[1]).toMatchObject({ threadTs: stage.slack.standing[0]?.ts, broadcast: true });
  });

  test('a nudge by direct message is not threaded: the card stands elsewhere', async () => {
    await stage.open(['request', CHANNEL]);
    await stage.sync();
    await stage.move({ nudgedAt: NOON }, ['nudge', 'U_CHECKER']);
    await stage.sync();
    expect(stage.slack.standing[1]).toMatchObject({ channelId: 'D_U_CHECKER', threadTs: undefined });
  });

  test('a nudge without a card stands by itself', async () => {
    stage.now = request({ nudgedAt: NOON });
    await stage.open(['nudge', CHANNEL]);
    await stage.sync();
    expect(stage.slack.standing).toMatchObject([{ channelId: CHANNEL, threadTs: undefined }]);
  });

  test('a nudge is not edited when the first of two approvers decides', async () => {
    stage.now = request({ nudgedAt: NOON, approvalsRequired: 2 });
    await stage.open(['nudge', CHANNEL]);
    await stage.sync();
    await stage.move({ approvals: [{ userId: 'U_CHECKER', at: NOON }] });
    await stage.sync();
    expect(stage.slack.calls).toEqual(['message']);
    expect(await stage.deps.store.cards.behind(NOON, 9)).toEqual([]);
  });

  test('a card keeps the name by which Slack finds it again, also after an update of Payout Desk', async () => {
    await stage.open(['request', CHANNEL]);
    await stage.sync();
    expect(sent[0]?.mark).toEqual({ kind: 'card', id: 'copy-request' });
  });
});

describe('what Slack refuses', () => {
  test.each(['U_CHECKER', 'W_CHECKER', 'D_CHECKER'])(
    'an approver (%s) who takes no direct messages is never called again',
    async (place) => {
      await stage.open(['approver', place]);
      stage.refuse('message', new SlackFailure('user_disabled'));
      await stage.sync();
      const left = { channelId: place, ts: undefined, attempts: 1, nextAttemptAt: 0 };
      expect(await stage.copy('approver')).toMatchObject({
        ...left,
        problem: 'user_disabled',
        shownVersion: NEVER_BEHIND,
      });
      stage.deps.time.now += HOUR_MS;
      await stage.move({ approvals: [] });
      await stage.sync();
      expect(stage.slack.calls).toEqual(['message']);
    },
  );

  test.each(['is_archived', 'channel_not_found'])(
    'a channel that is closed (%s) may open again: the card is posted then',
    async (code) => {
      // Its ID has the letters with which the IDs of people and direct messages begin.
      const channel = 'C0UWD';
      await stage.open(['request', channel]);
      stage.refuse('message', new SlackFailure(code));
      await stage.sync();
      expect(await stage.copy()).toMatchObject({
        shownVersion: 0,
        nextAttemptAt: NOON + 5_000,
        problem: code,
      });
      stage.slack.before = () => {};
      stage.deps.time.now += 5_000;
      await stage.sync();
      expect(stage.slack.standing).toMatchObject([{ channelId: channel }]);
    },
  );

  test('an edit that Slack refused is tried again', async () => {
    await stage.open(['request', CHANNEL]);
    await stage.sync();
    await stage.move({ status: 'rejected' });
    stage.refuse('update', new SlackFailure('fatal_error'));
    await stage.sync();
    expect(await stage.copy()).toMatchObject({ shownVersion: 1, nextAttemptAt: NOON + 5_000 });
    expect(stage.line('card update failed')).toMatchObject({
      cancelRequestId: stage.now.id,
      kind: 'request',
      code: 'fatal_error',
      count: 1,
    });
    stage.slack.before = () => {};
    stage.deps.time.now += 5_000;
    await stage.sync();
    expect(await stage.copy()).toMatchObject({ shownVersion: 2 });
  });

  test('a message that is gone keeps its place, and the reason', async () => {
    await stage.open(['request', CHANNEL]);
    await stage.sync();
    const ts = stage.slack.standing.pop()?.ts;
    await stage.move({ status: 'rejected' });
    await stage.sync();
    const gone = { channelId: CHANNEL, ts, shownVersion: NEVER_BEHIND, problem: 'message_not_found' };
    expect(await stage.copy()).toMatchObject(gone);
  });

  test('an earlier post is looked for since the request', async () => {
    const since: number[] = [];
    const findOwn = stage.slack.messenger.findOwn.bind(stage.slack.messenger);
    stage.slack.messenger.findOwn = (channelId, from, mark) => {
      since.push(from);
      return findOwn(channelId, from, mark);
    };
    await stage.open(['request', CHANNEL]);
    stage.refuse('message', new SlackFailure('unreachable'));
    await stage.sync();
    stage.deps.time.now += 5_000;
    await stage.sync();
    expect(since).toEqual([stage.now.requestedAt]);
  });

  test('a replica that took over and is refused removes nothing; the next attempt takes what stands', async () => {
    await stage.open(['request', CHANNEL]);
    const goOn = await stage.freeze();
    const message = stage.slack.messenger.message.bind(stage.slack.messenger);
    // The frozen post arrives while the next holder posts; that holder's own is refused.
    stage.slack.messenger.message = async () => {
      await goOn();
      throw new SlackFailure('fatal_error');
    };
    await stage.sync();
    stage.slack.messenger.message = message;
    const [stands] = stage.slack.standing;
    expect(stage.count('remove')).toBe(0);
    stage.deps.time.now += HOUR_MS;
    await stage.sync();
    expect(stage.slack.standing.map(({ ts }) => ts)).toEqual([stands?.ts]);
    expect(await stage.copy()).toMatchObject({ ts: stands?.ts, shownVersion: 1 });
  });
});

describe('a lease that was lost', () => {
  test('what the approver has does not count: the card of the next holder stands in the channel', async () => {
    await stage.open(['approver', 'U_CHECKER'], ['request', CHANNEL]);
    const goOn = await stage.freeze();
    await stage.sync();
    const before = stage.slack.standing.map(({ ts }) => ts);
    await goOn();
    expect(stage.slack.standing.map(({ ts }) => ts)).toEqual(before);
    expect(stage.slack.standing.map(({ channelId }) => channelId)).toEqual([CHANNEL, 'D_U_CHECKER']);
  });

  test('the log says of which request and which message', async () => {
    await stage.open(['request', CHANNEL]);
    const goOn = await stage.freeze();
    await stage.sync();
    await goOn();
    const about = { cancelRequestId: stage.now.id, kind: 'request' };
    expect(stage.line('card lease lost')).toMatchObject(about);
    expect(stage.line('duplicate card removed')).toMatchObject(about);
  });

  test('the log says of which request, and why, when the duplicate could not be removed', async () => {
    await stage.open(['request', CHANNEL]);
    const goOn = await stage.freeze();
    await stage.sync();
    stage.refuse('remove', new SlackFailure('cant_delete_message'));
    await goOn();
    const about = { cancelRequestId: stage.now.id, kind: 'request', code: 'cant_delete_message' };
    expect(stage.line('duplicate card not removed')).toMatchObject(about);
  });

  test('a fault that is not Slack’s is not hidden when a duplicate is removed', async () => {
    await stage.open(['request', CHANNEL]);
    const goOn = await stage.freeze();
    await stage.sync();
    stage.refuse('remove', new TypeError('a fault of ours'));
    await expect(goOn()).rejects.toThrow('a fault of ours');
  });

  test('where Slack shows no history, nothing but its own message is removed', async () => {
    stage.slack.showsHistory = false;
    await stage.open(['request', CHANNEL]);
    const goOn = await stage.freeze();
    await stage.sync();
    await goOn();
    expect(stage.count('remove')).toBe(1);
  });

  test.each([
    ['stays where Slack shows it', true, 1],
    ['goes where Slack does not show it', false, 0],
  ])('its row is gone as well: the message %s', async (_what, showsHistory, standing) => {
    stage.slack.showsHistory = showsHistory;
    await stage.open(['request', CHANNEL]);
    stage.deps.store.cards.settle = async () => false;
    stage.deps.store.cards.of = async () => [];
    expect(await stage.sync()).toBeUndefined();
    expect(stage.slack.standing).toHaveLength(standing);
    expect(stage.line('card lease lost')).toBeDefined();
  });
});
