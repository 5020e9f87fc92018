/** Owns a stage for the files of a digest: one posted digest on a database file, a Slack and a list that a test can fail. */

import { onTestFinished } from 'vitest';
import { createDigestFiles, type DigestFileParts } from '../../src/jobs/digest-files.ts';
import { createDigestLists } from '../../src/jobs/digest-lists.ts';
import { createLog } from '../../src/log.ts';
import type { ChartData } from '../../src/payouts/digest/files.ts';
import type { WalkEnd } from '../../src/payouts/links/page.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { createScratch } from '../../src/scratch.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { makeDeps, page, record } from '../payouts/setup.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { databases } from '../store/engines.ts';

const fresh = databases('sqlite');

/** A Monday, and the day after it. */
export const MONDAY = Date.parse('2026-11-23T10:00:00+05:30');
export const TUESDAY = MONDAY + DAY_MS;
const LEASE = 60_000;
export const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 2 };
export const PAGES = [
  page([record({ linkId: '1'.repeat(24), status: 'EXPIRED' }), record({ linkId: '2'.repeat(24) })]),
];
export const PICTURE = 'a picture';

export async function openDigestFiles(dueAt = TUESDAY, changes: Partial<DigestFileParts> = {}) {
  const database = await fresh();
  const store = await database.open();
  const slack = createMessenger();
  const deps = makeDeps({ script: { links: () => ({ pages: PAGES, end: COMPLETE }) } });
  deps.time.now = dueAt;
  const scratch = createScratch(Date.now);
  onTestFinished(() => scratch.close());
  const entries: { msg: string; level: string; status?: string; code?: string }[] = [];
  const log = createLog('trace', [], { write: (line) => void entries.push(JSON.parse(line)) });
  const drawn: ChartData[] = [];
  const replica = (more: Partial<DigestFileParts> = {}) => {
    const lists = createDigestLists(scratch, deps.clock, log);
    const run = createDigestFiles({
      deps,
      files: store.digestFiles,
      lists,
      messenger: slack.messenger,
      scheduleOf: async (id) =>
        id === 's1' ? { timezone: 'Asia/Kolkata', statuses: ['EXPIRED'], purpose: undefined } : undefined,
      drawChart: async (data) => {
        drawn.push(data);
        return new Blob([PICTURE]);
      },
      leaseMs: LEASE,
      log,
      ...changes,
      ...more,
    });
    return { run, lists };
  };
  const post = async (scheduleId = 's1'): Promise<void> => {
    const schedule = subscription({ id: scheduleId, markAt: dueAt - 1 });
    await store.subscriptions.create(schedule, []);
    const message = {
      scheduleId,
      dueAt,
      kind: 'digest' as const,
      channelId: 'C1',
      content: { text: 'x', blocks: [] },
      expiresAt: dueAt + HOUR_MS,
    };
    await store.digests.account(schedule, dueAt, { run: dueAt, skipped: [], messages: [message] });
    const [id = ''] = await store.digests.dueMessages(dueAt, 1);
    const claim = await store.digests.claimMessage(id, dueAt, LEASE);
    if (claim) await store.digests.posted(claim, '1.5', dueAt);
  };
  await post();
  const shares = () =>
    slack.files.flatMap(({ shares: places, ...file }) => places.map((at) => ({ ...file, at })));
  /** Time passes while the job looks now and then. */
  const pass = async (run: () => Promise<unknown>, rounds = 12, stepMs = 2 * MINUTE_MS): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      deps.time.now += stepMs;
      await run();
    }
  };
  /** The lines with this message. */
  const logged = (msg: string) => entries.filter((entry) => entry.msg === msg);
  return { logged, store, slack, deps, entries, drawn, replica, post, shares, pass };
}
