/** Owns a stage for exports: replicas on one store, a Slack and a list that a test can fail. */

import { onTestFinished } from 'vitest';
import { createExports, type ExportParts, type Exports } from '../../src/jobs/exports.ts';
import { createLog } from '../../src/log.ts';
import type { ExportQuery } from '../../src/payouts/exports/run.ts';
import type { WalkEnd } from '../../src/payouts/links/page.ts';
import { createScratch } from '../../src/scratch.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { type DepsOptions, makeDeps, page, record } from '../payouts/setup.ts';

export const LEASE = 60_000;
export const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 2, recordsRead: 2 };
export const LINKS: ExportQuery = { what: 'links', statuses: [], from: '2026-11-01', to: '2026-11-20' };
export const PAGES = [
  page([record({ linkId: '1'.repeat(24) })], { totalRecords: 2 }),
  page(
    [record({ linkId: '2'.repeat(24), contact: { name: '=Asha', email: undefined, mobile: undefined } })],
    {
      pageNumber: 2,
      totalRecords: 2,
    },
  ),
];

export function openExports(options: DepsOptions = {}) {
  const deps = makeDeps({ script: { links: () => ({ pages: PAGES, end: COMPLETE }) }, ...options });
  const slack = createMessenger();
  const scratch = createScratch(Date.now);
  onTestFinished(() => scratch.close());
  const lines: { msg: string; count?: number; status?: string; code?: string }[] = [];
  const replica = (more: Partial<ExportParts> = {}): Exports =>
    createExports({
      deps,
      messenger: slack.messenger,
      scratch,
      log: createLog('trace', [], { write: (line) => void lines.push(JSON.parse(line)) }),
      leaseMs: LEASE,
      ...more,
    });
  const shared = () =>
    slack.files.flatMap(({ name, content, shares }) => shares.map((at) => ({ name, content, at })));
  return {
    deps,
    slack,
    replica,
    shared,
    scratch,
    lines,
    /** The lines with this message. */
    logged: (msg: string) => lines.filter((line) => line.msg === msg),
    texts: () => slack.standing.map(({ message }) => message.text),
  };
}
