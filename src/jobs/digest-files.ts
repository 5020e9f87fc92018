/**
 * Owns what follows a posted digest in its thread: the list as a CSV file, and on Mondays a chart. Each once over all
 * replicas; the digest stands without them, and after the last attempt one line in the thread says so.
 */

import { isPayoutDeskError, Unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Deps } from '../payouts/deps.ts';
import { statusesRead } from '../payouts/digest/digest.ts';
import { purposeFilter } from '../payouts/digest/purpose.ts';
import {
  type ChartData,
  chartData,
  chartDays,
  dayIn,
  type DigestFile,
  filesAfter,
  TOTALS_KEPT_DAYS,
} from '../payouts/digest/files.ts';
import type { DigestFileStore, HeldFile } from '../payouts/digest/files-port.ts';
import type { KnownStatus } from '../payouts/links/link.ts';
import { reasonOf, walkLinks } from '../payouts/links/walk.ts';
import { addDays, DAY_MS, HOUR_MS, MINUTE_MS } from '../payouts/time.ts';
import { renewing } from '../renewing.ts';
import { SlackFailure } from '../slack/api/client.ts';
import { isPlaceClosed } from '../slack/api/error-codes.ts';
import type { Messenger } from '../slack/api/messenger.ts';
import {
  chartAltText,
  chartComment,
  chartTitle,
  digestFileName,
  fileMissing,
  listComment,
  listTitle,
} from '../slack/views/digest-files.ts';
import { failureFields } from './failure-fields.ts';
import { iso } from './digest-parts.ts';
import { type DigestLists, endingWith, type ReadList } from './digest-lists.ts';
import type { JobOutcome } from './schedule.ts';

/** What a schedule says about its files. */
export interface FileSchedule {
  timezone: string;
  statuses: readonly KnownStatus[];
  /** Only links whose purpose holds this text; undefined: all. */
  purpose: string | undefined;
}

export interface DigestFileParts {
  deps: Deps;
  files: DigestFileStore;
  lists: DigestLists;
  messenger: Pick<Messenger, 'message' | 'findOwn' | 'upload' | 'shareFile' | 'findFile'>;
  /** Undefined when there is no such schedule any more. */
  scheduleOf: (scheduleId: string) => Promise<FileSchedule | undefined>;
  /** Rejects with Unavailable. */
  drawChart: (data: ChartData) => Promise<Blob>;
  /** After a crash another replica takes over when this has passed; work of any length renews it. */
  leaseMs: number;
  log: Log;
}

/** A digest that was posted longer ago gets no files: who reads it has read it. */
const PLAN_WITHIN_MS = 6 * HOUR_MS;
/** The replica that read the list has it as a file; only if that one is gone another one walks. */
const READER_FIRST_MS = 30_000;
const AT_ONCE = 50;
const FIRST_WAIT_MS = 10_000;
const MAX_WAIT_MS = 5 * MINUTE_MS;
/** Then the thread is told. */
const ATTEMPTS = 6;
/** Then nobody is told any more; the log has it. */
const TELLING_ATTEMPTS = 4;
/** After so many attempts a file is shared although an earlier one is neither found nor ruled out. */
const DOUBTFUL_ATTEMPTS = 4;
const KEPT_MS = 30 * DAY_MS;
const PRUNE_EVERY_MS = HOUR_MS;

/** Returns one round over what is not finished; "failed" when a file could not be shared. */
export function createDigestFiles(parts: DigestFileParts): () => Promise<JobOutcome> {
  const { deps, files, lists, scheduleOf } = parts;
  const { clock } = deps;
  let prunedAt = -Infinity;

  const plan = async (): Promise<void> => {
    for (const posted of await files.posted(clock() - PLAN_WITHIN_MS)) {
      const schedule = await scheduleOf(posted.scheduleId);
      if (!schedule) continue;
      const kinds = filesAfter(schedule.timezone, posted.dueAt);
      await files.plan(kinds.map((kind): DigestFile => ({ ...posted, kind, fileId: undefined })));
    }
  };

  const prune = async (): Promise<void> => {
    const now = clock();
    if (Math.abs(now - prunedAt) < PRUNE_EVERY_MS) return;
    prunedAt = now;
    await lists.prune();
    await files.prune(now - KEPT_MS);
    await files.pruneTotals(addDays(dayIn('UTC', now), -TOTALS_KEPT_DAYS));
  };

  return async () => {
    await plan();
    let outcome: JobOutcome = 'ok';
    for (const key of await files.due(clock(), AT_ONCE)) {
      const waits = key.kind === 'list' && !lists.has(key) && clock() < key.postedAt + READER_FIRST_MS;
      const file = waits ? undefined : await files.claim(key, clock(), parts.leaseMs);
      if (file && (await carry(parts, file)) === 'failed') outcome = 'failed';
    }
    await prune();
    return outcome;
  };
}

const waitMs = (attempts: number): number => Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), MAX_WAIT_MS);

/** After the last attempt the thread is told at once. */
function untilNextMs({ attempts }: HeldFile, error: Error): number {
  const retryAfterMs = error instanceof SlackFailure ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(attempts === ATTEMPTS ? 0 : waitMs(attempts), retryAfterMs);
}

async function carry(parts: DigestFileParts, file: HeldFile): Promise<JobOutcome> {
  const { deps, files, lists, leaseMs, log } = parts;
  const { clock } = deps;
  const about = { kind: file.kind, dueAt: iso(file.dueAt), attempt: file.attempts };
  const finish = async (): Promise<void> => {
    if (file.kind === 'list') await lists.drop(file);
    await files.finish(file, clock());
  };
  try {
    const work = () => (file.attempts > ATTEMPTS ? tellMissing(parts, file) : share(parts, file));
    const end = await renewing(leaseMs / 4, () => files.renew(file, clock(), leaseMs), work);
    if (end === 'lost') return 'ok';
    await finish();
    log.info({ ...about, status: end }, 'digest file done');
    return 'ok';
  } catch (error) {
    if (!(error instanceof SlackFailure) && !isPayoutDeskError(error)) throw error;
    const code = error instanceof SlackFailure ? error.code : undefined;
    log.warn({ ...about, ...failureFields(error) }, 'digest file not shared');
    const isHopeless = code !== undefined && isPlaceClosed(code);
    if (isHopeless || file.attempts >= ATTEMPTS + TELLING_ATTEMPTS) {
      await finish();
      log.error({ ...about, code }, 'digest file given up');
      return 'failed';
    }
    if (file.attempts <= ATTEMPTS) file.problem = code === undefined ? error.message : FILE_NOT_TAKEN;
    await files.release(file, clock() + untilNextMs(file, error));
    return 'failed';
  }
}

type End = 'shared' | 'already shared' | 'no schedule' | 'told' | 'lost';

/** Rejects with SlackFailure or Unavailable: then it is tried again. */
async function share(parts: DigestFileParts, file: HeldFile): Promise<End> {
  const { messenger, files, scheduleOf } = parts;
  if (file.fileId !== undefined) {
    // An earlier holder was cut off after Slack may have taken it.
    const isShared = await messenger.findFile(file.channelId, file.postedAt, file.fileId, file.threadTs);
    if (isShared === true) return 'already shared';
    if (isShared === undefined && file.attempts < DOUBTFUL_ATTEMPTS) throw new SlackFailure('not_looked_up');
  }
  const schedule = await scheduleOf(file.scheduleId);
  if (!schedule) return 'no schedule';
  const { content, altText, ...words } = await (file.kind === 'list'
    ? listFile(parts, file, schedule)
    : chartFile(parts, file, schedule));
  const name = digestFileName(file.kind, dayIn(schedule.timezone, file.dueAt));
  file.fileId = await messenger.upload({ name, content, altText });
  if (!(await files.save(file))) return 'lost';
  await messenger.shareFile(file.fileId, { channelId: file.channelId, threadTs: file.threadTs }, words);
  return 'shared';
}

interface FileContent {
  content: Blob;
  altText: string | undefined;
  title: string;
  comment: string;
}

async function listFile(
  parts: DigestFileParts,
  file: HeldFile,
  schedule: FileSchedule,
): Promise<FileContent> {
  const { deps, lists } = parts;
  const list = lists.get(file) ?? (await readAgain(parts, file, schedule));
  const { rows, unreadable, readAt } = list;
  const audit = await deps.store.audit.anchor();
  const content = await list.file.content().catch(async (error: unknown) => {
    // A cleaner of temporary files took it: the next attempt walks again.
    await lists.drop(file);
    throw error;
  });
  return {
    content,
    altText: undefined,
    title: listTitle(dayIn(schedule.timezone, file.dueAt)),
    comment: listComment({ statuses: statusesRead(schedule.statuses), rows, unreadable, readAt, audit }),
  };
}

/** The replica that read the list is gone. */
async function readAgain(
  { deps, lists }: DigestFileParts,
  file: HeldFile,
  { statuses, purpose }: FileSchedule,
): Promise<ReadList> {
  const writer = lists.begin(file, purposeFilter(purpose));
  const walk = () =>
    walkLinks(deps.gateway, { statuses: statusesRead(statuses) }, async (page): Promise<'next'> => {
      await writer.add(page);
      return 'next';
    });
  const reason = await endingWith(
    writer,
    async () => reasonOf(await walk()),
    (incomplete) => incomplete === undefined,
  );
  const list = lists.get(file);
  if (reason !== undefined || !list) throw new Unavailable(reason ?? LIST_NOT_KEPT);
  return list;
}

// Read by people.
export const LIST_NOT_KEPT = 'The list could not be written to a file.';
export const FILE_NOT_TAKEN = 'Slack did not accept the file.';

async function chartFile(
  { deps: _deps, files, drawChart }: DigestFileParts,
  file: HeldFile,
  { timezone, statuses }: FileSchedule,
): Promise<FileContent> {
  const days = chartDays(timezone, file.dueAt);
  const [first, last] = [days[0], days.at(-1)];
  const totals = await files.totals(file.scheduleId, first ?? '', last ?? '');
  const data = chartData(timezone, days, totals, statuses);
  return {
    content: await drawChart(data),
    altText: chartAltText(data),
    title: chartTitle(data),
    comment: chartComment(data),
  };
}

/** One line in the thread, once. */
async function tellMissing({ messenger }: DigestFileParts, file: HeldFile): Promise<End> {
  const { channelId, threadTs, postedAt, kind } = file;
  const mark = { kind: 'digest', id: `${file.scheduleId} ${iso(file.dueAt)} no ${kind}` } as const;
  if (file.attempts > ATTEMPTS + 1) {
    const [earlier] = (await messenger.findOwn(channelId, postedAt, mark, threadTs)) ?? [];
    if (earlier !== undefined) return 'told';
  }
  await messenger.message(channelId, fileMissing(kind, file.problem ?? FILE_NOT_TAKEN), { threadTs, mark });
  return 'told';
}
