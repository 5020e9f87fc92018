/** Owns replicas that lose the lease of a card at every step: one card remains, and it is true. */

import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { type CardStage, CHANNEL, LEASE_MS, openCardStage } from './card-stage.ts';

let stage: CardStage;

beforeEach(() => {
  stage = openCardStage();
});

describe('a replica that loses its lease', () => {
  test('frozen before its post reached Slack: its message goes, the other one stands', async () => {
    await stage.open();
    const goOn = await stage.freeze();
    await stage.sync();
    const [stands] = stage.slack.standing;
    await goOn();
    expect(stage.slack.standing).toEqual([stands]);
    expect(await stage.copy()).toMatchObject({ ts: stands?.ts });
    expect(stage.lines.map(({ msg }) => msg)).toEqual(['card lease lost', 'duplicate card removed']);
  });

  test('frozen after its post: the other replica finds that message, and it stays', async () => {
    await stage.open();
    const goOn = await stage.freeze('after');
    await stage.reject();
    await stage.sync();
    await goOn();
    expect(stage.slack.calls.filter((call) => call === 'message')).toHaveLength(1);
    expect(stage.slack.standing).toMatchObject([{ edits: 1 }]);
  });

  test('its post arrives after everybody looked, and its answer never: gone with the next edit', async () => {
    await stage.open();
    const goOn = await stage.freeze();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    stage.slack.after = (call) => {
      if (call === 'message') throw new SlackFailure('unreachable');
    };
    // The one that was frozen looks too early, as a dead one does not look at all.
    stage.slack.showsHistory = false;
    await goOn();
    stage.slack.showsHistory = true;
    expect(stage.slack.standing).toHaveLength(2);
    await stage.reject();
    await cards.sync(stage.now.id);
    expect(stage.slack.standing).toHaveLength(1);
    expect(await cards.place(stage.now.id)).toEqual({ channelId: CHANNEL, ts: stage.slack.standing[0]?.ts });
    expect(stage.texts()[0]).not.toContain('"Approve"');
  });

  test('hears nothing of its post: looks for it, and removes it', async () => {
    await stage.open();
    const goOn = await stage.freeze();
    await stage.sync();
    stage.slack.after = (call) => {
      if (call === 'message') throw new SlackFailure('unreachable');
    };
    await goOn();
    expect(stage.slack.standing).toHaveLength(1);
    expect(await stage.copy()).toMatchObject({ ts: stage.slack.standing[0]?.ts, problem: undefined });
  });

  test.each([
    ['that one removes the message, or takes it', true],
    ['where Slack shows no history, each removes its own at most', false],
  ])('while the next holder is still at work: %s', async (_what, showsHistory) => {
    stage.slack.showsHistory = showsHistory;
    await stage.open();
    const goOn = await stage.freeze();
    const working = stage.slack.hold('before', 'message');
    const second = stage.sync();
    await working.reached;
    await goOn();
    working.release();
    await second;
    expect(stage.slack.standing).toHaveLength(1);
    expect(await stage.copy()).toMatchObject({ ts: stage.slack.standing[0]?.ts });
  });

  test('before it posts: it does not post at all', async () => {
    await stage.open();
    stage.refuseOnce('message', new SlackFailure('unreachable'));
    await stage.sync();
    stage.deps.time.now += 5_000;
    const goOn = await stage.freeze('after', 'findOwn');
    await stage.sync();
    await goOn();
    expect(stage.slack.standing).toHaveLength(1);
    expect(stage.slack.calls.filter((call) => call === 'message')).toHaveLength(2);
  });

  test('an edit that arrives late is followed by one that is true', async () => {
    await stage.open();
    await stage.sync();
    await stage.move({ status: 'approved' });
    const goOn = await stage.freeze('before', 'update');
    await stage.move({ status: 'rejected', closedBy: 'U_CHECKER', closedReason: 'Not a duplicate' });
    await stage.sync();
    const after = stage.texts();
    await goOn();
    expect(stage.texts()).toEqual(after);
    expect(await stage.copy()).toMatchObject({ shownVersion: 3 });
  });

  test.each([
    ['cant_delete_message', 'duplicate card not removed'],
    ['message_not_found', 'card lease lost'],
  ])(
    'a duplicate that Slack does not remove (%s) is no failure; the log ends in "%s"',
    async (code, last) => {
      await stage.open();
      const goOn = await stage.freeze();
      await stage.sync();
      stage.slack.before = (call) => {
        if (call === 'remove') throw new SlackFailure(code);
      };
      await goOn();
      expect(stage.lines.at(-1)?.msg).toBe(last);
    },
  );

  test('work that takes longer than the lease keeps it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    await stage.open();
    const slow = stage.slack.hold('after', 'message');
    const first = stage.sync();
    await slow.reached;
    for (let times = 0; times < 9; times += 1) {
      stage.deps.time.now += LEASE_MS / 3;
      await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
      expect(await stage.deps.store.cards.claim(stage.now.id, stage.deps.time.now, LEASE_MS)).toEqual([]);
    }
    slow.release();
    await first;
    expect(stage.slack.calls).toEqual(['message']);
  });

  test('its message is left to the next holder, who has found it and takes it', async () => {
    await stage.open();
    const goOn = await stage.freeze('after');
    const looking = stage.slack.hold('after', 'findOwn');
    const second = stage.sync();
    await looking.reached;
    await goOn();
    looking.release();
    await second;
    expect(stage.slack.standing).toHaveLength(1);
    expect(await stage.copy()).toMatchObject({ ts: stage.slack.standing[0]?.ts, shownVersion: 1 });
  });

  test('where Slack shows no history and another card stands, it removes its own', async () => {
    stage.slack.showsHistory = false;
    await stage.open();
    const goOn = await stage.freeze();
    await stage.sync();
    const [stands] = stage.slack.standing;
    await goOn();
    expect(stage.slack.standing).toEqual([stands]);
  });
});
