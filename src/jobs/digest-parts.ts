/** Owns what the steps of a digest share: their parts, and the notice of a missed digest. */

import type { Log } from '../log.ts';
import type { Deps } from '../payouts/deps.ts';
import type { DigestFileStore } from '../payouts/digest/files-port.ts';
import type { DigestStore, OutboxMessage } from '../payouts/digest/port.ts';
import { type DigestOutcome, type DigestRun, noticeUntil } from '../payouts/digest/run.ts';
import type { KnownStatus } from '../payouts/links/link.ts';
import type { Messenger } from '../slack/api/messenger.ts';
import type { DigestLists } from './digest-lists.ts';
import { type Missed, missedNotice } from '../slack/views/digest-missed.ts';

export interface DigestSchedule {
  id: string;
  channelId: string;
  cron: string;
  timezone: string;
  statuses: readonly KnownStatus[];
  /** Only links whose purpose holds this text; undefined: all. */
  purpose: string | undefined;
  graceMs: number;
}

export interface DigestJobParts {
  deps: Deps;
  digests: DigestStore;
  files: Pick<DigestFileStore, 'record'>;
  lists: Pick<DigestLists, 'begin'>;
  messenger: Pick<Messenger, 'message' | 'findOwn' | 'remove'>;
  /** After a crash another replica takes over when this has passed; work of any length renews it. */
  leaseMs: number;
  /** Jitter: 0 <= random() < 1. */
  random: () => number;
  log: Log;
  onOutcome: (outcome: DigestOutcome, amount: number) => void;
}

/** What reading the list of one schedule takes. */
export interface DigestParts extends DigestJobParts {
  schedule: DigestSchedule;
}

/** What posting takes. */
export type PostParts = Omit<DigestJobParts, 'files' | 'lists'>;

/** The notice that there will be no digest for a run. */
export function missedMessage(
  run: DigestRun,
  channelId: string,
  now: number,
  missed: Omit<Missed, 'lastDueAt'>,
): OutboxMessage {
  return {
    ...run,
    kind: 'missed',
    channelId,
    content: missedNotice({ ...missed, lastDueAt: run.dueAt }),
    expiresAt: noticeUntil(now),
  };
}

export const iso = (at: number): string => new Date(at).toISOString();
