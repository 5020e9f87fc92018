/** Owns what an export is: what is wanted of which days, and how far its file is. */

import type { KnownStatus } from '../links/link.ts';
import { HOUR_MS } from '../time.ts';

export const EXPORT_KINDS = ['links', 'audit'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export interface ExportQuery {
  what: ExportKind;
  /** Of links; empty: every status. */
  statuses: readonly KnownStatus[];
  /** Days in India (YYYY-MM-DD), both included. */
  from: string;
  to: string;
}

/** What a file holds, counted when it was whole. */
export interface ExportCounts {
  rows: number;
  /** Links whose creation is not known (R20), which are in no file. */
  undated: number;
  /** Records that cannot be read (R1), which are in no file. */
  unreadable: number;
}

export interface ExportRun {
  /** Slack's ID of the command, so that one delivered twice is one run. */
  id: string;
  userId: string;
  query: ExportQuery;
  startedAt: number;
  /** The direct message that tells of it, once Slack took it. */
  message: { channelId: string; ts: string } | undefined;
  /** Slack's ID of the file, stored before it is shared: by it the file is found after a lost answer. */
  fileId: string | undefined;
  /** Of the file that was whole. */
  counts: ExportCounts | undefined;
}

/** A run that is not finished by then is given up: what was asked for is an hour old. */
export const EXPORT_WITHIN_MS = HOUR_MS;
