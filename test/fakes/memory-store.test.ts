/** Owns the store in memory: it answers as the store in the database does, and can crash on either side of an operation. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CancelRequest, RequestStatus } from '../../src/payouts/cancel/request.ts';
import type { Store } from '../../src/payouts/store.ts';
import { REMINDER_ACTIONS } from '../../src/payouts/links/last-reminder.ts';
import { AUTO_RESULTS } from '../../src/payouts/links/auto-remind-steps.ts';
import { REMINDER_STATES } from '../../src/payouts/links/reminder-run.ts';
import type { HeldCopy } from '../../src/payouts/cancel/ports.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { PAUSE_REASONS } from '../../src/payouts/subscriptions/subscription.ts';
import { openStore } from '../../src/store/database.ts';
import {
  answer,
  request,
  card,
  entry,
  MINUTE,
  next,
  NOON,
  reminderRun,
  exportRun,
} from '../store/samples.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { memoryStore, type Moment } from './memory-store.ts';
import { watchCommands } from './memory-store-watches.ts';

/** One operation of a store, told as data so that a failure can be read. */
type Command = { name: string; run: (store: Store) => Promise<unknown>; toString(): string };

function command(name: string, told: unknown, run: (store: Store) => Promise<unknown>): Command {
  return { name, run, toString: () => `${name}(${JSON.stringify(told)})` };
}

const STATUSES: RequestStatus[] = ['pending', 'approved', 'executing', 'unknown', 'executed', 'expired'];
const id = fc.constantFrom('a1', 'a2');
const instant = fc.integer({ min: 0, max: 3 }).map((minutes) => NOON + minutes * MINUTE);

/** Cards are named after the request that opened them, so that no two requests want the same name. */
const open = fc.record({
  id,
  links: fc.constantFrom(['link-1'], ['link-2'], ['link-1', 'link-2'], ['link-2', 'link-1']),
  status: fc.constantFrom(...STATUSES),
  requestedAt: instant,
});
const save = fc.record({
  lent: fc.option(fc.constantFrom('U_A', 'U_B'), { nil: undefined }),
  id,
  which: fc.constantFrom(['first'], ['second'], ['first', 'second']),
  version: fc.integer({ min: 1, max: 4 }),
  status: fc.constantFrom(...STATUSES),
  wakeAt: fc.option(instant, { nil: undefined }),
});

/** Of the first or the second request of a batch. */
const idOf = (batchId: string, which: string): string => (which === 'first' ? batchId : `${batchId}-02`);

const heldCopy = fc
  .record({ id: fc.constantFrom('c-a1', 'c-a2', 'x1'), token: fc.nat(3) })
  .map((given): HeldCopy => ({ ...card(given), token: given.token, takenOver: false }));

const requests: fc.Arbitrary<Command> = fc.oneof(
  open.map((given) =>
    command('open', given, (store) => {
      const requested = given.links.map((linkId, index) =>
        request({
          id: idOf(given.id, index === 0 ? 'first' : 'second'),
          batchId: given.id,
          linkId,
          status: given.status,
          requestedAt: given.requestedAt,
        }),
      );
      const cards = [card({ id: `c-${given.id}`, cancelRequestId: given.id })];
      const rows = requested.map(() => entry());
      return store.requests.open(requested, rows, cards);
    }),
  ),
  save.map((given) =>
    command('save', given, async (store) => {
      const changes = given.which.map(async (which) => {
        const requestId = idOf(given.id, which);
        const stored =
          (await store.requests.find(requestId)) ?? request({ id: requestId, batchId: given.id });
        const before = { ...stored, version: given.version };
        const after: CancelRequest = next(before, { status: given.status, wakeAt: given.wakeAt });
        const audit = [entry({ action: 'cancel.approved' }), entry({ action: 'approval.voided' })];
        return { before, after, audit };
      });
      const lent = given.lent && { userId: given.lent, deputyId: 'U_C', since: NOON, until: NOON };
      const holding = lent && { delegations: [lent], now: NOON };
      return store.requests.save(await Promise.all(changes), [], holding);
    }),
  ),
  id.map((given) => command('findBatch', given, (store) => store.requests.findBatch(given))),
  id.map((given) => command('find', given, (store) => store.requests.find(given))),
  fc.constant(command('unfinished', '', (store) => store.requests.unfinishedOf(['link-1', 'link-2']))),
  fc.constant(command('pending', '', (store) => store.requests.pending())),
  fc
    .record({
      statuses: fc.subarray(STATUSES, { minLength: 1 }),
      now: instant,
      limit: fc.integer({ min: 1, max: 3 }),
    })
    .map((given) =>
      command('due', given, (store) => store.requests.due(given.statuses, given.now, given.limit)),
    ),
  fc
    .record({
      id: fc.constantFrom('x1', 'x2'),
      cancelRequestId: id,
      ts: fc.constantFrom('1', '2'),
      now: instant,
    })
    .map(({ now, ...given }) =>
      command('showAgain', given, (store) => store.cards.showAgain({ ...card(given), ts: given.ts }, now)),
    ),
  fc
    .record({
      copy: heldCopy,
      ts: fc.constantFrom('1', '2'),
      shownVersion: fc.nat(2),
      nextAttemptAt: instant,
    })
    .map(({ copy, ...given }) =>
      command('settle', { copy, ...given }, (store) => store.cards.settle(copy, card(given))),
    ),
  fc
    .record({ copy: heldCopy, now: instant, ms: fc.nat(9) })
    .map((given) => command('renew', given, (store) => store.cards.renew(given.copy, given.now, given.ms))),
  id.map((given) => command('of', given, (store) => store.cards.of(given))),
  fc
    .record({ id, now: instant, ms: fc.nat(9) })
    .map((given) =>
      command('claim cards', given, (store) => store.cards.claim(given.id, given.now, given.ms)),
    ),
  fc
    .record({ now: instant, limit: fc.integer({ min: 1, max: 3 }) })
    .map((given) => command('behind', given, (store) => store.cards.behind(given.now, given.limit))),
);

const QUERY = { externalRef: 'r', date: '2026-11-20', aeps: false };

const delegated = fc.record({
  userId: fc.constantFrom('U_A', 'U_B'),
  deputyId: fc.constantFrom('U_C', 'U_D'),
  since: instant,
  until: instant,
});

const claims: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ now: instant, ms: fc.nat(9) })
    .map((given) => command('cool', given, (store) => store.cooldowns.claim('k', given.now, given.ms))),
  fc
    .nat(3)
    .map((token) => command('release cooldown', token, (store) => store.cooldowns.release('k', token))),
  fc
    .record({ now: instant, notAfter: instant })
    .map((given) =>
      command('ask', given, (store) => store.transactions.claim(QUERY, given.now, given.notAfter)),
    ),
  fc
    .record({ amountPaise: fc.nat(9), outcome: fc.constantFrom('under_process', 'unknown') })
    .map((given) =>
      command('answer', given, (store) => store.transactions.answer(QUERY, answer({ ...given }), NOON)),
    ),
  fc.constant(command('asked', '', (store) => store.transactions.find(QUERY))),
  delegated.map((given) =>
    command('lend', given, (store) =>
      store.delegations.lend(given, [entry({ action: 'delegation.lent', affectedUserId: given.deputyId })]),
    ),
  ),
  delegated.map((given) =>
    command('end', given, (store) => store.delegations.end(given, [entry({ action: 'delegation.ended' })])),
  ),
  instant.map((given) => command('away', given, (store) => store.delegations.active(given))),
  instant.map((given) => command('take back', given, (store) => store.transactions.release(QUERY, given))),
);

const slotOf = fc.record({
  userId: fc.constantFrom('U_A', 'U_B'),
  slot: fc.nat(2),
  sealed: fc.constantFrom('s1', 's2'),
  before: fc.option(fc.constantFrom('s1', 's2'), { nil: undefined }),
  at: instant,
});

const savedLists: fc.Arbitrary<Command> = fc.oneof(
  slotOf.map((given) => command('keep', given, (store) => store.savedLists.keep(given.userId, given))),
  slotOf.map((given) =>
    command('put', given, (store) => store.savedLists.put(given.userId, given, given.before)),
  ),
  slotOf.map((given) =>
    command('remove', given, (store) => store.savedLists.remove(given.userId, given.slot, given.at)),
  ),
  slotOf.map((given) => command('lists of', given, (store) => store.savedLists.of(given.userId))),
);

const keys = fc.subarray(['k1', 'k2', 'k3']);
const sighting = fc.record({ linkId: fc.constantFrom('l1', 'l2', 'l3', 'l4'), keys });

const linkIndex: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ sightings: fc.array(sighting, { maxLength: 3 }), at: instant })
    .map((given) =>
      command('remember', given, (store) => store.linkIndex.remember(given.sightings, given.at)),
    ),
  fc
    .record({
      keys,
      match: fc.constantFrom('all' as const, 'any' as const),
      limit: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ limit, ...given }) =>
      command('find links', { limit, ...given }, (store) => store.linkIndex.find(given, limit)),
    ),
  fc.nat(3).map((keep) => command('prune', keep, (store) => store.linkIndex.prune(keep))),
);

const seenStatus = fc.record({
  linkId: fc.constantFrom('l1', 'l2', 'l3'),
  status: fc.constantFrom(...(['PROCESSING', 'PROCESSING', 'ISSUED'] as const)),
});

const processing: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ links: fc.array(seenStatus, { maxLength: 3 }), at: instant })
    .map((given) => command('seen', given, (store) => store.processing.seen(given.links, given.at))),
  fc
    .record({ linkId: fc.constantFrom('l1', 'l2'), at: instant })
    .map((given) =>
      command('claimed at', given, (store) => store.processing.claimedAt(given.linkId, given.at)),
    ),
  fc
    .subarray(['l1', 'l2', 'l3'])
    .map((given) => command('since', given, (store) => store.processing.find(given))),
  fc.nat(3).map((limit) => command('known', limit, (store) => store.processing.known(limit))),
  fc
    .record({ before: instant, keep: fc.nat(3) })
    .map((given) =>
      command('prune known', given, (store) => store.processing.prune(given.before, given.keep)),
    ),
);

const runId = fc.constantFrom('r1', 'r2');
const heldRun = fc
  .record({ id: runId, token: fc.nat(3), state: fc.constantFrom(...REMINDER_STATES) })
  .map(({ state, ...given }) => ({
    ...reminderRun({ id: given.id, state }),
    token: given.token,
    attempts: 1,
  }));

const reminders: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ id: runId, now: instant, ms: fc.nat(9) })
    .map((given) =>
      command('start run', given, (store) =>
        store.reminderRuns.start(reminderRun({ id: given.id }), given.now, given.ms),
      ),
    ),
  fc
    .record({ id: runId, now: instant, ms: fc.nat(9) })
    .map((given) =>
      command('claim run', given, (store) => store.reminderRuns.claim(given.id, given.now, given.ms)),
    ),
  fc
    .record({ run: heldRun, now: instant, ms: fc.nat(9) })
    .map(({ run, now, ms }) =>
      command('renew run', { run, now, ms }, (store) => store.reminderRuns.renew(run, now, ms)),
    ),
  heldRun.map((run) => command('save run', run, (store) => store.reminderRuns.save(run))),
  fc
    .record({ run: heldRun, now: instant })
    .map(({ run, now }) =>
      command('release run', { run, now }, (store) => store.reminderRuns.release(run, now)),
    ),
  fc
    .record({ run: heldRun, now: instant })
    .map(({ run, now }) =>
      command('finish run', { run, now }, (store) => store.reminderRuns.finish(run, now)),
    ),
  fc
    .record({ now: instant, limit: fc.integer({ min: 1, max: 3 }) })
    .map((given) => command('due runs', given, (store) => store.reminderRuns.due(given.now, given.limit))),
  instant.map((given) => command('prune runs', given, (store) => store.reminderRuns.prune(given))),
  fc
    .record({
      at: instant,
      linkId: fc.constantFrom('link-1', 'link-2'),
      action: fc.constantFrom(...REMINDER_ACTIONS),
    })
    .map((given) => command('reminded', given, (store) => store.audit.append(entry(given)))),
  fc
    .subarray(['link-1', 'link-2', 'link-3'])
    .map((given) => command('last reminders', given, (store) => store.reminderRuns.lastReminders(given))),
);

const exportId = fc.constantFrom('e1', 'e2', 'e3');
const exporter = fc.constantFrom('U_A', 'U_B');
const heldExport = fc
  .record({ id: exportId, userId: exporter, token: fc.nat(3), fileId: fc.constantFrom('F1', undefined) })
  .map(({ token, fileId, ...given }) => ({ ...exportRun(given), fileId, token, attempts: 1 }));

const exports: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ id: exportId, userId: exporter, now: instant })
    .map(({ now, ...given }) =>
      command('start export', { now, ...given }, (store) => store.exportRuns.start(exportRun(given), now)),
    ),
  fc
    .record({ id: exportId, now: instant, ms: fc.nat(9) })
    .map((given) =>
      command('claim export', given, (store) => store.exportRuns.claim(given.id, given.now, given.ms)),
    ),
  fc
    .record({ run: heldExport, now: instant, ms: fc.nat(9) })
    .map(({ run, now, ms }) =>
      command('renew export', { run, now, ms }, (store) => store.exportRuns.renew(run, now, ms)),
    ),
  fc
    .record({ run: heldExport, audited: fc.boolean() })
    .map(({ run, audited }) =>
      command('save export', { run, audited }, (store) =>
        store.exportRuns.save(run, audited ? entry({ action: 'links.exported' }) : undefined),
      ),
    ),
  fc
    .record({ run: heldExport, now: instant })
    .map(({ run, now }) =>
      command('release export', { run, now }, (store) => store.exportRuns.release(run, now)),
    ),
  fc
    .record({ run: heldExport, now: instant })
    .map(({ run, now }) =>
      command('finish export', { run, now }, (store) => store.exportRuns.finish(run, now)),
    ),
  fc
    .record({ id: exportId, userId: exporter, now: instant })
    .map((given) =>
      command('stop export', given, (store) =>
        store.exportRuns.stop(given.id, given.userId, given.now, entry({ action: 'export.stopped' })),
      ),
    ),
  heldExport.map((run) => command('export is stopped', run, (store) => store.exportRuns.isStopped(run))),
  fc
    .record({ id: exportId, userId: exporter })
    .map((given) => command('find export', given, (store) => store.exportRuns.find(given.id, given.userId))),
  fc
    .record({ now: instant, limit: fc.integer({ min: 1, max: 3 }) })
    .map((given) => command('due exports', given, (store) => store.exportRuns.due(given.now, given.limit))),
  instant.map((given) => command('prune exports', given, (store) => store.exportRuns.prune(given))),
);

const autoStep = fc.record({
  linkId: fc.constantFrom('link-1', 'link-2'),
  beforeMs: fc.constantFrom(1, 2, 3, 4),
  expiresAt: instant,
});
const automatic: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ step: autoStep, now: instant })
    .map(({ step, now }) =>
      command('claim step', { step, now }, (store) => store.autoReminders.claim(step, now)),
    ),
  autoStep.map((step) => command('release step', step, (store) => store.autoReminders.release(step))),
  fc
    .record({ step: autoStep, result: fc.constantFrom(...AUTO_RESULTS), now: instant })
    .map(({ step, result, now }) =>
      command('settle step', { step, result, now }, (store) => store.autoReminders.settle(step, result, now)),
    ),
  fc
    .record({ linkId: fc.constantFrom('link-1', 'link-2'), stopped: fc.boolean(), at: instant })
    .map(({ linkId, stopped, at }) =>
      command('stop', { linkId, stopped, at }, (store) =>
        store.autoReminders.setStopped(linkId, stopped, entry({ at, linkId })),
      ),
    ),
  fc.constant(command('known', '', (store) => store.autoReminders.known(['link-1', 'link-2']))),
  fc
    .record({ since: instant, until: fc.integer({ min: 0, max: 15 }).map((late) => NOON + late * MINUTE) })
    .map(({ since, until }) =>
      command('reminded since', { since, until }, (store) => store.autoReminders.remindedSince(since, until)),
    ),
  fc
    .record({ expired: instant, stopped: instant })
    .map((given) =>
      command('prune steps', given, (store) => store.autoReminders.prune(given.expired, given.stopped)),
    ),
);

const scheduleId = fc.constantFrom('s1', 's2');
const schedule = fc
  .record({
    id: scheduleId,
    version: fc.integer({ min: 1, max: 3 }),
    channelId: fc.constantFrom('C1', 'C2'),
    createdAt: instant,
    markAt: instant,
    paused: fc.option(
      fc.record({ why: fc.constantFrom(...PAUSE_REASONS), at: instant, by: fc.constant('U_A') }),
      { nil: undefined },
    ),
    skipped: fc.subarray([NOON, NOON + MINUTE]),
    purpose: fc.option(fc.constant('salary'), { nil: undefined }),
  })
  .map(subscription);
const SUBSCRIBED = entry({ action: 'subscription.created' });

const subscriptions: fc.Arbitrary<Command> = fc.oneof(
  schedule.map((given) =>
    command('subscribe', given, (store) => store.subscriptions.create(given, [SUBSCRIBED])),
  ),
  fc.record({ before: schedule, after: schedule }).map(({ before, after }) =>
    command('change schedule', { before, after }, async (store) => {
      const stored = (await store.subscriptions.find(before.id)) ?? before;
      // Sometimes what is stored, sometimes what another replica has replaced.
      const from = before.version === 1 ? stored : before;
      return store.subscriptions.save(from, { ...after, id: from.id }, { audit: [SUBSCRIBED] });
    }),
  ),
  schedule.map((given) =>
    command('unsubscribe', given, async (store) => {
      const stored = (await store.subscriptions.find(given.id)) ?? given;
      const before = given.version === 1 ? stored : given;
      return store.subscriptions.remove(before, { audit: [SUBSCRIBED], endsAt: NOON });
    }),
  ),
  fc.constant(command('schedules', '', (store) => store.subscriptions.all())),
  fc
    .constantFrom('C1', 'C2')
    .map((given) => command('schedules of', given, (store) => store.subscriptions.of(given))),
  scheduleId.map((given) => command('schedule', given, (store) => store.subscriptions.find(given))),
);

const audit: fc.Arbitrary<Command> = fc.oneof(
  instant.map((given) =>
    command('audit', given, (store) => store.audit.append(entry({ at: given, linkId: 'link-1' }))),
  ),
  fc
    .record({ from: instant, to: instant })
    .map((given) => command('list', given, (store) => store.audit.list({ ...given, limit: 3 }))),
  fc.constant(command('list cancels', '', (store) => store.audit.list({ cancels: true, limit: 3 }))),
  fc.constant(command('anchor', '', (store) => store.audit.anchor())),
);

const watches = watchCommands(command);

/** Mostly within one area, where operations meet each other; sometimes across all of them. */
const course = fc.oneof(
  ...[
    requests,
    claims,
    linkIndex,
    processing,
    reminders,
    watches,
    savedLists,
    fc.oneof(exports, audit),
    subscriptions,
    automatic,
    fc.oneof(
      requests,
      claims,
      linkIndex,
      processing,
      reminders,
      watches,
      exports,
      automatic,
      subscriptions,
      audit,
    ),
  ].map((commands) => fc.array(commands, { minLength: 5, maxLength: 30 })),
);

async function outcome(step: Command, store: Store): Promise<unknown> {
  return step.run(store).catch((error: unknown) => (error instanceof Error ? 'refused' : error));
}

describe('the store in memory', () => {
  test('answers every course of operations as the one in the database does', {
    timeout: 180_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(course, async (steps) => {
        const database = await openStore('sqlite::memory:', { seal: createSeal('of the test') });
        try {
          const memory = memoryStore();
          for (const step of steps) {
            expect(await outcome(step, memory), String(step)).toStrictEqual(await outcome(step, database));
          }
          expect(await Array.fromAsync(memory.audit.rows(0, Infinity))).toStrictEqual(
            await Array.fromAsync(database.audit.rows(0, NOON * 2)),
          );
        } finally {
          await database.close();
        }
      }),
      { numRuns: 400 },
    );
  });

  test('shares nothing across its border', async () => {
    const store = memoryStore();
    const given = request();
    await store.requests.open([given], [entry()], []);
    given.approvals.push({ userId: 'U_LATER', at: NOON });
    const read = await store.requests.find('a1');
    read?.approvals.push({ userId: 'U_READER', at: NOON });
    expect((await store.requests.find('a1'))?.approvals).toEqual([]);
  });

  test('tells of both sides of every operation; a crash before leaves nothing, a crash after leaves all', async () => {
    const seen: string[] = [];
    let crashAt: Moment['when'] | undefined;
    const store = memoryStore({
      at: ({ operation, when }) => {
        seen.push(`${when} ${operation}`);
        if (operation === 'cooldowns.claim' && when === crashAt) throw new Error('crash');
      },
    });
    crashAt = 'before';
    await expect(store.cooldowns.claim('k', 0, 10)).rejects.toThrow('crash');
    crashAt = 'after';
    await expect(store.cooldowns.claim('k', 0, 10)).rejects.toThrow('crash');
    expect(await store.cooldowns.claim('k', 0, 10).catch(() => 'crash')).toBe('crash');
    crashAt = undefined;
    expect(await store.cooldowns.claim('k', 5, 20)).toEqual({ claimed: false, untilAt: 10 });
    expect(seen.slice(0, 3)).toEqual([
      'before cooldowns.claim',
      'before cooldowns.claim',
      'after cooldowns.claim',
    ]);
  });
});
