/** Owns reminders for several links: what becomes of each, and that a crash at any point sends none twice (R9). */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable, UsageError } from '../../../src/errors.ts';
import { notPermitted } from '../../../src/payouts/access-words.ts';
import {
  INTERRUPTED_TOO_LONG,
  remindMany,
  RUN_WITHIN_MS,
  startReminders,
} from '../../../src/payouts/links/remind-many.ts';
import type { HeldRun } from '../../../src/payouts/links/remind-port.ts';
import { REMINDED_AT_MOST, tooManyReminders } from '../../../src/payouts/links/reminder-run.ts';
import { remind } from '../../../src/payouts/links/remind.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  auditOf,
  MAKER,
  makeDeps,
  NOON,
  only,
  page,
  policy,
  record,
  SECOND,
  STRANGER,
  type TestDeps,
  tracked,
  write,
} from '../setup.ts';

const LEASE = 60_000;
const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const LINKS = [1, 2, 3, 4].map(idOf);
const [FIRST = '', ...OTHERS] = LINKS;

const SCRIPT = {
  notify: write('done', 'Sent.'),
  track: (linkId: string) => tracked({ linkId }),
  page: ({ filter }: { filter: { linkId?: string } }) => page([record({ linkId: filter.linkId ?? '' })]),
};

async function begin(deps: TestDeps, linkIds: readonly string[] = LINKS): Promise<HeldRun> {
  const run = await startReminders(deps, MAKER, linkIds, { id: 'r1', leaseMs: LEASE });
  if (!run) throw new Error('the run was there before');
  return run;
}

const GOES_ON = { onProgress: () => {}, isStopping: () => false };
const statesOf = ({ items }: Pick<HeldRun, 'items'>) => items.map(({ state }) => state);

/** What the next process does, once the lease is over. */
async function takeUp(deps: TestDeps, afterMs = LEASE): Promise<HeldRun> {
  deps.time.now += afterMs;
  const run = await deps.store.reminderRuns.claim('r1', deps.clock(), LEASE);
  if (!run) throw new Error('the run is not to be had');
  return run;
}

test('each link gets one reminder, with its audit rows, recipient and amount', async () => {
  const deps = makeDeps({ script: SCRIPT });
  const run = await begin(deps);
  const progress: number[] = [];
  const onProgress = ({ items }: HeldRun) =>
    void progress.push(items.filter(({ state }) => state === 'sent').length);
  expect(await remindMany(deps, run, { ...GOES_ON, onProgress })).toBe('done');
  expect(run.items).toEqual(
    LINKS.map((linkId) => ({
      linkId,
      state: 'sent',
      name: 'Asha Rao',
      amountPaise: 12_345_678,
      words: undefined,
      nextAt: NOON + HOUR_MS,
    })),
  );
  expect(deps.gateway.calls.notify.toSorted()).toEqual(LINKS);
  expect(auditOf(deps).filter(({ action }) => action === 'reminder.sent')).toHaveLength(4);
  expect(progress.at(-1)).toBe(4);
  expect(progress).toHaveLength(4);
});

test('never more than two at once', async () => {
  let now = 0;
  let most = 0;
  const deps = makeDeps({
    script: {
      ...SCRIPT,
      async notify() {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return write('done');
      },
    },
  });
  await remindMany(deps, await begin(deps), GOES_ON);
  expect(most).toBe(2);
});

describe('what became of a link', () => {
  test.each([
    ['claimed meanwhile', { track: () => tracked({ status: 'PROCESSING' }) }, 'not_sent', 'has claimed it'],
    ['InstantPay does not answer', { track: new Unavailable('Try again.') }, 'not_sent', 'Try again.'],
    ['a certain no', { notify: write('refused', 'Bad link.') }, 'not_sent', 'Bad link.'],
    ['nothing left', { notify: write('not_sent', 'No way.') }, 'not_sent', 'No way.'],
    ['no answer to the call', { notify: write('unknown', 'Lost.') }, 'not_confirmed', 'Lost. Next possible'],
  ] as const)('%s', async (_name, script, state, words) => {
    const deps = makeDeps({ script: { ...SCRIPT, ...script } });
    const run = await begin(deps, [FIRST]);
    expect(await remindMany(deps, run, GOES_ON)).toBe('done');
    expect(run.items).toMatchObject([{ state, words: expect.stringContaining(words) }]);
    // The heading says it for all.
    expect(run.items[0]?.words).not.toMatch(/^Reminder not/);
  });

  test('one within the cooldown is left out, and the others are sent', async () => {
    const deps = makeDeps({ script: SCRIPT });
    await remind(deps, SECOND, FIRST);
    const run = await begin(deps);
    await remindMany(deps, run, GOES_ON);
    expect(statesOf(run)).toEqual(['too_soon', 'sent', 'sent', 'sent']);
    expect(run.items[0]).toMatchObject({ nextAt: NOON + HOUR_MS, words: undefined });
    expect(deps.gateway.calls.notify).toHaveLength(4);
  });

  test('a recipient that is not told is no failure', async () => {
    const deps = makeDeps({ script: { ...SCRIPT, page: new Unavailable('away') } });
    const run = await begin(deps, [FIRST]);
    await remindMany(deps, run, GOES_ON);
    expect(run.items).toMatchObject([{ state: 'sent', name: undefined, amountPaise: undefined }]);
    deps.gateway.script.page = page([record({ linkId: idOf(9) })]);
    deps.time.now += HOUR_MS;
    const other = await startReminders(deps, MAKER, [FIRST], { id: 'r2', leaseMs: LEASE });
    if (other) await remindMany(deps, other, GOES_ON);
    expect(other?.items).toMatchObject([{ state: 'sent', name: undefined }]);
  });
});

describe('who, and how many', () => {
  test('operators alone; nothing is stored for others', async () => {
    const deps = makeDeps({ script: SCRIPT });
    const refused = startReminders(deps, STRANGER, LINKS, { id: 'r1', leaseMs: LEASE });
    await expect(refused).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'reminder.send' }]);
    expect(await deps.store.reminderRuns.due(NOON + LEASE, 9)).toEqual([]);
  });

  test('one to a hundred links, each once', async () => {
    const deps = makeDeps({ script: SCRIPT });
    const many = Array.from({ length: REMINDED_AT_MOST + 1 }, (_none, index) => idOf(index));
    for (const wrong of [[], many]) {
      const refused = startReminders(deps, MAKER, wrong, { id: 'r1', leaseMs: LEASE });
      await expect(refused).rejects.toThrow(UsageError);
      await expect(refused).rejects.toThrow(tooManyReminders(REMINDED_AT_MOST));
    }
    expect((await begin(deps, [...many.slice(1), idOf(1)])).items).toHaveLength(REMINDED_AT_MOST);
  });

  test('the same click again is no second run', async () => {
    const deps = makeDeps({ script: SCRIPT });
    await begin(deps);
    expect(await startReminders(deps, MAKER, LINKS, { id: 'r1', leaseMs: LEASE })).toBeUndefined();
  });
});

describe('a crash', () => {
  /** Every moment at which the process can go away: on either side of each operation of the store, and of each call. */
  test('at any moment, the run is finished by the next process and no link is called twice', async () => {
    let moments = 0;
    for (let crashAt = 0; ; crashAt += 1) {
      let seen = 0;
      let isGone = false;
      const gone = () => {
        if (isGone) throw new Unavailable('the process is gone');
        if (seen === crashAt) isGone = true;
        seen += 1;
        if (isGone) throw new Unavailable('the process is gone');
      };
      let guard = () => {};
      const deps = makeDeps({
        script: {
          ...SCRIPT,
          notify() {
            guard();
            return write('done');
          },
        },
        at: () => guard(),
      });
      const run = await begin(deps);
      guard = gone;
      await remindMany(deps, run, GOES_ON).catch(() => {});
      guard = () => {};
      if (!isGone) break;
      moments += 1;
      const calledBefore = new Set(deps.gateway.calls.notify);
      const next = await takeUp(deps);
      expect(await remindMany(deps, next, GOES_ON)).toBe('done');
      const calls = deps.gateway.calls.notify;
      expect(new Set(calls).size, `calls after a crash at ${crashAt}`).toBe(calls.length);
      for (const { linkId, state } of next.items) {
        if (state === 'sent') expect(calls).toContain(linkId);
        // Who was called and whose outcome was lost is never said to have got none.
        if (calledBefore.has(linkId)) expect(['sent', 'not_confirmed', 'not_sent']).toContain(state);
        expect(['waiting', 'begun']).not.toContain(state);
      }
    }
    expect(moments).toBeGreaterThan(20);
  });

  test('between two links: the first stays as it was, the one that had begun is not confirmed, the rest is sent', async () => {
    const deps = makeDeps({ script: SCRIPT });
    const run = await begin(deps);
    Object.assign(run.items[0] ?? {}, { state: 'sent' });
    Object.assign(run.items[1] ?? {}, { state: 'begun' });
    await deps.store.reminderRuns.save(run);
    const next = await takeUp(deps);
    await remindMany(deps, next, GOES_ON);
    expect(statesOf(next)).toEqual(['sent', 'not_confirmed', 'sent', 'sent']);
    expect(deps.gateway.calls.notify.toSorted()).toEqual(OTHERS.slice(1));
  });

  test.each([
    [RUN_WITHIN_MS, 'sent', undefined],
    [RUN_WITHIN_MS + 1, 'not_sent', INTERRUPTED_TOO_LONG],
  ] as const)('taken up after %s ms: %s', async (afterMs, state, words) => {
    const deps = makeDeps({ script: SCRIPT });
    await begin(deps);
    const next = await takeUp(deps, afterMs);
    expect(await remindMany(deps, next, GOES_ON)).toBe('done');
    expect(next.items).toMatchObject(LINKS.map(() => ({ state, words })));
  });

  test('who lost the permission meanwhile sends no more, which is audited once', async () => {
    const deps = makeDeps({ script: SCRIPT });
    await begin(deps);
    Object.assign(deps, { policy: policy({ operate: only('U_SECOND') }) });
    const next = await takeUp(deps);
    await remindMany(deps, next, GOES_ON);
    expect(next.items).toMatchObject(
      LINKS.map(() => ({ state: 'not_sent', words: expect.stringContaining(notPermitted('operate')) })),
    );
    expect(deps.gateway.calls.notify).toEqual([]);
    expect(auditOf(deps).filter(({ action }) => action === 'access.refused')).toHaveLength(1);
  });

  test('when Slack does not tell who it is, the run waits', async () => {
    const people: Record<string, Unavailable> = {};
    const deps = makeDeps({ script: SCRIPT, people });
    await begin(deps);
    people['U_MAKER'] = new Unavailable('Slack is away');
    const next = await takeUp(deps);
    await expect(remindMany(deps, next, GOES_ON)).rejects.toThrow(Unavailable);
    expect(deps.gateway.calls.notify).toEqual([]);
  });
});

test('whoever lost the lease begins no further link', async () => {
  const deps = makeDeps({ script: SCRIPT });
  const run = await begin(deps);
  const next = await takeUp(deps);
  expect(await remindMany(deps, run, GOES_ON)).toBe('lost');
  expect(deps.gateway.calls.notify).toEqual([]);
  expect(await remindMany(deps, next, GOES_ON)).toBe('done');
  expect(deps.gateway.calls.notify).toHaveLength(4);
});

test('a process that stops begins no further link, and the rest is left', async () => {
  const deps = makeDeps({ script: SCRIPT });
  const run = await begin(deps);
  let sent = 0;
  const outcome = await remindMany(deps, run, {
    onProgress: () => void (sent += 1),
    isStopping: () => sent > 0,
  });
  expect(outcome).toBe('stopped');
  expect(statesOf(run)).toContain('waiting');
  expect(statesOf(run)).not.toContain('begun');
});
