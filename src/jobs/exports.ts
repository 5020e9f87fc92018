/**
 * Owns making the files that people asked for: read into a temporary file, uploaded, and shared in their direct messages,
 * each once. Any replica takes a run up; one that was cut off looks whether the file is shared before it reads again.
 */

import { isPayoutDeskError, Unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { aFewAtOnce, allOf } from '../payouts/a-few-at-once.ts';
import { namesIn } from '../payouts/audit-names.ts';
import type { Deps } from '../payouts/deps.ts';
import {
  type ExportEnd,
  type ExportOptions,
  exportAudit,
  exportedEntry,
  exportLinks,
  mayHave,
  type Progress,
} from '../payouts/exports/export.ts';
import type { HeldExport } from '../payouts/exports/port.ts';
import { EXPORT_WITHIN_MS, type ExportCounts } from '../payouts/exports/run.ts';
import { DAY_MS, MINUTE_MS } from '../payouts/time.ts';
import { renewing } from '../renewing.ts';
import type { Scratch } from '../scratch.ts';
import { SlackFailure } from '../slack/api/client.ts';
import { isPlaceClosed } from '../slack/api/error-codes.ts';
import type { Messenger } from '../slack/api/messenger.ts';
import { auditCsvHeader, auditCsvRows } from '../slack/views/audit-csv.ts';
import {
  EXPORT_INTERRUPTED,
  EXPORT_NOT_TAKEN,
  exportComment,
  exportDone,
  exportFailed,
  exportFileName,
  exportProgress,
  exportStopped,
  exportTitle,
} from '../slack/views/export-message.ts';
import { tell } from './export-telling.ts';
import { failureFields } from './failure-fields.ts';
import { openLinkFile } from './link-file.ts';

export interface Exports {
  /** One round over what is not finished. */
  run(): Promise<void>;
  /** What is being read is left to the next process. */
  stop(): void;
}

export interface ExportParts {
  deps: Deps;
  messenger: Pick<Messenger, 'message' | 'update' | 'findOwn' | 'upload' | 'shareFile' | 'findFile'>;
  scratch: Scratch;
  log: Log;
  /** After a crash another replica takes over when this has passed; work of any length renews it. */
  leaseMs: number;
}

/** Edits of one message: a person reads it. */
const EDIT_EVERY_MS = 3_000;
const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = 5 * MINUTE_MS;
/** Uploads that Slack did not take; the list is walked for each. */
const ATTEMPTS = 6;
const A_RUN = 20;
const AT_ONCE = 2;
/** A delivery that comes again comes within an hour. */
const KEPT_MS = DAY_MS;

export function createExports(parts: ExportParts): Exports {
  const { deps, log, leaseMs } = parts;
  const { clock } = deps;
  const store = deps.store.exportRuns;
  let isStopped = false;

  const carry = async (run: HeldExport): Promise<void> => {
    let isLost = false;
    const renew = async (): Promise<void> => {
      isLost ||= !(await store.renew(run, clock(), leaseMs));
    };
    try {
      const work = () => workOn(parts, run, { renew, isStopping: () => isStopped || isLost });
      const end = await renewing(leaseMs / 4, renew, work);
      if (end === 'stopped') await leave(run);
      else if (await store.finish(run, clock()))
        log.info({ count: run.counts?.rows, status: end }, 'export finished');
    } catch (error) {
      if (!(error instanceof SlackFailure) && !isPayoutDeskError(error)) throw error;
      await failed(run, error);
    }
  };

  /** For the next holder, unless the person stopped it: an edit of ours may have come after that of the click. */
  const leave = async (run: HeldExport): Promise<void> => {
    if (!(await store.isStopped(run))) return void (await store.release(run, clock()));
    await tell(parts, run, exportStopped(run.query, clock()));
    log.info({ status: 'stopped' }, 'export finished');
  };

  const failed = async (run: HeldExport, error: Error): Promise<void> => {
    const code = error instanceof SlackFailure ? error.code : undefined;
    log.warn({ ...failureFields(error), count: run.attempts }, 'export not sent');
    const isHopeless = code !== undefined && isPlaceClosed(code);
    const isOver = run.attempts >= ATTEMPTS || clock() > run.startedAt + EXPORT_WITHIN_MS;
    if (isHopeless || isOver) {
      const reason = code === undefined ? error.message : EXPORT_NOT_TAKEN;
      if (!isHopeless) await tell(parts, run, exportFailed(run.query, reason, clock())).catch(() => {});
      await store.finish(run, clock());
      return;
    }
    const retryAfterMs = error instanceof SlackFailure ? (error.retryAfterMs ?? 0) : 0;
    await store.release(run, clock() + Math.max(waitMs(run.attempts), retryAfterMs));
  };

  return {
    async run() {
      const due = await store.due(clock(), A_RUN);
      // Each may be a walk over the whole list, and Slack may keep one waiting for minutes while it takes the bytes.
      const results = await aFewAtOnce(due, AT_ONCE, async (id) => {
        const run = isStopped ? undefined : await store.claim(id, clock(), leaseMs);
        if (run) await carry(run);
      });
      await store.prune(clock() - KEPT_MS);
      allOf(results);
    },
    stop() {
      isStopped = true;
    },
  };
}

const waitMs = (attempts: number): number => Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), MAX_WAIT_MS);

/** What a holder knows of its lease. */
interface Hold {
  /** Looks as well whether the run is still this holder's. */
  renew: () => Promise<void>;
  /** The process stops, or the run is not this holder's any more. */
  isStopping: () => boolean;
}

/** Rejects with SlackFailure or Unavailable: then it is taken up again. */
async function workOn(
  parts: ExportParts,
  run: HeldExport,
  hold: Hold,
): Promise<'sent' | 'not sent' | 'stopped'> {
  const { deps, messenger, log } = parts;
  const now = deps.clock();
  const giveUp = async (reason: string): Promise<'not sent'> => {
    await tell(parts, run, exportFailed(run.query, reason, deps.clock()));
    return 'not sent';
  };
  const { counts, fileId } = run;
  if (counts && fileId !== undefined) {
    // An earlier holder was cut off after Slack may have taken it.
    const isShared = await messenger.findFile(run.userId, run.startedAt, fileId);
    if (isShared === undefined && run.attempts < ATTEMPTS) throw new SlackFailure('not_looked_up');
    if (isShared === true) return sent(parts, run, counts);
  }
  if (now > run.startedAt + EXPORT_WITHIN_MS) return giveUp(EXPORT_INTERRUPTED);
  const before = await refusalOf(parts, run);
  if (before !== undefined) return giveUp(before);
  const file = await openFile(parts, run);
  try {
    const end = await readWithProgress(parts, run, file, hold);
    if (end.kind === 'stopped') return 'stopped';
    if (end.kind === 'incomplete') {
      log.warn({ reason: end.reason, count: end.read }, 'export incomplete');
      return await giveUp(end.reason);
    }
    // A walk takes minutes, in which the person may lose the right.
    const after = await refusalOf(parts, run);
    if (after !== undefined) return await giveUp(after);
    // Another replica goes on: nothing of this run is left to do here.
    if (!(await share(parts, run, end.counts, await file.content()))) return 'stopped';
    return await sent(parts, run, end.counts);
  } finally {
    await file.remove();
  }
}

/** Why the person may not have it any more. Rejects with Unavailable when nobody can say. */
async function refusalOf({ deps }: ExportParts, run: HeldExport): Promise<string | undefined> {
  const access = await mayHave(deps, run);
  if (access.allowed) return undefined;
  if (access.unsure) throw new Unavailable(access.why);
  return access.why;
}

interface ExportFile {
  readInto(options: ExportOptions): Promise<ExportEnd>;
  content(): Promise<Blob>;
  remove(): Promise<void>;
}

async function openFile({ deps, scratch }: ExportParts, { query }: HeldExport): Promise<ExportFile> {
  if (query.what === 'links') {
    const file = await openLinkFile(scratch, deps.clock());
    return { ...file, readInto: (options) => exportLinks(deps, query, file, options) };
  }
  const file = await scratch.create();
  await file.write(auditCsvHeader());
  let names: ReadonlyMap<string, string> = new Map();
  const add: Parameters<typeof exportAudit>[2] = async (rows) => {
    names = await namesIn(deps, rows, names);
    await file.write(auditCsvRows(rows, names));
  };
  return { ...file, readInto: (options) => exportAudit(deps, query, add, options) };
}

/** Reads the file while one message tells how far it is; reading does not wait for Slack. */
async function readWithProgress(
  parts: ExportParts,
  run: HeldExport,
  file: ExportFile,
  { renew, isStopping }: Hold,
): Promise<ExportEnd> {
  const { deps, log } = parts;
  const show = async (progress: Progress): Promise<void> => {
    try {
      // The person may have stopped it: then the message says so already, and the walk ends.
      await renew();
      if (!isStopping()) await tell(parts, run, exportProgress(run, progress, deps.clock()));
    } catch (error) {
      log.warn(failureFields(error), 'export progress not told');
    }
  };
  let editing: Promise<unknown> = show({ read: 0, of: undefined });
  let editedAt = deps.clock();
  const end = await file.readInto({
    isStopping,
    onProgress(progress) {
      if (deps.clock() - editedAt < EDIT_EVERY_MS) return;
      editedAt = deps.clock();
      editing = editing.then(() => show(progress));
    },
  });
  // An edit that arrives late must not take the place of the outcome.
  await editing;
  return end;
}

/**
 * Stores the file's ID with the audit row before it is shared: after a crash the next holder looks for it. False when the
 * lease was lost: then nothing is shared.
 */
async function share(
  { deps, messenger }: ExportParts,
  run: HeldExport,
  counts: ExportCounts,
  content: Blob,
): Promise<boolean> {
  const { query, userId } = run;
  const fileId = await messenger.upload({ name: exportFileName(query), content });
  // Written once, however often the file is uploaded again.
  const entry = run.counts ? undefined : exportedEntry(run, counts, deps.clock());
  Object.assign(run, { fileId, counts });
  if (!(await deps.store.exportRuns.save(run, entry))) return false;
  await messenger.shareFile(
    fileId,
    { channelId: userId },
    { title: exportTitle(query), comment: exportComment(query, counts) },
  );
  return true;
}

async function sent(parts: ExportParts, run: HeldExport, counts: ExportCounts): Promise<'sent'> {
  try {
    await tell(parts, run, exportDone(run.query, counts, parts.deps.clock()));
  } catch (error) {
    // The file says the same.
    if (!(error instanceof SlackFailure)) throw error;
    parts.log.warn({ code: error.code }, 'export outcome not told');
  }
  return 'sent';
}
