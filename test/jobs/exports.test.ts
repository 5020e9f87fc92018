/** Owns that an export reaches the person once, whole, across crashes, replicas and a Slack that is away. */

import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../src/errors.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { startExport, stopExport } from '../../src/payouts/exports/export.ts';
import { EXPORT_WITHIN_MS } from '../../src/payouts/exports/run.ts';
import { HOUR_MS, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { EXPORT_INTERRUPTED, EXPORT_NOT_TAKEN } from '../../src/slack/views/export-message.ts';
import { auditOf, CHECKER, MAKER, only, page, policy, record, SECOND } from '../payouts/setup.ts';
import { COMPLETE, LEASE, LINKS, openExports, PAGES } from './exports-stage.ts';

const rows = (content = ''): Record<string, string>[] => parse(content, { bom: true, columns: true });

test('the file comes by direct message, its rows counted, and one message tells of it', async () => {
  const { deps, slack, replica, shared, texts } = openExports();
  await startExport(deps, MAKER, LINKS, 'e1');
  const table = jobTable({
    deps,
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    homes: { run: async () => {} },
    reminders: { run: async () => {} },
    automaticReminders: { run: async () => {} },
    stuck: { run: async () => {} },
    exports: replica(),
    watches: { look: async () => {}, tell: async () => 'ok' as const },
    digest: { due: async () => {}, post: async () => 'ok', work: async () => 'ok' },
    digestFiles: async () => 'ok',
    logAnchor: async () => {},
    removeOld: async () => {},
  });
  await table.find(({ name }) => name === 'exports')?.run();
  expect(shared()).toMatchObject([
    {
      name: 'payout-links-2026-11-01..20.csv',
      at: {
        channelId: `D_${MAKER.userId}`,
        threadTs: undefined,
        comment: '2 links: links created 1 Nov 2026 to 20 Nov 2026',
      },
    },
  ]);
  expect(rows(shared()[0]?.content).map((row) => row['recipient'])).toEqual(['Asha Rao', "'=Asha"]);
  expect(texts()).toEqual([expect.stringMatching(/^Exported: 2 links/)]);
  expect(slack.standing[0]).toMatchObject({ channelId: `D_${MAKER.userId}`, edits: 1 });
  expect(auditOf(deps)).toMatchObject([
    { action: 'links.exported', actorId: MAKER.userId, rowCount: 2, detail: '2026-11-01 2026-11-20' },
  ]);
  await replica().run();
  expect(shared()).toHaveLength(1);
});

test('the audit of some days, in the order it was written', async () => {
  const { deps, replica, shared } = openExports();
  for (const [day, detail] of [
    ['2026-10-31', 'before'],
    ['2026-11-01', 'first'],
    ['2026-11-20', 'last'],
    ['2026-11-21', 'after'],
  ] as const)
    await deps.store.audit.append({ at: istInstant(day), actorId: 'U_A', action: 'audit.read', detail });
  await startExport(deps, CHECKER, { ...LINKS, what: 'audit' }, 'e1');
  await replica().run();
  expect(shared().map(({ name }) => name)).toEqual(['payout-audit-2026-11-01..20.csv']);
  expect(rows(shared()[0]?.content).map((row) => row['detail'])).toEqual(['first', 'last']);
  expect(auditOf(deps).at(-1)).toMatchObject({ action: 'audit.exported', rowCount: 2 });
});

test('a list that could not be read to its end gives no file, and the person learns why', async () => {
  const { deps, slack, replica, texts } = openExports({
    script: { links: { pages: PAGES, end: { ...COMPLETE, complete: false, reason: 'Page 3 failed.' } } },
  });
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(slack.files).toEqual([]);
  expect(texts()).toEqual([expect.stringMatching(/^Not exported.*Page 3 failed\./)]);
  expect(auditOf(deps)).toEqual([]);
  // Another one may be started.
  await startExport(deps, MAKER, LINKS, 'e2');
});

test('progress is told in the same message, and comes before the outcome', async () => {
  const { deps, slack, replica } = openExports();
  const told: string[] = [];
  slack.after = (call) => {
    if (call === 'update' || call === 'message') told.push(slack.standing[0]?.message.text ?? '');
  };
  deps.gateway.script.links = () => {
    deps.time.now += 4_000;
    return { pages: [page([record()], { recordsReceived: 12_000, totalRecords: 100_000 })], end: COMPLETE };
  };
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(told).toHaveLength(3);
  expect(told[1]).toContain('12,000 of about 1,00,000 links read');
  expect(slack.standing).toHaveLength(1);
});

/** A list whose pages take 4 s each, and what happens when one of them is read. */
function slowly(deps: ReturnType<typeof openExports>['deps'], at: number, happens: () => Promise<unknown>) {
  const read: number[] = [];
  const many = Array.from({ length: 9 }, (_none, index) =>
    page([record({ linkId: String(index).padStart(24, '0') })], { pageNumber: index + 1, totalRecords: 9 }),
  );
  deps.gateway.links = async function* links() {
    for (const one of many) {
      read.push(one.pageNumber);
      deps.time.now += 4_000;
      if (one.pageNumber === at) await happens();
      yield one;
    }
    return COMPLETE;
  };
  return read;
}

test('the person stops it while it is read: the walk ends, no file, and the message says so', async () => {
  const { deps, slack, replica, texts, logged } = openExports();
  const read = slowly(deps, 3, () => stopExport(deps, MAKER, 'e1'));
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(read.at(-1)).toBeLessThan(6);
  expect(slack.files).toEqual([]);
  expect(texts()).toEqual([expect.stringMatching(/^Export stopped/)]);
  expect(auditOf(deps)).toMatchObject([{ action: 'export.stopped', actorId: MAKER.userId }]);
  expect(logged('export finished')).toMatchObject([{ status: 'stopped' }]);
  await replica().run();
  expect(read.at(-1)).toBeLessThan(6);
  await startExport(deps, MAKER, LINKS, 'e2');
});

test('an audit is stopped as well, by who may read it', async () => {
  const { deps, slack, replica, shared, texts } = openExports();
  await startExport(deps, CHECKER, { ...LINKS, what: 'audit' }, 'e1');
  const offered: string[] = [];
  slack.after = async (call) => {
    if (call !== 'message') return;
    offered.push(JSON.stringify(slack.standing[0]?.message.blocks));
    await expect(stopExport(deps, MAKER, 'e1')).rejects.toThrow('already finished');
    await stopExport(deps, CHECKER, 'e1');
  };
  await replica().run();
  expect(offered).toEqual([expect.stringContaining('Stop this export')]);
  expect(shared()).toEqual([]);
  expect(texts()).toEqual([expect.stringMatching(/^Export stopped: audit/)]);
  expect(auditOf(deps)).toMatchObject([{ action: 'export.stopped', actorId: CHECKER.userId }]);
});

test('who may read the audit no longer cannot stop its export either', async () => {
  const { deps } = openExports();
  await startExport(deps, CHECKER, { ...LINKS, what: 'audit' }, 'e1');
  const without = { ...deps, policy: policy({ administer: only(SECOND.userId) }) };
  await expect(stopExport(without, CHECKER, 'e1')).rejects.toThrow(Forbidden);
});

test('the person stops it when all is read: nothing is shared', async () => {
  const { deps, slack, replica, shared, texts } = openExports();
  slack.before = async (call) => {
    if (call === 'upload') await stopExport(deps, MAKER, 'e1');
  };
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(shared()).toEqual([]);
  expect(texts()).toEqual([expect.stringMatching(/^Export stopped/)]);
  expect(auditOf(deps).map(({ action }) => action)).toEqual(['export.stopped']);
});

test('a replica that lost its lease ends its walk and says nothing', async () => {
  const { deps, replica, texts } = openExports();
  const read = slowly(deps, 3, async () => {
    deps.time.now += 2 * LEASE;
    await deps.store.exportRuns.claim('e1', deps.time.now, LEASE);
  });
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(read.at(-1)).toBeLessThan(6);
  expect(texts()).toEqual([expect.stringMatching(/^Export: links/)]);
});

test.each(['before', 'after'] as const)(
  'Slack fails %s each call in turn: one file, one message, one audit row',
  async (when) => {
    for (let failing = 1; ; failing += 1) {
      const { deps, slack, replica, shared } = openExports();
      await startExport(deps, MAKER, LINKS, 'e1');
      let calls = 0;
      slack[when] = () => {
        calls += 1;
        if (calls === failing) throw new SlackFailure('unreachable');
      };
      for (let round = 0; round < 4; round += 1) {
        await replica().run();
        deps.time.now += 2 * MINUTE_MS;
      }
      expect(shared(), `call ${failing}`).toHaveLength(1);
      expect(slack.standing.length, `call ${failing}`).toBeLessThan(2);
      expect(auditOf(deps), `call ${failing}`).toHaveLength(1);
      expect(await deps.store.exportRuns.due(deps.time.now, 9)).toEqual([]);
      if (calls >= failing) continue;
      // The last round met no failure.
      expect(failing).toBeGreaterThan(3);
      break;
    }
  },
);

test.each([0, 1, 2])(
  'a page that fails behind %s of them: no file, and the person learns why',
  async (at) => {
    for (const how of ['rejects', 'is missing'] as const) {
      const reason = `Page ${at + 1} failed.`;
      const read = PAGES.slice(0, at);
      const pages = how === 'rejects' ? [...read, new Unavailable(reason)] : read;
      const { deps, slack, replica, texts } = openExports({
        script: { links: { pages, end: { complete: false, reason, pagesRead: at, recordsRead: at } } },
      });
      await startExport(deps, MAKER, LINKS, 'e1');
      for (let round = 0; round < 3; round += 1) {
        await replica().run();
        deps.time.now += 2 * MINUTE_MS;
      }
      expect(slack.files, how).toEqual([]);
      expect(texts(), how).toEqual([expect.stringMatching(/^Not exported/)]);
      expect(texts()[0], how).toContain(reason);
      expect(auditOf(deps), how).toEqual([]);
    }
  },
);

test('a replica that died at any moment: another one ends it, with one file and one audit row', async () => {
  for (let moment = 1; moment < 30; moment += 1) {
    let seen = 0;
    let isDead = false;
    const { deps, replica, shared, slack } = openExports({
      at: ({ operation }) => {
        if (isDead || !operation.startsWith('exportRuns.') || operation === 'exportRuns.start') return;
        seen += 1;
        if (seen !== moment) return;
        isDead = true;
        throw new Error('the process is gone');
      },
    });
    await startExport(deps, MAKER, LINKS, 'e1');
    await replica()
      .run()
      .catch(() => {});
    if (!isDead) break;
    deps.time.now += LEASE + 1;
    await replica().run();
    expect(shared(), `moment ${moment}`).toHaveLength(1);
    expect(slack.standing, `moment ${moment}`).toHaveLength(1);
    expect(auditOf(deps), `moment ${moment}`).toHaveLength(1);
  }
});

test('two replicas at once: one reads', async () => {
  const { deps, replica, shared } = openExports();
  await startExport(deps, MAKER, LINKS, 'e1');
  await Promise.all([replica().run(), replica().run()]);
  expect(shared()).toHaveLength(1);
  expect(deps.gateway.calls.links).toHaveLength(1);
});

test('a process that stops leaves it to the next one, at once', async () => {
  const { deps, replica, shared } = openExports();
  await startExport(deps, MAKER, LINKS, 'e1');
  const first = replica();
  deps.gateway.script.links = () => {
    first.stop();
    return { pages: PAGES, end: COMPLETE };
  };
  await first.run();
  expect(shared()).toEqual([]);
  await replica().run();
  expect(shared()).toHaveLength(1);
});

test('Slack that takes no file is tried a few times; then the person is told, and it ends', async () => {
  const { deps, slack, replica, shared, texts } = openExports();
  slack.before = (call) => {
    if (call === 'upload') throw new SlackFailure('file_uploads_disabled');
  };
  await startExport(deps, MAKER, LINKS, 'e1');
  for (let round = 0; round < 12; round += 1) {
    await replica().run();
    deps.time.now += 5 * MINUTE_MS;
  }
  expect(slack.calls.filter((call) => call === 'upload')).toHaveLength(6);
  expect(shared()).toEqual([]);
  expect(texts()).toEqual([expect.stringContaining(EXPORT_NOT_TAKEN)]);
  expect(auditOf(deps)).toEqual([]);
  await startExport(deps, MAKER, LINKS, 'e2');
});

test('who is gone from Slack is not told, and the run ends', async () => {
  const { deps, slack, replica } = openExports();
  slack.before = (call) => {
    if (call === 'shareFile' || call === 'message') throw new SlackFailure('user_disabled');
  };
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(await deps.store.exportRuns.due(deps.time.now + HOUR_MS, 9)).toEqual([]);
});

test('who lost the permission meanwhile gets no file', async () => {
  const people: Record<string, Error | 'deactivated'> = {};
  const { deps, replica, shared, texts } = openExports({ people });
  await startExport(deps, MAKER, LINKS, 'e1');
  people[MAKER.userId] = 'deactivated';
  await replica().run();
  expect(shared()).toEqual([]);
  expect(texts()).toEqual([expect.stringMatching(/^Not exported/)]);
});

test('who loses the permission while the list is read gets no file', async () => {
  const people: Record<string, Error | 'deactivated'> = {};
  const { deps, replica, slack, texts } = openExports({ people });
  deps.gateway.script.links = () => {
    people[MAKER.userId] = 'deactivated';
    return { pages: PAGES, end: COMPLETE };
  };
  await startExport(deps, MAKER, LINKS, 'e1');
  await replica().run();
  expect(slack.files).toEqual([]);
  expect(texts()).toEqual([expect.stringMatching(/^Not exported/)]);
  expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', outcome: 'deactivated' }]);
});

test('a file whose bytes Slack takes slowly does not keep other people’s waiting', async () => {
  const { deps, slack, replica, shared } = openExports();
  await startExport(deps, MAKER, LINKS, 'e1');
  await startExport(deps, CHECKER, LINKS, 'e2');
  await startExport(deps, SECOND, LINKS, 'e3');
  const held = slack.hold('before', 'upload');
  const round = replica().run();
  await held.reached;
  while (shared().length < 2) await new Promise(setImmediate);
  expect(new Set(shared().map(({ at }) => at.channelId)).size).toBe(2);
  held.release();
  await round;
  expect(shared()).toHaveLength(3);
});

test('what is an hour old is not exported any more', async () => {
  const { deps, replica, shared, texts } = openExports();
  await startExport(deps, MAKER, LINKS, 'e1');
  deps.time.now += EXPORT_WITHIN_MS + 1;
  await replica().run();
  expect(shared()).toEqual([]);
  expect(texts()).toEqual([expect.stringContaining(EXPORT_INTERRUPTED)]);
});
