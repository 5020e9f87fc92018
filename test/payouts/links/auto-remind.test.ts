/** Owns automatic reminders: once a step over all replicas, never more than three, never in quiet hours or when stopped. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import type { WriteAnswer } from '../../../src/payouts/gateway.ts';
import { remindAutomatically } from '../../../src/payouts/links/auto-remind.ts';
import {
  AUTO_AT_MOST,
  AUTO_HEARD_WITHIN_MS,
  isQuiet,
  stepAt,
} from '../../../src/payouts/links/auto-remind-steps.ts';
import { allowAutomatic, automaticOf, stopAutomatic } from '../../../src/payouts/links/auto-remind-stop.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { remind } from '../../../src/payouts/links/remind.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import type { Walk } from '../../fakes/gateway.ts';
import {
  auditOf,
  type DepsOptions,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  page,
  record,
  STRANGER,
  type TestDeps,
  tracked,
  write,
} from '../setup.ts';

const QUIET = { fromMinute: 21 * 60, toMinute: 8 * 60 };
const AUTOMATIC = { beforeMs: [24 * HOUR_MS, 2 * HOUR_MS], quiet: QUIET };
const SENT = write('done', 'Sent to ******3210.');
const WHOLE = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
const goesOn = () => false;

const listed = (...links: PayoutLink[]): Walk => ({ pages: [page(links)], end: WHOLE });
const expiring = (inMs: number, linkId = LINK) =>
  record({ linkId, createdAt: NOON - 30 * DAY_MS, expiresAt: NOON + inMs });

function stage(links: PayoutLink[], options: DepsOptions = {}): TestDeps {
  return makeDeps({
    ...options,
    script: {
      links: listed(...links),
      track: (linkId) => tracked({ linkId }),
      notify: SENT,
      ...options.script,
    },
    settings: { automatic: AUTOMATIC, ...options.settings },
  });
}

/** So many links, the first to expire first. */
const many = (amount: number): PayoutLink[] =>
  Array.from({ length: amount }, (_none, index) =>
    expiring(HOUR_MS + index, `65${String(index).padStart(22, '0')}`),
  );

/** The next run of the job: the walk of the last one is over. */
async function later(deps: TestDeps, ms: number) {
  deps.time.now += ms;
  return remindAutomatically(deps, goesOn);
}

describe('an ISSUED link that expires soon', () => {
  test('is reminded once at each step, by Payout Desk, and counted once', async () => {
    const deps = stage([expiring(23 * HOUR_MS)]);
    expect(await remindAutomatically(deps, goesOn)).toEqual({
      sent: 1,
      notConfirmed: 0,
      notSent: 0,
      problem: undefined,
    });
    expect(auditOf(deps)).toMatchObject([
      { action: 'reminder.started', actorId: SYSTEM_ACTOR, linkId: LINK, statusBefore: 'ISSUED' },
      { action: 'reminder.sent', actorId: SYSTEM_ACTOR, linkId: LINK, detail: SENT.message },
    ]);
    for (let run = 0; run < 4; run += 1) await later(deps, 2 * HOUR_MS);
    expect(deps.gateway.calls.notify).toEqual([LINK]);
    // The quiet hours end at 08:00, three hours before it expires.
    expect(await later(deps, 12 * HOUR_MS)).toMatchObject({ sent: 0 });
    expect(await later(deps, HOUR_MS)).toMatchObject({ sent: 1 });
    expect(await later(deps, HOUR_MS)).toMatchObject({ sent: 0 });
    expect(deps.gateway.calls.notify).toEqual([LINK, LINK]);
    expect(await deps.store.autoReminders.remindedSince(NOON, NOON + DAY_MS)).toEqual({
      sent: 2,
      notConfirmed: 0,
    });
    expect(await deps.store.autoReminders.remindedSince(NOON + 1, NOON + DAY_MS)).toEqual({
      sent: 1,
      notConfirmed: 0,
    });
  });

  test('nothing at all while REMIND_BEFORE is not set', async () => {
    const deps = stage([expiring(HOUR_MS)], { settings: { automatic: { beforeMs: [], quiet: undefined } } });
    expect(await remindAutomatically(deps, goesOn)).toBeUndefined();
    expect(deps.gateway.calls.links).toEqual([]);
  });

  test('what falls in the quiet hours is sent at their end, unless the next step has overtaken it', async () => {
    // Steps at 22:00 and 20:00 tomorrow; the second link's steps at 01:00 and 23:00, so the first is over at 08:00.
    const night = expiring(34 * HOUR_MS);
    const deps = stage([night]);
    expect(await later(deps, 10 * HOUR_MS)).toBeUndefined();
    expect(await later(deps, 9 * HOUR_MS + 30 * MINUTE_MS)).toBeUndefined();
    expect(await later(deps, 30 * MINUTE_MS)).toMatchObject({ sent: 1 });
    expect(await deps.store.autoReminders.known([LINK])).toMatchObject({
      claimed: [{ beforeMs: 24 * HOUR_MS }],
    });
  });

  test('a link that expires in the quiet hours is not reminded after its expiry', async () => {
    const deps = stage([expiring(11 * HOUR_MS)], {
      settings: { automatic: { beforeMs: [2 * HOUR_MS], quiet: QUIET } },
    });
    expect(await later(deps, 8 * HOUR_MS)).toMatchObject({ sent: 0 });
    expect(await later(deps, 12 * HOUR_MS)).toMatchObject({ sent: 0 });
  });

  test.each(['PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED', 'UNKNOWN'] as const)(
    'one that is %s by now is left alone',
    async (status) => {
      const deps = stage([expiring(HOUR_MS)], { script: { track: tracked({ status }) } });
      expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 0, problem: undefined });
      expect(deps.gateway.calls.notify).toEqual([]);
      expect(auditOf(deps)).toEqual([]);
    },
  );

  test('one that was reminded by hand within the step is not reminded again for it', async () => {
    const deps = stage([expiring(10 * HOUR_MS)]);
    await remind(deps, MAKER, LINK);
    for (let hour = 0; hour < 7; hour += 1) expect(await later(deps, HOUR_MS)).toMatchObject({ sent: 0 });
    expect(await later(deps, HOUR_MS)).toMatchObject({ sent: 1 });
    expect(deps.gateway.calls.notify).toHaveLength(2);
  });

  test('one that was reminded by hand while its outcome could not be stored may have been sent: it is not repeated', async () => {
    let isAway = false;
    const deps = stage([expiring(10 * HOUR_MS)], {
      at({ operation, when }) {
        if (operation === 'audit.append' && when === 'before' && isAway) throw new Unavailable('away');
        if (operation === 'audit.append' && when === 'after') isAway = true;
      },
    });
    await remind(deps, MAKER, LINK);
    isAway = false;
    expect(auditOf(deps)).toMatchObject([{ action: 'reminder.started' }]);
    for (let hour = 0; hour < 7; hour += 1) expect(await later(deps, HOUR_MS)).toMatchObject({ sent: 0 });
    expect(deps.gateway.calls.notify).toHaveLength(1);
  });

  test('another environment than the configured one ends the run: nothing is written there', async () => {
    const deps = stage([expiring(HOUR_MS), expiring(HOUR_MS, '65'.repeat(12))], {
      settings: { environment: 'sandbox' },
    });
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({
      sent: 0,
      problem: expect.stringContaining('LIVE'),
    });
    expect(deps.gateway.calls.notify).toEqual([]);
  });
});

describe('the answer', () => {
  test.each([
    ['refused', { notSent: 1 }, 1],
    ['verify', { notConfirmed: 1 }, 1],
    ['unknown', { notConfirmed: 1 }, 1],
    ['not_sent', { notSent: 1 }, 2],
  ] as const)('%s: only what certainly never left is tried again (R9)', async (kind, counted, calls) => {
    const deps = stage([expiring(HOUR_MS)], { script: { notify: [write(kind), SENT, SENT] } });
    expect(await remindAutomatically(deps, goesOn)).toMatchObject(counted);
    await later(deps, 30 * MINUTE_MS);
    await later(deps, 29 * MINUTE_MS);
    expect(deps.gateway.calls.notify).toHaveLength(calls);
  });

  test('a process that dies during the call: not confirmed, and not repeated', async () => {
    const died = new Error('killed');
    const deps = stage([expiring(20 * HOUR_MS)], { script: { notify: [died, SENT] } });
    await expect(remindAutomatically(deps, goesOn)).rejects.toThrow(died);
    expect(await deps.store.autoReminders.remindedSince(NOON, NOON + AUTO_HEARD_WITHIN_MS)).toEqual({
      sent: 0,
      notConfirmed: 0,
    });
    for (let run = 0; run < 8; run += 1) await later(deps, HOUR_MS);
    expect(deps.gateway.calls.notify).toEqual([LINK]);
    expect(await deps.store.autoReminders.remindedSince(NOON, NOON + DAY_MS)).toEqual({
      sent: 0,
      notConfirmed: 1,
    });
  });

  test('InstantPay is away: the run ends after a few, and the next one sends', async () => {
    const links = many(40);
    const away = new Unavailable('InstantPay does not respond.');
    const deps = stage(links, {
      script: {
        track: () => {
          throw away;
        },
      },
    });
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 0, problem: away.message });
    expect(deps.gateway.calls.track.length).toBeLessThan(10);
    deps.gateway.script.track = (linkId) => tracked({ linkId });
    expect(await later(deps, 30 * MINUTE_MS)).toMatchObject({ sent: 40, problem: undefined });
  });

  test('some links cannot be looked up: the others are reminded', async () => {
    let asked = 0;
    const deps = stage(many(40), {
      script: {
        track: (linkId) => {
          asked += 1;
          if (asked % 2 === 0) throw new Unavailable('InstantPay does not respond.');
          return tracked({ linkId });
        },
      },
    });
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 20 });
  });

  test('one run sends so many at most, the soonest to expire first; the next goes on', async () => {
    const links = many(310);
    const deps = stage(links.toReversed());
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 300 });
    expect(deps.gateway.calls.notify).not.toContain(links[309]?.linkId);
    expect(await later(deps, 30 * MINUTE_MS)).toMatchObject({ sent: 10 });
  });

  test('a link that is ISSUED no more on a later page is left out, and so is a stopped one: neither is looked up', async () => {
    const [moved, stopped] = many(2);
    if (!moved || !stopped) throw new Error('there are no links');
    const pages = [page([moved, stopped]), page([], { mismatchedIds: [moved.linkId] })];
    const deps = stage([], { script: { links: { pages, end: WHOLE } } });
    await stopAutomatic(deps, MAKER, stopped.linkId);
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 0 });
    expect(deps.gateway.calls.track).toEqual([]);
  });

  test('of a list that could not be read to its end, what was read is reminded', async () => {
    const deps = stage([], {
      script: { links: { pages: [page([expiring(HOUR_MS)]), new Unavailable('page 2')], end: WHOLE } },
    });
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 1, problem: 'page 2' });
  });

  test('a process that stops begins no further one', async () => {
    let stopping = false;
    const links = [
      expiring(HOUR_MS),
      expiring(HOUR_MS + 1, '65'.repeat(12)),
      expiring(HOUR_MS + 2, '66'.repeat(12)),
    ];
    const deps = stage(links, { script: { notify: () => ((stopping = true), SENT) } });
    await remindAutomatically(deps, () => stopping);
    expect(deps.gateway.calls.notify.length).toBeLessThanOrEqual(2);
    stopping = false;
    await later(deps, 30 * MINUTE_MS);
    expect(deps.gateway.calls.notify.toSorted()).toEqual(links.map(({ linkId }) => linkId).toSorted());
  });

  test('the quiet hours begin while the store is slow: nothing is sent, and the step is not used up', async () => {
    const deps = stage([expiring(10 * HOUR_MS)], {
      at({ operation, when }, time) {
        if (operation === 'audit.append' && when === 'after' && time.now < NOON + 9 * HOUR_MS)
          time.now += 61_000;
      },
    });
    expect(await later(deps, 9 * HOUR_MS - 60_000)).toMatchObject({ sent: 0, notSent: 1 });
    expect(deps.gateway.calls.notify).toEqual([]);
    expect(await deps.store.autoReminders.known([LINK])).toMatchObject({ claimed: [] });
  });
});

describe('stopped for one link', () => {
  test('audited once, refused without the permission, allowed again', async () => {
    const deps = stage([expiring(HOUR_MS)]);
    await expect(stopAutomatic(deps, STRANGER, LINK)).rejects.toThrow(Forbidden);
    await expect(allowAutomatic(deps, STRANGER, LINK)).rejects.toThrow(Forbidden);
    expect(await automaticOf(deps, LINK)).toBe('allowed');
    expect(await stopAutomatic(deps, MAKER, LINK)).toBe(true);
    expect(await stopAutomatic(deps, MAKER, LINK)).toBe(false);
    expect(await automaticOf(deps, LINK)).toBe('stopped');
    expect(await remindAutomatically(deps, goesOn)).toMatchObject({ sent: 0 });
    expect(await allowAutomatic(deps, MAKER, LINK)).toBe(true);
    expect(await allowAutomatic(deps, MAKER, LINK)).toBe(false);
    expect(await later(deps, 30 * MINUTE_MS)).toMatchObject({ sent: 1 });
    expect(auditOf(deps).map(({ action, actorId }) => [action, actorId])).toEqual([
      ['access.refused', STRANGER.userId],
      ['access.refused', STRANGER.userId],
      ['reminder.auto_stopped', MAKER.userId],
      ['reminder.auto_allowed', MAKER.userId],
      ['reminder.started', SYSTEM_ACTOR],
      ['reminder.sent', SYSTEM_ACTOR],
    ]);
  });

  test('is not known while they are off, or the store is away', async () => {
    const off = stage([], { settings: { automatic: { beforeMs: [], quiet: undefined } } });
    expect(await automaticOf(off, LINK)).toBeUndefined();
    const away = stage([], {
      at: () => {
        throw new Unavailable('away');
      },
    });
    expect(await automaticOf(away, LINK)).toBeUndefined();
  });
});

const LINKS = ['65'.repeat(12), '66'.repeat(12)] as const;
const STEPS_MS = [30, 60, 120, 24 * 60].map((minutes) => minutes * MINUTE_MS);
const ANSWERS: readonly WriteAnswer['kind'][] = ['done', 'refused', 'verify', 'unknown', 'not_sent'];

type Event =
  | { kind: 'run'; replicas: number[]; crashAt: number | undefined }
  | { kind: 'pass'; minutes: number }
  | { kind: 'stop' | 'allow' | 'by hand'; linkId: string }
  | { kind: 'settings'; beforeMs: number[] };

const steps = fc.uniqueArray(fc.constantFrom(...STEPS_MS), { minLength: 1, maxLength: 3 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      replicas: fc.array(fc.nat(1), { minLength: 1, maxLength: 3 }),
      crashAt: fc.option(fc.nat(30), { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.constantFrom(1, 26, 30, 60, 240),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('stop' as const, 'allow' as const, 'by hand' as const),
      linkId: fc.constantFrom(...LINKS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settings' as const), beforeMs: steps }) },
);

interface Course {
  events: Event[];
  skewMs: number;
  expires: [number, number];
  answers: Iterator<WriteAnswer['kind']>;
  before: number[];
}
const course: fc.Arbitrary<Course> = fc.record({
  events: fc.array(event, { minLength: 10, maxLength: 60 }),
  skewMs: fc.constantFrom(0, 90_000, -90_000),
  expires: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
  answers: fc.infiniteStream(fc.constantFrom(...ANSWERS, 'done' as const, 'done' as const)),
  before: steps,
});

/** An automatic reminder, as InstantPay saw it. */
interface Call {
  linkId: string;
  step: number | undefined;
  kind: WriteAnswer['kind'];
  isStopped: boolean;
  isQuiet: boolean;
}

const automaticOn = (ms: readonly number[]) => ({
  beforeMs: ms.toSorted((one, other) => other - one),
  quiet: QUIET,
});

/** Two replicas on one store, each with its own clock, and what InstantPay is called with. */
function world({ skewMs, expires, answers, before }: Course) {
  const links = LINKS.map((linkId, index) =>
    record({ linkId, createdAt: NOON - 60 * DAY_MS, expiresAt: NOON + (expires[index] ?? 1) * HOUR_MS }),
  );
  const now = { is: NOON, crashIn: Infinity, byHand: false };
  const calls: Call[] = [];
  const stopped = new Set<string>();
  const { store } = makeDeps({
    at() {
      if ((now.crashIn -= 1) < 0) throw new Unavailable('killed');
    },
  });
  const of = (linkId: string): PayoutLink => links.find((link) => link.linkId === linkId) ?? record();
  const replica = (skew: number): TestDeps => {
    const clock = () => now.is + skew;
    const deps: TestDeps = makeDeps({
      settings: { automatic: automaticOn(before) },
      script: {
        links: listed(...links),
        track: (linkId) =>
          tracked({ linkId, status: clock() < (of(linkId).expiresAt ?? 0) ? 'ISSUED' : 'EXPIRED' }),
        notify: (linkId) => {
          const { value: kind } = answers.next();
          const step = stepAt(deps.settings.automatic, of(linkId), clock());
          const about = { isStopped: stopped.has(linkId), isQuiet: isQuiet(QUIET, clock()) };
          if (!now.byHand) calls.push({ linkId, step, kind, ...about });
          return write(kind);
        },
      },
    });
    return Object.assign(deps, { store, clock });
  };
  return { now, calls, stopped, replicas: [replica(0), replica(skewMs)] as const };
}

async function play(step: Event, { now, stopped, replicas }: ReturnType<typeof world>): Promise<void> {
  const [deps] = replicas;
  switch (step.kind) {
    case 'pass':
      now.is += step.minutes * MINUTE_MS;
      return;
    case 'settings':
      for (const replica of replicas) {
        replica.settings = { ...replica.settings, automatic: automaticOn(step.beforeMs) };
      }
      return;
    case 'run':
      now.crashIn = step.crashAt ?? Infinity;
      await Promise.allSettled(
        step.replicas.map((index) => remindAutomatically(replicas[index === 0 ? 0 : 1], goesOn)),
      );
      now.crashIn = Infinity;
      return;
    case 'by hand':
      now.byHand = true;
      await remind(deps, MAKER, step.linkId).catch(() => {});
      now.byHand = false;
      return;
    case 'stop':
      await stopAutomatic(deps, MAKER, step.linkId);
      stopped.add(step.linkId);
      return;
    case 'allow':
      await allowAutomatic(deps, MAKER, step.linkId);
      stopped.delete(step.linkId);
  }
}

test('never twice a step, never more than three, never in quiet hours, never when stopped', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(course, async (given) => {
      const played = world(given);
      for (const each of given.events) await play(each, played);
      const left = played.calls.filter(({ kind }) => kind !== 'not_sent');
      sent += left.length;
      for (const linkId of LINKS) {
        const ofLink = left.filter((call) => call.linkId === linkId);
        expect(ofLink.length).toBeLessThanOrEqual(AUTO_AT_MOST);
        expect(new Set(ofLink.map(({ step }) => step)).size).toBe(ofLink.length);
      }
      for (const call of played.calls) {
        expect(call.step).toBeDefined();
        expect(call).toMatchObject({ isStopped: false, isQuiet: false });
      }
    }),
    { numRuns: 300 },
  );
  // The property would hold of a rule that sends nothing.
  expect(sent).toBeGreaterThan(100);
}, 60_000);
