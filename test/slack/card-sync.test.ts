/** Owns the reconciler of cards on one replica: posted once, edited to each state, retried, and found again. */

import { beforeEach, describe, expect, test } from 'vitest';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { NOON } from '../payouts/setup.ts';
import { entry, request } from '../store/samples.ts';
import { type CardStage, CHANNEL, openCardStage } from './card-stage.ts';

let stage: CardStage;

beforeEach(() => {
  stage = openCardStage();
});

describe('one replica', () => {
  test('posts the card once, edits it to each state, and says where it stands', async () => {
    await stage.open();
    const cards = stage.replica();
    expect(await cards.place(stage.now.id)).toBeUndefined();
    expect(await cards.sync(stage.now.id)).toBeUndefined();
    expect(await cards.sync(stage.now.id)).toBeUndefined();
    expect(stage.slack.calls).toEqual(['message']);
    expect(await cards.place(stage.now.id)).toEqual({ channelId: CHANNEL, ts: stage.slack.standing[0]?.ts });
    expect(stage.texts()[0]).toContain('Approve');
    await stage.reject();
    await cards.sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message', 'update']);
    expect(stage.texts()).toHaveLength(1);
    expect(stage.texts()[0]).not.toContain('"Approve"');
    expect(await stage.copy()).toMatchObject({ shownVersion: 2, attempts: 0, problem: undefined });
  });

  test('each message is posted with the step that adds it, and once', async () => {
    await stage.open('request');
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message']);
    await stage.move({ nudgedAt: NOON }, 'nudge');
    await cards.sync(stage.now.id);
    const [card, nudge] = stage.slack.standing;
    expect(nudge).toMatchObject({ channelId: CHANNEL, threadTs: card?.ts });
    await stage.move({ status: 'approved', emergencyReason: 'The bank closes' }, 'emergency');
    await cards.sync(stage.now.id);
    expect(stage.slack.standing.map(({ threadTs }) => threadTs)).toEqual([undefined, card?.ts, undefined]);
    await stage.move({ status: 'executed' }, 'outcome');
    await cards.sync(stage.now.id);
    expect(stage.slack.standing.map(({ channelId }) => channelId)).toEqual([
      CHANNEL,
      CHANNEL,
      CHANNEL,
      'D_U_MAKER',
    ]);
    expect(stage.slack.standing.map(({ edits }) => edits > 0)).toEqual([true, false, false, false]);
  });

  test.each(['approved', 'executing'] as const)(
    'the requester is told nothing while an outcome that was unknown is %s again',
    async (status) => {
      stage.now = request({ status });
      await stage.open('outcome');
      await stage.replica().sync(stage.now.id);
      expect(stage.slack.calls).toEqual([]);
      expect(await stage.copy('outcome')).toMatchObject({ shownVersion: 1 });
    },
  );

  test('a reminder that is late for its request is not posted', async () => {
    stage.now = request({ nudgedAt: NOON, status: 'rejected' });
    await stage.open('nudge');
    await stage.replica().sync(stage.now.id);
    expect(stage.slack.calls).toEqual([]);
  });

  test('a refusal is told, and tried again with a backoff that doubles up to an hour', async () => {
    await stage.open();
    const cards = stage.replica();
    for (const waitMs of [5_000, 10_000, 20_000]) {
      stage.refuseOnce('message', new SlackFailure('fatal_error'));
      expect((await cards.sync(stage.now.id))?.code).toBe('fatal_error');
      expect(await stage.copy()).toMatchObject({
        problem: 'fatal_error',
        nextAttemptAt: stage.deps.time.now + waitMs,
      });
      stage.deps.time.now += waitMs - 1;
      await cards.sync(stage.now.id);
      expect(stage.slack.standing).toEqual([]);
      stage.deps.time.now += 1;
    }
    for (let times = 0; times < 20; times += 1) {
      stage.refuseOnce('message', new SlackFailure('fatal_error'));
      await cards.sync(stage.now.id);
      stage.deps.time.now += HOUR_MS;
    }
    expect(await stage.copy()).toMatchObject({ nextAttemptAt: stage.deps.time.now });
    expect(await cards.sync(stage.now.id)).toBeUndefined();
    expect(stage.slack.standing).toHaveLength(1);
    expect(stage.lines.filter(({ msg }) => msg === 'card update failed')[0]).toMatchObject({
      code: 'fatal_error',
    });
  });

  test('the next attempt is no earlier than Slack asks for', async () => {
    await stage.open();
    stage.refuseOnce('message', new SlackFailure('ratelimited', 30_000));
    const failure = await stage.replica().sync(stage.now.id);
    expect(failure).toMatchObject({ code: 'ratelimited', retryAfterMs: 30_000 });
    expect(await stage.copy()).toMatchObject({ nextAttemptAt: NOON + 30_000 });
  });

  test('a failure of another message is not a failure of the card', async () => {
    stage.now = request({ status: 'rejected' });
    await stage.deps.store.requests.open(
      [stage.now],
      [entry()],
      [
        freshCopy('copy-request', stage.now.id, 'request', CHANNEL),
        freshCopy('later-outcome', stage.now.id, 'outcome', 'U_MAKER'),
      ],
    );
    stage.slack.before = (call, channelId) => {
      if (call === 'message' && channelId !== CHANNEL) throw new SlackFailure('fatal_error');
    };
    expect(await stage.replica().sync(stage.now.id)).toBeUndefined();
    expect(await stage.copy('outcome')).toMatchObject({ problem: 'fatal_error' });
  });

  test('a message that is gone is left alone for ever', async () => {
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    stage.slack.standing.splice(0);
    await stage.reject();
    expect((await cards.sync(stage.now.id))?.code).toBe('message_not_found');
    stage.deps.time.now += 24 * HOUR_MS;
    await cards.sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message', 'update']);
    expect(await stage.deps.store.cards.behind(stage.deps.time.now, 9)).toEqual([]);
  });

  test('a requester whose direct messages are closed is told later; an approver is not called again', async () => {
    await stage.open('approver');
    const refuse = () => {
      throw new SlackFailure('user_disabled');
    };
    stage.slack.before = refuse;
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message']);
    await stage.move({ status: 'rejected', decidedAt: NOON }, 'outcome');
    stage.deps.time.now += HOUR_MS;
    await cards.sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message', 'message']);
    expect(await stage.copy('outcome')).toMatchObject({ ts: undefined, problem: 'user_disabled' });
    stage.slack.before = () => {};
    stage.deps.time.now += HOUR_MS;
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toMatchObject([{ channelId: 'D_U_MAKER' }]);
    expect(await stage.copy('outcome')).toMatchObject({ channelId: 'D_U_MAKER', shownVersion: 2 });
  });

  test('an approver’s own card follows the request', async () => {
    await stage.open('approver');
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toMatchObject([{ channelId: 'D_U_CHECKER', threadTs: undefined }]);
    expect(stage.texts()[0]).toContain('"Approve"');
    await stage.reject();
    await cards.sync(stage.now.id);
    expect(stage.texts()[0]).not.toContain('"Approve"');
  });

  test('an approver is not called to what was decided meanwhile', async () => {
    stage.now = request({ status: 'rejected' });
    await stage.open('approver');
    await stage.replica().sync(stage.now.id);
    expect(stage.slack.calls).toEqual([]);
  });

  test('a card in a closed channel is sent to nobody else', async () => {
    await stage.open();
    stage.refuseOnce('message', new SlackFailure('is_archived'));
    await stage.replica().sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message']);
  });

  test('what is no failure of Slack is not hidden', async () => {
    await stage.open();
    stage.slack.before = () => {
      throw new TypeError('a fault of ours');
    };
    await expect(stage.replica().sync(stage.now.id)).rejects.toThrow('a fault of ours');
  });

  test('Slack takes a post after its time-out and after everybody looked: gone with the next edit', async () => {
    await stage.open();
    const cards = stage.replica();
    const message = stage.slack.messenger.message.bind(stage.slack.messenger);
    let arrive: () => Promise<unknown> = async () => {};
    stage.slack.messenger.message = async (...asked) => {
      arrive = () => message(...asked);
      throw new SlackFailure('unreachable');
    };
    await cards.sync(stage.now.id);
    stage.slack.messenger.message = message;
    stage.deps.time.now += 5_000;
    await cards.sync(stage.now.id);
    await arrive();
    expect(stage.slack.standing).toHaveLength(2);
    await stage.reject();
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toHaveLength(1);
    expect(stage.texts()[0]).not.toContain('"Approve"');
  });

  test.each([
    ['a refusal of the post', 'message', 'fatal_error', 1],
    ['an edit whose answer was lost', 'update', 'unreachable', 0],
  ] as const)('%s leaves no duplicate to look for at each later edit', async (_what, call, code, looks) => {
    await stage.open();
    const cards = stage.replica();
    stage.refuseOnce(call, new SlackFailure(code));
    for (const status of ['approved', 'executing', 'executed'] as const) {
      await cards.sync(stage.now.id);
      await stage.move({ status });
      stage.deps.time.now += 5_000;
    }
    await cards.sync(stage.now.id);
    expect(stage.texts()).toHaveLength(1);
    expect(await stage.copy()).toMatchObject({ shownVersion: 4 });
    // Before it posts again, it looks: each look is a call of Slack's rate limit.
    expect(stage.slack.calls.filter((made) => made === 'findOwn')).toHaveLength(looks);
  });

  test('a post whose answer was lost is found again instead of posted twice', async () => {
    await stage.open();
    stage.slack.after = (call) => {
      if (call === 'message') throw new SlackFailure('unreachable');
    };
    const cards = stage.replica();
    expect((await cards.sync(stage.now.id))?.code).toBe('unreachable');
    await stage.reject();
    stage.deps.time.now += 5_000;
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toHaveLength(1);
    expect(stage.slack.standing[0]?.edits).toBe(1);
    expect(await cards.place(stage.now.id)).toEqual({ channelId: CHANNEL, ts: stage.slack.standing[0]?.ts });
  });

  test('it is told apart from the messages of other requests', async () => {
    await stage.open();
    const cards = stage.replica();
    await stage.slack.messenger.message(
      CHANNEL,
      { text: 'another', blocks: [] },
      { mark: { kind: 'card', id: 'copy-of-another' } },
    );
    stage.refuseOnce('message', new SlackFailure('unreachable'));
    await cards.sync(stage.now.id);
    stage.deps.time.now += 5_000;
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toHaveLength(2);
  });

  test('a request that moves on during the edit is shown as it is in the end', async () => {
    await stage.open();
    const cards = stage.replica();
    const posting = stage.slack.hold('after', 'message');
    const syncing = cards.sync(stage.now.id);
    await posting.reached;
    await stage.reject();
    posting.release();
    await syncing;
    expect(await stage.copy()).toMatchObject({ shownVersion: 2 });
    expect(stage.slack.calls).toEqual(['message', 'update']);
  });

  test('a request that moves on during every edit is left to the job after ten rounds', async () => {
    await stage.open();
    // Fifty at most, so that a loop without an end fails instead of hanging.
    stage.slack.after = async () => {
      if (stage.now.version < 50) await stage.move({ wakeAt: stage.now.wakeAt });
    };
    await stage.replica().sync(stage.now.id);
    expect(stage.slack.calls).toEqual(['message', ...Array<string>(9).fill('update')]);
    expect(await stage.deps.store.cards.behind(stage.deps.time.now, 9)).toEqual([stage.now.id]);
  });

  test('a request whose cards are true costs one look at the database', async () => {
    const operations: string[] = [];
    stage = openCardStage({
      at: ({ operation, when }) => void (when === 'before' && operations.push(operation)),
    });
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    operations.splice(0);
    await cards.sync(stage.now.id);
    expect(operations).toEqual(['cards.claim']);
  });

  test('a copy whose request the database no longer has is not shown', async () => {
    await stage.open();
    stage.deps.store.requests.findBatch = async () => undefined;
    expect(await stage.replica().sync(stage.now.id)).toBeUndefined();
    expect(stage.slack.calls).toEqual([]);
  });

  test('the card stands in the channel, not in an approver’s direct messages', async () => {
    await stage.open('approver', 'request');
    stage.slack.before = (call, channelId) => {
      if (call === 'message' && channelId === CHANNEL) throw new SlackFailure('fatal_error');
    };
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toMatchObject([{ channelId: 'D_U_CHECKER' }]);
    expect(await cards.place(stage.now.id)).toBeUndefined();
    stage.slack.before = () => {};
    stage.deps.time.now += 5_000;
    await cards.sync(stage.now.id);
    expect(await cards.place(stage.now.id)).toEqual({ channelId: CHANNEL, ts: stage.slack.standing[1]?.ts });
  });

  test('a request that is not there is nothing to show', async () => {
    expect(await stage.replica().sync('nobody')).toBeUndefined();
  });
});
