/** Owns finding a message of Payout Desk's own again, by the mark it was posted with, or by the file it shares. */

import type { MessageMetadata } from '@slack/web-api';
import { z } from 'zod';
import { HOUR_MS } from '../../payouts/time.ts';
import { SlackFailure } from './client.ts';

/** Kept by Slack with the message, invisible to people: tells after a lost answer or a crash whether it was posted. */
export interface Mark {
  kind: 'card' | 'digest' | 'reminders' | 'export' | 'watch';
  /** Unique among the messages of its kind. */
  id: string;
}

export function metadataOf({ kind, id }: Mark): MessageMetadata {
  return { event_type: `payout_desk_${kind}`, event_payload: { id } };
}

/** Pages of one look-up. */
const PAGES = 10;
/** Messages a page; Slack gives some apps 15. */
const PAGE_SIZE = 200;
/** Slack's clock and ours may differ. */
const CLOCK_SKEW_MS = HOUR_MS;

export interface HistoryPage {
  oldest: string;
  limit: number;
  include_all_metadata: true;
  cursor?: string;
}

interface ReadMessage {
  ts?: string;
  metadata?: unknown;
  files?: unknown;
}

/** What Slack answers, of a channel or of a thread. */
interface HistoryAnswer {
  messages?: readonly ReadMessage[] | undefined;
  has_more?: boolean | undefined;
  response_metadata?: { next_cursor?: string } | undefined;
}

/**
 * Returns the `ts` of each message with this mark since then, newest first; empty when there is none. Undefined: not
 * known, since the channel cannot be read, or holds more messages than one look-up reads.
 */
export function findMarked(mark: Mark, since: number, read: Read): Promise<string[] | undefined> {
  return findWhere(({ metadata }) => isMarked(metadata, mark), since, read);
}

/** The same for the messages that share this file. */
export function findFile(fileId: string, since: number, read: Read): Promise<string[] | undefined> {
  return findWhere(
    ({ files }) => fileIds.safeParse(files).data?.some(({ id }) => id === fileId) === true,
    since,
    read,
  );
}

const fileIds = z.array(z.object({ id: z.string() }));

type Read = (page: HistoryPage) => Promise<HistoryAnswer>;

async function findWhere(
  isIt: (message: ReadMessage) => boolean,
  since: number,
  read: Read,
): Promise<string[] | undefined> {
  const found: string[] = [];
  const first = { oldest: String((since - CLOCK_SKEW_MS) / 1_000), limit: PAGE_SIZE } as const;
  let cursor: string | undefined;
  try {
    for (let page = 0; page < PAGES; page += 1) {
      const answer = await read({ ...first, include_all_metadata: true, ...(cursor && { cursor }) });
      for (const message of answer.messages ?? []) if (message.ts && isIt(message)) found.push(message.ts);
      cursor = answer.response_metadata?.next_cursor;
      if (!answer.has_more) return found;
      if (!cursor) break;
    }
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
  }
  // The pages that were not read may hold it: that is not the same as "none".
  return found.length > 0 ? found : undefined;
}

const shape = z.object({ event_type: z.string(), event_payload: z.object({ id: z.string() }) });

function isMarked(metadata: unknown, mark: Mark): boolean {
  const { data } = shape.safeParse(metadata);
  const { event_type, event_payload } = metadataOf(mark);
  return data?.event_type === event_type && data.event_payload.id === event_payload['id'];
}
