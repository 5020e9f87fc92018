/** Owns clicks on copies of a card: each is followed from then on, shown again, and debounced. */

import { beforeEach, describe, expect, test } from 'vitest';
import { alone } from '../payouts/setup.ts';
import { type CardStage, CHANNEL, openCardStage } from './card-stage.ts';

let stage: CardStage;

beforeEach(() => {
  stage = openCardStage();
});

describe('a click on a copy', () => {
  test('an orphan that nobody knew is followed from then on', async () => {
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    const orphan = await stage.slack.messenger.message(CHANNEL, { text: 'Approve?', blocks: [] });
    await cards.repair(alone(stage.now), orphan.channelId, orphan.ts);
    await cards.sync(stage.now.id);
    expect(stage.texts()[1]).toEqual(stage.texts()[0]);
    await stage.reject();
    await cards.sync(stage.now.id);
    expect(stage.texts()[1]).toEqual(stage.texts()[0]);
    expect(stage.texts()[1]).not.toContain('"Approve"');
  });

  test('a known copy is shown again once it is decided, and then at most every ten seconds', async () => {
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    const at = (await cards.place(stage.now.id)) ?? { channelId: '', ts: '' };
    const updates = () => stage.slack.calls.filter((call) => call === 'update').length;
    const click = async () => {
      await cards.repair(alone(stage.now), at.channelId, at.ts);
      await cards.sync(stage.now.id);
    };
    await click();
    expect(updates()).toBe(0);
    await stage.reject();
    await click();
    await click();
    expect(updates()).toBe(1);
    stage.deps.time.now += 9_999;
    await click();
    expect(updates()).toBe(1);
    stage.deps.time.now += 1;
    await click();
    expect(updates()).toBe(2);
  });

  test('a click on the next version of a request is not debounced by the one before', async () => {
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    const at = (await cards.place(stage.now.id)) ?? { channelId: '', ts: '' };
    for (const status of ['approved', 'executed'] as const) {
      await stage.move({ status });
      await cards.sync(stage.now.id);
      await cards.repair(alone(stage.now), at.channelId, at.ts);
      expect(await stage.copy()).toMatchObject({ shownVersion: 0 });
      await cards.sync(stage.now.id);
    }
  });

  test('a click on one message of a request does not debounce a click on another', async () => {
    await stage.open('request', 'approver');
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    await stage.reject();
    await cards.sync(stage.now.id);
    for (const { channelId, ts } of stage.slack.standing) await cards.repair(alone(stage.now), channelId, ts);
    expect(await stage.deps.store.cards.of(stage.now.id)).toMatchObject([
      { shownVersion: 0 },
      { shownVersion: 0 },
    ]);
  });

  test('a message of the same ts in another channel is another message', async () => {
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    const { ts = '' } = (await stage.copy()) ?? {};
    await cards.repair(alone(stage.now), 'C_ELSEWHERE', ts);
    expect((await stage.deps.store.cards.of(stage.now.id)).map(({ channelId }) => channelId).sort()).toEqual([
      CHANNEL,
      'C_ELSEWHERE',
    ]);
  });

  test('a note that could not be taken is taken at the next click', async () => {
    let away = false;
    stage = openCardStage({
      at: ({ operation }) => {
        if (away && operation === 'cards.showAgain') throw new Error('the store is away');
      },
    });
    await stage.open();
    const cards = stage.replica();
    await cards.sync(stage.now.id);
    const at = (await cards.place(stage.now.id)) ?? { channelId: '', ts: '' };
    await stage.reject();
    await cards.sync(stage.now.id);
    away = true;
    await expect(cards.repair(alone(stage.now), at.channelId, at.ts)).rejects.toThrow('the store is away');
    away = false;
    await cards.repair(alone(stage.now), at.channelId, at.ts);
    expect(await stage.copy()).toMatchObject({ shownVersion: 0, nextAttemptAt: stage.deps.time.now });
  });
});
