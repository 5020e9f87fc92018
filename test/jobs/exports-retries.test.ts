/** Owns when an export is tried again, what of it is never done twice, and what the log says. */

import { describe, expect, test } from 'vitest';
import { StoreUnavailable, Unavailable } from '../../src/errors.ts';
import { startExport } from '../../src/payouts/exports/export.ts';
import { EXPORT_WITHIN_MS } from '../../src/payouts/exports/run.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { EXPORT_NOT_TAKEN } from '../../src/slack/views/export-message.ts';
import { MAKER, page, record } from '../payouts/setup.ts';
import { COMPLETE, LEASE, LINKS, openExports, PAGES } from './exports-stage.ts';

const SECOND_MS = 1_000;

async function started(...options: Parameters<typeof openExports>) {
  const stage = openExports(...options);
  await startExport(stage.deps, MAKER, LINKS, 'e1');
  return stage;
}

type Stage = ReturnType<typeof openExports>;

/** The run is not due before this has passed, and is then. */
async function expectWait({ deps }: Stage, waitMs: number): Promise<void> {
  deps.time.now += waitMs - 1;
  expect(await deps.store.exportRuns.due(deps.time.now, 9), `${waitMs} ms`).toEqual([]);
  deps.time.now += 1;
  expect(await deps.store.exportRuns.due(deps.time.now, 9), `${waitMs} ms`).toEqual(['e1']);
}

test('an export in order: no look for what cannot be there, and no trace on the disk', async () => {
  const removed: string[] = [];
  const { slack, replica, scratch, logged, lines } = await started();
  const exports = replica({
    scratch: {
      ...scratch,
      create: async () => {
        const file = await scratch.create();
        return {
          ...file,
          remove: async () => {
            removed.push('file');
            await file.remove();
          },
        };
      },
    },
  });
  await exports.run();
  expect(slack.calls).toEqual(['message', 'upload', 'shareFile', 'update']);
  expect(removed).toEqual(['file']);
  expect(logged('export finished')).toMatchObject([{ count: 2, status: 'sent' }]);
  expect(lines).toHaveLength(1);
});

describe('what is not taken', () => {
  test('is tried after 5 s, then twice as long, six times', async () => {
    const stage = await started();
    const { deps, slack, replica, logged } = stage;
    slack.before = (call) => {
      if (call === 'upload') throw new SlackFailure('internal_error');
    };
    const exports = replica();
    for (const seconds of [5, 10, 20, 40, 80]) {
      await exports.run();
      await expectWait(stage, seconds * SECOND_MS);
    }
    await exports.run();
    expect(await deps.store.exportRuns.due(deps.time.now + HOUR_MS, 9)).toEqual([]);
    expect(logged('export not sent').map(({ count, code }) => [count, code])).toEqual(
      [1, 2, 3, 4, 5, 6].map((attempt) => [attempt, 'internal_error']),
    );
    expect(logged('export not sent')[0]).not.toHaveProperty('error');
  });

  test('waits as long as Slack says, and is given up an hour after it was asked for', async () => {
    const stage = await started();
    const { deps, slack, replica, texts } = stage;
    slack.before = (call) => {
      if (call === 'upload') throw new SlackFailure('ratelimited', EXPORT_WITHIN_MS);
    };
    await replica().run();
    await expectWait(stage, EXPORT_WITHIN_MS);
    deps.gateway.script.links = () => {
      deps.time.now += 1;
      return { pages: PAGES, end: COMPLETE };
    };
    await replica().run();
    expect(await deps.store.exportRuns.due(deps.time.now + DAY_MS, 9)).toEqual([]);
    expect(texts()).toEqual([expect.stringContaining(EXPORT_NOT_TAKEN)]);
  });

  test('because the person is gone is not told to them', async () => {
    const { slack, replica, texts } = await started();
    slack.failOnce('before', new SlackFailure('user_disabled'), 'shareFile');
    await replica().run();
    expect(texts()).toEqual([expect.not.stringContaining(EXPORT_NOT_TAKEN)]);
    expect(slack.calls.filter((call) => call === 'update')).toEqual([]);
  });
});

test('who cannot be asked about is asked about later; if never, the person reads why', async () => {
  const people: Record<string, Error | 'member'> = { [MAKER.userId]: 'member' };
  const { deps, slack, replica, shared, texts, logged } = await started({ people });
  people[MAKER.userId] = new Unavailable('Slack does not answer.');
  await replica().run();
  expect(slack.calls).toEqual([]);
  expect(logged('export not sent')[0]).toHaveProperty('error');
  people[MAKER.userId] = 'member';
  deps.time.now += MINUTE_MS;
  await replica().run();
  expect(shared()).toHaveLength(1);
  await startExport(deps, MAKER, LINKS, 'e2');
  people[MAKER.userId] = new Unavailable('Slack does not answer.');
  for (let round = 0; round < 6; round += 1) {
    await replica().run();
    deps.time.now += 5 * MINUTE_MS;
  }
  expect(texts()[1]).toMatch(/^Not exported/);
  expect(texts()[1]).not.toContain(EXPORT_NOT_TAKEN);
});

test('who lost the permission before it begins: InstantPay is not asked', async () => {
  const people: Record<string, 'member' | 'deactivated'> = { [MAKER.userId]: 'member' };
  const { deps, replica, texts, logged } = await started({ people });
  people[MAKER.userId] = 'deactivated';
  await replica().run();
  expect(texts()).toHaveLength(1);
  expect(deps.gateway.calls.links).toEqual([]);
  expect(logged('export finished')).toMatchObject([{ status: 'not sent' }]);
});

test('a list that is not whole is told to the log', async () => {
  const { replica, logged } = await started({
    script: { links: { pages: PAGES, end: { ...COMPLETE, complete: false, reason: 'Page 3 failed.' } } },
  });
  await replica().run();
  expect(logged('export incomplete')).toMatchObject([{ reason: 'Page 3 failed.', count: 2 }]);
});

test('where Slack does not show the messages, a file in doubt is looked for until the last attempt, then shared', async () => {
  const { deps, slack, replica, shared, logged } = await started();
  slack.showsHistory = false;
  slack.failOnce('after', new SlackFailure('unreachable'), 'shareFile');
  for (let round = 0; round < 6; round += 1) {
    await replica().run();
    deps.time.now += 3 * MINUTE_MS;
  }
  expect(logged('export not sent').map(({ code }) => code)).toEqual([
    'unreachable',
    ...Array.from({ length: 4 }, () => 'not_looked_up'),
  ]);
  expect(shared()).toHaveLength(2);
  expect(slack.calls.filter((call) => call === 'findFile')).toHaveLength(5);
});

test('a replica that lost its claim while it uploaded shares nothing', async () => {
  const { deps, slack, replica, shared, logged } = await started();
  const hold = slack.hold('after', 'upload');
  const frozen = replica().run();
  await hold.reached;
  deps.time.now += HOUR_MS / 2;
  await replica().run();
  hold.release();
  await frozen;
  expect(slack.files).toHaveLength(2);
  expect(shared()).toHaveLength(1);
  expect(logged('export finished')).toHaveLength(1);
});

describe('the message of a run', () => {
  test('that was refused for certain is not looked for', async () => {
    const { slack, replica, logged } = await started();
    slack.failOnce('before', new SlackFailure('ratelimited'), 'message');
    await replica().run();
    expect(slack.calls).toEqual(['message', 'upload', 'shareFile', 'message']);
    expect(logged('export progress not told')).toMatchObject([{ code: 'ratelimited' }]);
  });

  test('that was perhaps posted is looked for, and edited', async () => {
    const { slack, replica } = await started();
    slack.failOnce('after', new SlackFailure('unreachable'), 'message');
    await replica().run();
    expect(slack.calls).toEqual(['message', 'upload', 'shareFile', 'findOwn', 'update']);
  });

  test('that the person deleted is posted again', async () => {
    const { slack, replica, texts } = await started();
    slack.after = (call) => {
      if (call === 'upload') slack.standing.length = 0;
    };
    await replica().run();
    expect(texts()).toEqual([expect.stringMatching(/^Exported/)]);
  });

  test('that is stored is edited by the next process, without a look', async () => {
    const { deps, slack, replica, texts } = await started();
    slack.failOnce('before', new SlackFailure('internal_error'), 'upload');
    await replica().run();
    deps.time.now += MINUTE_MS;
    await replica().run();
    expect(texts()).toHaveLength(1);
    expect(slack.calls.filter((call) => call === 'findOwn')).toEqual([]);
  });

  test('that could not be stored is found by the next process, and edited', async () => {
    const { deps, replica, texts } = await started();
    const exportRuns = {
      ...deps.store.exportRuns,
      save: () => Promise.reject(new StoreUnavailable('The store is away.')),
      // As after a crash: the lease runs out.
      release: async () => true,
    };
    await replica({ deps: { ...deps, store: { ...deps.store, exportRuns } } }).run();
    expect(texts()).toHaveLength(1);
    deps.time.now += LEASE + 1;
    await replica().run();
    expect(texts()).toEqual([expect.stringMatching(/^Exported/)]);
  });

  test('whose outcome Slack does not take: the file says the same', async () => {
    const { deps, slack, replica, shared, logged } = await started();
    slack.failOnce('before', new SlackFailure('ratelimited'), 'update');
    await replica().run();
    expect(shared()).toHaveLength(1);
    expect(logged('export outcome not told')).toMatchObject([{ code: 'ratelimited' }]);
    expect(await deps.store.exportRuns.due(deps.time.now + DAY_MS, 9)).toEqual([]);
  });
});

test('progress is told every three seconds', async () => {
  const { deps, slack, replica } = await started();
  const steps = [2_999, 1];
  deps.gateway.script.links = () => ({
    pages: [page([record()], { recordsReceived: 12_000, totalRecords: 100_000 }), ...PAGES].slice(0, 2),
    end: COMPLETE,
  });
  let edits = 0;
  slack.after = (call) => {
    if (call === 'update') edits += 1;
  };
  const exports = replica({
    deps: {
      ...deps,
      gateway: {
        ...deps.gateway,
        links: (filter) => {
          const pages = deps.gateway.links(filter);
          const next = pages.next.bind(pages);
          pages.next = () => {
            deps.time.now += steps.shift() ?? 0;
            return next();
          };
          return pages;
        },
      },
    },
  });
  await exports.run();
  // Behind the second page, and the outcome.
  expect(edits).toBe(2);
});

test('the lease is renewed while the list is read', async () => {
  const renewed = Promise.withResolvers<number>();
  const { deps, replica, shared } = await started();
  const { exportRuns } = deps.store;
  const store = {
    ...deps.store,
    exportRuns: {
      ...exportRuns,
      renew: async (_run: unknown, now: number) => {
        renewed.resolve(now);
        return true;
      },
    },
  };
  deps.gateway.script.links = async () => {
    expect(await renewed.promise).toBe(deps.time.now);
    return { pages: PAGES, end: COMPLETE };
  };
  await replica({ deps: { ...deps, store }, leaseMs: 4 }).run();
  expect(shared()).toHaveLength(1);
});

test('a store that fails is told to who runs the job, once what ended a day ago is removed', async () => {
  const pruned: number[] = [];
  const { deps, replica } = await started();
  const exportRuns = {
    ...deps.store.exportRuns,
    claim: () => Promise.reject(new StoreUnavailable('The store is away.')),
    prune: async (before: number) => void pruned.push(before),
  };
  const exports = replica({ deps: { ...deps, store: { ...deps.store, exportRuns } } });
  await expect(exports.run()).rejects.toThrow('The store is away.');
  expect(pruned).toEqual([deps.time.now - DAY_MS]);
});
