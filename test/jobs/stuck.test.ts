/** Owns telling of stuck links: once, again with a mention at three times that, across outages, crashes and replicas. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { openStuckStage, type StuckStage, TICK_MS } from './stuck-stage.ts';

const ESCALATE_TO = ['S0FIN', 'U0HEAD'];

describe('a link that stays PROCESSING', () => {
  test('is told once, again at three days with a mention, and never a third time', async () => {
    const stage = await openStuckStage({ escalateTo: ESCALATE_TO });
    stage.addClaimed(23);
    await stage.pass(HOUR_MS - TICK_MS);
    expect(stage.told()).toEqual([]);
    await stage.pass(2 * TICK_MS);
    expect(stage.told()).toEqual([['first 1']]);
    expect(JSON.stringify(stage.messages())).not.toContain('S0FIN');
    await stage.pass(2 * DAY_MS - 4 * TICK_MS);
    expect(stage.told()).toHaveLength(1);
    await stage.pass(3 * TICK_MS);
    expect(stage.told()).toEqual([['first 1'], ['again 1']]);
    expect(JSON.stringify(stage.messages()[1]?.blocks)).toContain('<!subteam^S0FIN> <@U0HEAD>');
    await stage.pass(3 * DAY_MS);
    expect(stage.told()).toHaveLength(2);
  });

  test('without ESCALATE_TO it is told once', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    await stage.pass(4 * DAY_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });

  test('several are told in one message; the mention is for those that stay stuck', async () => {
    const stage = await openStuckStage({ escalateTo: ESCALATE_TO });
    for (const hours of [25, 80, 30, 100]) stage.addClaimed(hours);
    await stage.pass(TICK_MS);
    expect(stage.told()).toEqual([['again 4', 'again 2', 'first 3', 'first 1']]);
  });

  test('one that is claimed again is told of again', async () => {
    const stage = await openStuckStage();
    const link = stage.addClaimed(24);
    await stage.pass(TICK_MS);
    link.status = 'ISSUED';
    await stage.pass(HOUR_MS);
    stage.claim(link);
    await stage.pass(DAY_MS - TICK_MS);
    expect(stage.told()).toHaveLength(1);
    await stage.pass(2 * TICK_MS);
    expect(stage.told()).toEqual([['first 1'], ['first 1']]);
  });

  test('is told in each channel with such digests', async () => {
    const stage = await openStuckStage({ channels: ['C1', 'C2'] });
    stage.addClaimed(24);
    await stage.pass(HOUR_MS);
    expect(stage.slack.standing.map(({ channelId }) => channelId)).toEqual(['C1', 'C2']);
  });

  test('without such digests InstantPay is not asked', async () => {
    const stage = await openStuckStage({ channels: [] });
    stage.addClaimed(24);
    await stage.pass(HOUR_MS);
    expect(stage.gateway.calls.links).toEqual([]);
  });
});

describe('outages, crashes and replicas', () => {
  test('the list is walked once in ten minutes, whichever replica does', async () => {
    const stage = await openStuckStage();
    await stage.pass(HOUR_MS);
    expect(stage.gateway.calls.links).toHaveLength(6);
  });

  test('a crash between finding and posting: another replica posts, once', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    await stage.one.find();
    expect(stage.told()).toEqual([]);
    stage.to(stage.now() + MINUTE_MS);
    await stage.replica().post();
    await stage.pass(HOUR_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });

  test('Slack away for 90 minutes: told late, once, and without those that left meanwhile', async () => {
    const stage = await openStuckStage();
    const links = [24, 25, 26].map((hours) => stage.addClaimed(hours));
    stage.down.slack = true;
    await stage.pass(90 * MINUTE_MS);
    const [first, second] = links;
    if (!first || !second) throw new Error('no links');
    first.status = 'CLAIMED';
    second.status = 'ISSUED';
    stage.claim(second);
    stage.down.slack = false;
    await stage.pass(TICK_MS);
    expect(stage.told()).toEqual([['first 3']]);
    await stage.pass(HOUR_MS);
    expect(stage.told()).toHaveLength(1);
  });

  test('all of them left meanwhile: nothing is posted, and what is claimed again later is told', async () => {
    const stage = await openStuckStage();
    const link = stage.addClaimed(24);
    stage.down.slack = true;
    await stage.pass(HOUR_MS);
    link.status = 'ISSUED';
    stage.down.slack = false;
    await stage.pass(HOUR_MS);
    expect(stage.told()).toEqual([]);
    stage.claim(link);
    await stage.pass(DAY_MS + 2 * TICK_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });

  test('a lost answer: the message is found, and not posted again', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    stage.slack.failOnce('after', new SlackFailure('unreachable'), 'message');
    await stage.pass(HOUR_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });

  test('a message that Slack did not take within a day is told anew by the next round', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    stage.down.slack = true;
    await stage.pass(DAY_MS + HOUR_MS);
    stage.down.slack = false;
    await stage.pass(HOUR_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });

  test('InstantPay does not track: the first sighting counts, a day later', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(40);
    stage.down.track = true;
    await stage.pass(DAY_MS);
    expect(stage.told()).toEqual([]);
    await stage.pass(2 * TICK_MS);
    expect(stage.told()).toEqual([['first 1']]);
    stage.down.track = false;
    await stage.pass(DAY_MS);
    expect(stage.told()).toHaveLength(1);
  });

  test('a list that cannot be read: told once it can', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    stage.down.list = true;
    await stage.pass(2 * HOUR_MS);
    expect(stage.told()).toEqual([]);
    stage.down.list = false;
    await stage.pass(TICK_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });

  test('content that cannot be read is given up, and told by the next round', async () => {
    const stage = await openStuckStage();
    stage.addClaimed(24);
    const at = stage.now();
    await stage.store.escalations.tell({
      scheduleId: 'stuck C_DIGESTS',
      dueAt: at,
      kind: 'stuck',
      channelId: 'C_DIGESTS',
      content: { at, links: [{ linkId: 7 }] },
      expiresAt: at + DAY_MS,
      tells: { at, links: [{ linkId: '000000000000000000000001', stage: 'first', since: at - DAY_MS }] },
    });
    await stage.pass(TICK_MS);
    expect(stage.told()).toEqual([]);
    await stage.pass(TICK_MS);
    expect(stage.told()).toEqual([['first 1']]);
  });
});

/** Short, so that many rounds of it are played. */
const AFTER_MS = 3 * HOUR_MS;

/** Everything that can happen, in any order. */
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ticks: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('claim' as const), link: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('return' as const, 'end' as const), link: fc.nat(3) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('down' as const, 'up' as const),
      what: fc.constantFrom('list' as const, 'track' as const, 'slack' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lost answer' as const }) },
);

type Event = typeof event extends fc.Arbitrary<infer Kind> ? Kind : never;

/** Plays the events and checks after each tick what was told, and that nothing that was due is missing. */
async function play(stage: StuckStage, escalates: boolean, events: readonly Event[]): Promise<void> {
  const links = [0, 1, 2, 3].map(() => ({ link: stage.addClaimed(0), told: new Map<string, number>() }));
  let upSince = stage.now();
  let seen = 0;

  const check = (): void => {
    const told = stage.told();
    for (const telling of told.slice(seen).flat()) {
      const [which = '', number] = telling.split(' ');
      const one = links[Number(number) - 1];
      if (!one) throw new Error(`${telling} is no link of ours`);
      const { claimedAt = 0, status } = one.link;
      const ageMs = stage.now() - claimedAt;
      expect(one.told.has(which), `${telling} is told a second time`).toBe(false);
      expect(ageMs, `${telling} is told too early`).toBeGreaterThanOrEqual(
        (which === 'again' ? 3 : 1) * AFTER_MS,
      );
      if (!stage.down.track) expect(status, `${telling} left before`).toBe('PROCESSING');
      one.told.set(which, stage.now());
    }
    seen = told.length;
    if (stage.down.list || stage.down.track || stage.down.slack) upSince = stage.now();
    for (const { link, told: stages } of links) {
      const { status, claimedAt = 0 } = link;
      const isDue = (afterMs: number): boolean =>
        status === 'PROCESSING' && stage.now() - Math.max(claimedAt + afterMs, upSince) >= 2 * TICK_MS;
      if (isDue(AFTER_MS)) expect(stages.size, `${link.linkId} was not told`).toBeGreaterThan(0);
      if (isDue(3 * AFTER_MS)) expect(stages.has('again'), `${link.linkId} again`).toBe(escalates);
    }
  };

  for (const step of events) {
    const one = 'link' in step ? links[step.link] : undefined;
    if (step.kind === 'pass') {
      for (let tick = 0; tick < step.ticks; tick += 1) {
        await stage.pass(TICK_MS);
        check();
      }
    } else if (step.kind === 'claim' && one?.link.status === 'ISSUED') {
      stage.claim(one.link);
      one.told.clear();
    } else if (step.kind === 'return' && one?.link.status === 'PROCESSING') one.link.status = 'ISSUED';
    else if (step.kind === 'end' && one) one.link.status = 'CLAIMED';
    else if (step.kind === 'down' || step.kind === 'up') {
      stage.down[step.what] = step.kind === 'down';
      upSince = stage.now();
    } else if (step.kind === 'crash') {
      // Found, and nobody posts it until the next tick.
      stage.to(stage.now() + TICK_MS);
      await stage.replica().find();
      upSince = stage.now();
    } else if (step.kind === 'lost answer') {
      stage.slack.failOnce('after', new SlackFailure('unreachable'), 'message');
    }
  }
}

test('in any order of events: told at most twice, only when it is stuck, and never late when all is up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(event, { minLength: 5, maxLength: 25 }),
      async (escalates, events) => {
        const stage = await openStuckStage({
          stuckAfterMs: AFTER_MS,
          escalateTo: escalates ? ESCALATE_TO : [],
        });
        await play(stage, escalates, events);
      },
    ),
    { numRuns: 12 },
  );
});
