/** Owns the job of automatic reminders: run by the table, told to the log, ended by a stop. */

import { expect, test } from 'vitest';
import { createAutomaticReminders, INCOMPLETE } from '../../src/jobs/automatic-reminders.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { createLog } from '../../src/log.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';
import { makeDeps, NOON, page, record, tracked, write } from '../payouts/setup.ts';

function stage() {
  const links = ['65', '66', '67'].map((digits, index) =>
    record({ linkId: digits.repeat(12), createdAt: NOON - DAY_MS, expiresAt: NOON + HOUR_MS + index }),
  );
  const deps = makeDeps({
    script: {
      links: {
        pages: [page(links)],
        end: { complete: false, reason: 'Page 2 is missing.', pagesRead: 1, recordsRead: 3 },
      },
      track: (linkId) => tracked({ linkId }),
      notify: [write('done'), write('unknown'), write('refused')],
    },
    settings: { automatic: { beforeMs: [2 * HOUR_MS], quiet: undefined } },
  });
  const lines: string[] = [];
  const log = createLog('info', [], { write: (line: string) => void lines.push(line) });
  return { deps, lines, reminders: createAutomaticReminders(deps, log) };
}

const said = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line)).map(({ msg, count, reason }) => [msg, count ?? reason]);

test('one run sends what is due, and the log says how many', async () => {
  const { deps, lines, reminders } = stage();
  const nothing = { run: async () => {} };
  const parts = {
    deps,
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    homes: nothing,
    reminders: nothing,
    exports: nothing,
    watches: { look: async () => {}, tell: async () => 'ok' as const },
    automaticReminders: reminders,
    stuck: { run: async () => {} },
    digest: { due: async () => {}, post: async () => 'ok' as const, work: async () => 'ok' as const },
    digestFiles: async (): Promise<'ok'> => 'ok',
    logAnchor: async () => {},
    removeOld: async () => {},
  };
  const job = jobTable(parts).find(({ name }) => name === 'automatic reminders');
  expect(job?.cron).toBe('0 */30 * * * *');
  await job?.run();
  expect(said(lines)).toEqual([
    ['automatic reminders sent', 1],
    ['automatic reminders not confirmed', 1],
    ['automatic reminders not sent', 1],
    [INCOMPLETE, 'Page 2 is missing.'],
  ]);
  // Another replica, and a run too early: the list was walked.
  await job?.run();
  expect(deps.gateway.calls.links).toHaveLength(1);
  expect(said(lines)).toHaveLength(4);
});

test('stopped, it begins none', async () => {
  const { deps, lines, reminders } = stage();
  reminders.stop();
  await reminders.run();
  expect(deps.gateway.calls.notify).toEqual([]);
  expect(said(lines)).toEqual([[INCOMPLETE, 'Page 2 is missing.']]);
});
