/** Owns exports: who may have one, which links belong to it, and that part of a list is never taken for the whole. */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import {
  EXPORT_OVER,
  EXPORT_RUNNING,
  EXPORT_SENDING,
  exportLinks,
  mayHave,
  startExport,
  stopExport,
} from '../../src/payouts/exports/export.ts';
import type { ExportQuery } from '../../src/payouts/exports/run.ts';
import { type LinkLines, startCollecting } from '../../src/payouts/links/collect.ts';
import type { PayoutLink } from '../../src/payouts/links/link.ts';
import type { LinkPage, WalkEnd } from '../../src/payouts/links/page.ts';
import { istInstant } from '../../src/payouts/time.ts';
import { countedSpills } from './links/spill.ts';
import { auditOf, CHECKER, MAKER, makeDeps, NOON, only, page, policy, record, STRANGER } from './setup.ts';

const QUERY: ExportQuery = { what: 'links', statuses: [], from: '2026-11-01', to: '2026-11-15' };
const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };

const id = (index: number): string => index.toString(16).padStart(24, '0');
const link = (index: number, day: string, changes: Partial<PayoutLink> = {}): PayoutLink =>
  record({ linkId: id(index), createdAt: istInstant(day), ...changes });

/** What would stand in the file. */
function fileOf() {
  let lines: (PayoutLink | undefined)[] = [];
  const file: LinkLines = {
    add: async (links) => void lines.push(...links),
    drop: async (isReplaced) => {
      lines = lines.filter((_line, place) => !isReplaced(place));
    },
  };
  return { file, ids: () => lines.map((line) => line?.linkId) };
}

const quiet = { onProgress: () => {}, isStopping: () => false };

async function exported(pages: (LinkPage | Error)[], end: WalkEnd = COMPLETE, query = QUERY) {
  const deps = makeDeps({ script: { links: { pages, end } } });
  const { file, ids } = fileOf();
  const progress: unknown[] = [];
  const result = await exportLinks(deps, query, file, { ...quiet, onProgress: (now) => progress.push(now) });
  return { result, ids, progress, deps };
}

describe('the links of an export', () => {
  test('were created in these days, both included, in India', async () => {
    const { result, ids, deps } = await exported([
      page([
        link(1, '2026-10-31', { createdAt: istInstant('2026-11-01') - 1 }),
        link(2, '2026-11-01'),
        link(3, '2026-11-15', { createdAt: istInstant('2026-11-16') - 1 }),
        link(4, '2026-11-16'),
        link(5, '2026-11-05', { createdAt: undefined }),
      ]),
      page([link(6, '2026-11-05')], { pageNumber: 2, unreadable: 2 }),
    ]);
    expect(ids()).toEqual([id(2), id(3), id(6)]);
    expect(result).toEqual({ kind: 'whole', counts: { rows: 3, undated: 1, unreadable: 2 } });
    expect(deps.gateway.calls.links).toEqual([{}]);
  });

  test('have the statuses that were asked for', async () => {
    const query: ExportQuery = { ...QUERY, statuses: ['CLAIMED'] };
    const { deps } = await exported([page([])], COMPLETE, query);
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['CLAIMED'] }]);
  });

  test('stand once, as they came last, also when the walk began anew', async () => {
    const { result, ids } = await exported([
      page([link(1, '2026-11-02'), link(2, '2026-11-03')], { unreadable: 1 }),
      page([link(1, '2026-11-02'), link(3, '2026-11-04')], { pageNumber: 2 }),
      page([link(3, '2026-11-04'), link(4, '2026-11-05')]),
      page([], { pageNumber: 2, mismatchedIds: [id(4), id(9)] }),
    ]);
    expect(ids()).toEqual([id(2), id(1), id(3)]);
    expect(result).toEqual({ kind: 'whole', counts: { rows: 3, undated: 0, unreadable: 0 } });
  });

  test('are not there when the list could not be read to its end', async () => {
    const end = { ...COMPLETE, complete: false, reason: 'Page 2 failed.' };
    expect((await exported([page([link(1, '2026-11-02')])], end)).result).toEqual({
      kind: 'incomplete',
      reason: 'Page 2 failed.',
      read: 1,
    });
  });

  test('are not there when the file takes no more', async () => {
    const deps = makeDeps({ script: { links: { pages: [page([link(1, '2026-11-02')])], end: COMPLETE } } });
    const add = () => Promise.reject(new Unavailable('The disk is full.'));
    expect(await exportLinks(deps, QUERY, { ...fileOf().file, add }, quiet)).toMatchObject({
      kind: 'incomplete',
      reason: 'The disk is full.',
    });
  });

  test('are left to the next holder when the process stops', async () => {
    const deps = makeDeps({ script: { links: { pages: [page([]), page([])], end: COMPLETE } } });
    const stopping = { ...quiet, isStopping: () => true };
    expect(await exportLinks(deps, QUERY, fileOf().file, stopping)).toEqual({ kind: 'stopped' });
    expect(deps.gateway.walks.pagesGiven).toBe(1);
  });

  test('are counted as they are read, from the beginning when the walk begins anew', async () => {
    const full = (pageNumber: number) => page([link(1, '2026-11-02')], { pageNumber, totalRecords: 7 });
    const { progress } = await exported([full(1), full(2), full(1)]);
    expect(progress).toEqual([
      { read: 1, of: 7 },
      { read: 2, of: 7 },
      { read: 1, of: 7 },
    ]);
  });
});

test('the file of its table is closed, whatever comes of it', async () => {
  const ends: string[] = [];
  const { count, openSpill } = countedSpills();
  for (const [pages, isStopping] of [
    [[page([link(1, '2026-11-02')])], false],
    [[page([link(1, '2026-11-02')]), new Unavailable('InstantPay did not answer.')], false],
    [[page([])], true],
  ] as const) {
    const deps = makeDeps({ script: { links: { pages: [...pages], end: COMPLETE } } });
    deps.openSpill = openSpill;
    const options = { ...quiet, isStopping: () => isStopping };
    ends.push((await exportLinks(deps, QUERY, fileOf().file, options)).kind);
  }
  expect(ends).toEqual(['whole', 'incomplete', 'stopped']);
  expect(count).toEqual({ opened: 3, open: 0 });
});

test('no line is dropped where none was replaced', async () => {
  const dropped: unknown[] = [];
  const lines: LinkLines = { add: async () => {}, drop: async (isReplaced) => void dropped.push(isReplaced) };
  const collecting = startCollecting(lines, () => true);
  await collecting.add(page([link(1, '2026-11-02')]));
  expect(await collecting.end()).toEqual({ rows: 1, unreadable: 0 });
  expect(dropped).toEqual([]);
});

describe('who may have an export', () => {
  test('of links: who may look; of the audit: administrators; each refusal is in the audit', async () => {
    const deps = makeDeps({ policy: policy({ administer: only(CHECKER.userId) }) });
    await startExport(deps, MAKER, QUERY, 'one');
    await expect(startExport(deps, MAKER, { ...QUERY, what: 'audit' }, 'two')).rejects.toMatchObject({
      kind: 'forbidden',
    });
    await startExport(deps, CHECKER, { ...QUERY, what: 'audit' }, 'three');
    await expect(startExport(deps, STRANGER, QUERY, 'four')).rejects.toMatchObject({ kind: 'forbidden' });
    expect(auditOf(deps).map(({ subject, outcome }) => [subject, outcome])).toEqual([
      ['audit.export', 'not_administrator'],
      ['link.export', 'not_viewer'],
    ]);
    expect(await deps.store.exportRuns.due(NOON, 9)).toEqual(['one', 'three']);
  });

  test('one at a time a person; the same command delivered again is the same run', async () => {
    const deps = makeDeps();
    await startExport(deps, MAKER, QUERY, 'one');
    await startExport(deps, MAKER, QUERY, 'one');
    await expect(startExport(deps, MAKER, QUERY, 'two')).rejects.toMatchObject({
      kind: 'conflict',
      message: EXPORT_RUNNING,
    });
    await startExport(deps, CHECKER, QUERY, 'three');
    expect(await deps.store.exportRuns.due(NOON, 9)).toEqual(['one', 'three']);
  });

  test('and who started it stops it, until it is finished or its file is being sent', async () => {
    const deps = makeDeps();
    await startExport(deps, MAKER, QUERY, 'one');
    await expect(stopExport(deps, STRANGER, 'one')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(stopExport(deps, CHECKER, 'one')).rejects.toMatchObject({ message: EXPORT_OVER });
    expect(await stopExport(deps, MAKER, 'one')).toEqual(QUERY);
    await expect(stopExport(deps, MAKER, 'one')).rejects.toMatchObject({
      kind: 'conflict',
      message: EXPORT_OVER,
    });
    await startExport(deps, MAKER, QUERY, 'two');
    const run = await deps.store.exportRuns.claim('two', NOON, 1_000);
    if (!run) throw new Error('nobody took it up');
    await deps.store.exportRuns.save({ ...run, fileId: 'F1' });
    await expect(stopExport(deps, MAKER, 'two')).rejects.toMatchObject({ message: EXPORT_SENDING });
    expect(auditOf(deps).map(({ action, subject, actorId }) => [action, subject, actorId])).toEqual([
      ['access.refused', 'export.stop', STRANGER.userId],
      ['export.stopped', undefined, MAKER.userId],
    ]);
    expect(auditOf(deps)[1]?.detail).toBe('2026-11-01 2026-11-15');
  });

  test('whoever lost the permission meanwhile gets none; what Slack does not answer is no refusal', async () => {
    const run = { id: 'one', userId: MAKER.userId, query: QUERY, startedAt: NOON };
    const rest = { message: undefined, fileId: undefined, counts: undefined };
    const gone = makeDeps({ people: { [MAKER.userId]: 'deactivated' } });
    expect(await mayHave(gone, { ...run, ...rest })).toMatchObject({ allowed: false, unsure: false });
    expect(auditOf(gone)).toMatchObject([{ action: 'access.refused', subject: 'link.export' }]);
  });
});
