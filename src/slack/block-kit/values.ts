/** Owns what a button's value and a block's ID carry: nothing private is readable in them. */

import { z } from 'zod';
import { isPayoutDeskError } from '../../errors.ts';
import { LINKS_AT_MOST } from '../../payouts/cancel/batch.ts';
import { parseLinkId } from '../../payouts/links/link.ts';
import { REMINDED_AT_MOST } from '../../payouts/links/reminder-run.ts';
import { DAY_MS, MINUTE_MS } from '../../payouts/time.ts';
import { type TransactionQuery, readReference } from '../../payouts/transactions/transaction.ts';
import type { WatchSubject } from '../../payouts/watches/watch.ts';
import { ACTION_IDS, BLOCK_IDS } from './ids.ts';
import { LIMITS } from './limits.ts';
import type { Seal } from './seal.ts';
import { type CommandName, commandNamed } from '../parse/vocabulary.ts';

/** Returns the opened JSON when it has exactly this shape. */
export function openAs<Shape>(sealed: unknown, seal: Seal, shape: z.ZodType<Shape>): Shape | undefined {
  const text = typeof sealed === 'string' ? seal.open(sealed) : undefined;
  if (text === undefined) return undefined;
  return readJson(text, shape);
}

export function readJson<Shape>(text: string, shape: z.ZodType<Shape>): Shape | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const SLACK_ID = /^[A-Z][A-Z0-9_]{1,30}$/;

/** Returns the link ID a link button carries. */
export function decodeLinkId(value: unknown): string | undefined {
  return typeof value === 'string' && parseLinkId(value) === value ? value : undefined;
}

/** The value of a button for several links: their IDs. */
export const encodeLinkIds = (linkIds: readonly string[]): string => linkIds.join(',');

/** Returns the link IDs that a button for several links carries; undefined unless all are valid, and at most 20. */
export function decodeLinkIds(value: unknown): string[] | undefined {
  const ids = typeof value === 'string' ? value.split(',') : [];
  const isValid = ids.length <= LINKS_AT_MOST && ids.every((id) => decodeLinkId(id) === id);
  return isValid && ids.length > 0 ? ids : undefined;
}

const LINK_BYTES = 12;

/** The value of a button that reminds up to a hundred links: their IDs, packed to fit. */
export function encodeRemindLinks(linkIds: readonly string[]): string {
  return Buffer.from(linkIds.join(''), 'hex').toString('base64url');
}

/** Returns the link IDs; undefined unless there are one to a hundred whole ones. */
export function decodeRemindLinks(value: unknown): string[] | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value)) return undefined;
  const bytes = Buffer.from(value, 'base64url');
  const isWhole = bytes.length > 0 && bytes.length % LINK_BYTES === 0;
  if (!isWhole || bytes.length > REMINDED_AT_MOST * LINK_BYTES) return undefined;
  return bytes.toString('hex').match(/.{24}/g) ?? undefined;
}

/** The value of the button that shows what expires soon: within how long, in minutes. */
export const encodeWithin = (withinMs: number): string => String(Math.round(withinMs / MINUTE_MS));

export function decodeWithin(value: unknown): number | undefined {
  const minutes = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : 0;
  return minutes >= 1 && minutes * MINUTE_MS <= WITHIN_MOST_MS ? minutes * MINUTE_MS : undefined;
}

/** A longer time is no “soon”. */
const WITHIN_MOST_MS = 90 * DAY_MS;

/** Returns the ID of the cancel request whose button it is. */
export function decodeRequestId(value: unknown): string | undefined {
  return typeof value === 'string' && REQUEST_ID.test(value) ? value : undefined;
}

/** Returns the ID of the export whose button it is. */
export function decodeExportId(value: unknown): string | undefined {
  return typeof value === 'string' && REQUEST_ID.test(value) ? value : undefined;
}

/** "settings:C0123", or what was submitted. */
export const SUBSCRIPTION_ID = /^[A-Za-z0-9][A-Za-z0-9:_-]{0,80}$/;

/** Returns the ID of the digest's schedule whose button it is. */
export function decodeSubscriptionId(value: unknown): string | undefined {
  return typeof value === 'string' && SUBSCRIPTION_ID.test(value) ? value : undefined;
}

/** Returns the command picked in the help’s menu. */
export function decodeCommandName(value: unknown): CommandName | undefined {
  const name = typeof value === 'string' ? commandNamed(value) : undefined;
  return name === value ? name : undefined;
}

/** The value of a suggestion’s button: what was typed, sealed; undefined when it does not fit. */
export function encodeTyped(typed: string, seal: Seal): string | undefined {
  const sealed = seal.seal(typed);
  return sealed.length <= LIMITS.buttonValue ? sealed : undefined;
}

export function decodeTyped(value: unknown, seal: Seal): string | undefined {
  return typeof value === 'string' ? seal.open(value) : undefined;
}

const day = z.string().refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)));
const reference = z.string().refine((text) => {
  try {
    return readReference(text) === text;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return false;
  }
});
const transaction = z.strictObject({ externalRef: reference, date: day, aeps: z.boolean() });

/** Sealed: a reference may be a mobile or account number (R14). */
export function encodeTransaction({ externalRef, date, aeps }: TransactionQuery, seal: Seal): string {
  return seal.seal(JSON.stringify({ externalRef, date, aeps }));
}

export function decodeTransaction(value: unknown, seal: Seal): TransactionQuery | undefined {
  return openAs(value, seal, transaction);
}

/** The value of `Watch` and `Stop watching`: a link's ID, or a transaction, sealed. */
export function encodeWatch(subject: WatchSubject, seal: Seal): string {
  return subject.kind === 'link' ? subject.linkId : encodeTransaction(subject.query, seal);
}

export function decodeWatch(value: unknown, seal: Seal): WatchSubject | undefined {
  const linkId = decodeLinkId(value);
  if (linkId !== undefined) return { kind: 'link', linkId };
  const query = decodeTransaction(value, seal);
  return query && { kind: 'transaction', query };
}

/** In UTF-8; a longer one would not fit a block ID once sealed. */
export const CONTACT_BYTES = 150;

export const contactFits = (contact: string): boolean => Buffer.byteLength(contact) <= CONTACT_BYTES;

/** Returns the block ID of a row to choose from, which carries the typed reason; undefined when it does not fit. */
export function encodeReasonBlock(reason: string, seal: Seal): string | undefined {
  const blockId = `${BLOCK_IDS.reasonGiven}.${seal.seal(reason)}`;
  return blockId.length <= LIMITS.blockId ? blockId : undefined;
}

export function decodeReasonBlock(blockId: unknown, seal: Seal): string | undefined {
  const start = `${BLOCK_IDS.reasonGiven}.`;
  if (typeof blockId !== 'string' || !blockId.startsWith(start)) return undefined;
  return seal.open(blockId.slice(start.length));
}

/** Returns the block ID of a request's buttons in the list of pending requests. */
export function encodeWaitingRow(index: number): string {
  return `${BLOCK_IDS.waitingRow}.${index}`;
}

export const isWaitingRow = (blockId: string): boolean => blockId.startsWith(`${BLOCK_IDS.waitingRow}.`);

/** Boxes to select links by; Slack takes ten a block. */
const LINK_BOXES = [
  { block: BLOCK_IDS.linkBoxes, action: ACTION_IDS.approvalLinks },
  { block: BLOCK_IDS.remindBoxes, action: ACTION_IDS.remindBoxes },
] as const;

/** Returns the block ID of boxes of a request's links. */
export function encodeLinksBlock(from: number): string {
  return `${BLOCK_IDS.linkBoxes}.${from}`;
}

/** Returns the block ID of boxes of links to remind. */
export function encodeRemindBlock(from: number): string {
  return `${BLOCK_IDS.remindBoxes}.${from}`;
}

const boxes = z.record(
  z.string(),
  z.object({ selected_options: z.array(z.object({ value: z.string() })).optional() }),
);

const state = z.object({ state: z.object({ values: z.record(z.string(), z.unknown()) }) });

/**
 * Returns the IDs of the selected links from the payload of a click; undefined when the message has no boxes. A
 * value that is no link ID is kept: the rule refuses it.
 */
export function readSelectedLinks(payload: unknown): string[] | undefined {
  const values = state.safeParse(payload).data?.state.values ?? {};
  const known = Object.entries(values).flatMap(([blockId, block]) => {
    const kind = LINK_BOXES.find((one) => blockId.startsWith(`${one.block}.`));
    return kind ? [boxes.safeParse(block).data?.[kind.action]?.selected_options ?? []] : [];
  });
  return known.length === 0 ? undefined : known.flat().map(({ value }) => value);
}

/** Returns the block ID of a shared card's buttons: `Refresh` keeps saying who shared it. */
export function encodeShared(userId: string): string {
  return `${BLOCK_IDS.linkShared}.${userId}`;
}

export function decodeShared(blockId: unknown): string | undefined {
  const start = `${BLOCK_IDS.linkShared}.`;
  if (typeof blockId !== 'string' || !blockId.startsWith(start)) return undefined;
  const userId = blockId.slice(start.length);
  return SLACK_ID.test(userId) ? userId : undefined;
}
