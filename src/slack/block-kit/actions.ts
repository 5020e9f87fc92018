/** Owns the ids of everything that can be clicked or submitted, and what may travel in a value: nothing readable that is private. */

import { z } from 'zod';
import { isPayoutDeskError } from '../../errors.ts';
import { KNOWN_STATUSES, type KnownStatus } from '../../payouts/links/link.ts';
import type { LinkTarget, ListQuery } from '../../payouts/links/find.ts';
import type { TransactionQuery } from '../../payouts/ports.ts';
import { readReference } from '../../payouts/transactions/transaction.ts';
import { LIMITS } from './limits.ts';
import type { Seal } from './seal.ts';
import { type CommandName, commandNamed } from '../parse/vocabulary.ts';

export const ACTIONS = {
  linkRefresh: 'link.refresh',
  linkTrack: 'link.track',
  linkNotify: 'link.notify',
  linkCancel: 'link.cancel',
  linkShare: 'link.share',
  linkReveal: 'link.reveal',
  listOlder: 'list.older',
  listNewer: 'list.newer',
  listStatus: 'list.status',
  approvalApprove: 'approval.approve',
  approvalReject: 'approval.reject',
  approvalWithdraw: 'approval.withdraw',
  approvalBreakGlass: 'approval.break-glass',
  approvalShow: 'approval.show',
  txnShare: 'txn.share',
  txnCheck: 'txn.check',
  helpList: 'help.list',
  helpApprovals: 'help.approvals',
  helpDigest: 'help.digest',
  helpCommand: 'help.command',
  reasonText: 'reason.text',
} as const;

export const BLOCKS = {
  /** The status filter of a list; `list.filter.<sealed contact>` when the list is of one contact. */
  listFilter: 'list.filter',
  /** The buttons of a card somebody shared: `link.shared.<user id>`. */
  linkShared: 'link.shared',
  reason: 'reason',
  /** The buttons of a request in the list of what waits: `approvals.row.<index>`. */
  waitingRow: 'approvals.row',
  /** A row of a choice, carrying the reason that was typed before: `reason.given.<sealed>`. */
  reasonGiven: 'reason.given',
} as const;

export const VIEWS = {
  cancelReason: 'cancel.reason',
  rejectReason: 'approval.reject.reason',
  breakGlassReason: 'approval.break-glass.reason',
} as const;

/** The opened JSON when it has exactly this shape. */
function openAs<Shape>(sealed: unknown, seal: Seal, shape: z.ZodType<Shape>): Shape | undefined {
  const text = typeof sealed === 'string' ? seal.open(sealed) : undefined;
  if (text === undefined) return undefined;
  return readJson(text, shape);
}

function readJson<Shape>(text: string, shape: z.ZodType<Shape>): Shape | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

// ---- Values of buttons ------------------------------------------------------------------------------------

const LINK_ID = /^[0-9a-f]{24}$/;
const APPROVAL_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const SLACK_ID = /^[A-Z][A-Z0-9_]{1,30}$/;

/** The link id a link button carries. */
export function decodeLinkId(value: unknown): string | undefined {
  return typeof value === 'string' && LINK_ID.test(value) ? value : undefined;
}

/** The approval id an approval button carries. */
export function decodeRequestId(value: unknown): string | undefined {
  return typeof value === 'string' && APPROVAL_ID.test(value) ? value : undefined;
}

/** The command picked in the help's menu. */
export function decodeCommandName(value: unknown): CommandName | undefined {
  const name = typeof value === 'string' ? commandNamed(value) : undefined;
  return name === value ? name : undefined;
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

/** Sealed: a reference may be somebody's mobile or account number (R14). */
export function encodeTransaction({ externalRef, date, aeps }: TransactionQuery, seal: Seal): string {
  return seal.seal(JSON.stringify({ externalRef, date, aeps }));
}

export function decodeTransaction(value: unknown, seal: Seal): TransactionQuery | undefined {
  return openAs(value, seal, transaction);
}

// ---- Moving about in a list -------------------------------------------------------------------------------

/** A contact longer than this (in UTF-8) would not fit a block id once sealed. */
export const CONTACT_BYTES = 150;

export const contactFits = (contact: string): boolean => Buffer.byteLength(contact) <= CONTACT_BYTES;

const statuses = z.array(z.enum(KNOWN_STATUSES)).max(KNOWN_STATUSES.length);
const contact = z.string().min(1).refine(contactFits);
const listQuery = z.strictObject({
  pageNumber: z.number().int().min(1).max(100_000),
  statuses,
  contact: contact.optional(),
});

/** The value of `Older` and `Newer`: the page they lead to. */
export function encodeListQuery(query: ListQuery, seal: Seal): string {
  return seal.seal(JSON.stringify(query));
}

export function decodeListQuery(value: unknown, seal: Seal): ListQuery | undefined {
  const query = openAs(value, seal, listQuery);
  return query && { ...query, contact: query.contact };
}

/** The filter's option for every status. */
export const ALL_STATUSES = 'ALL';

export function encodeStatuses(chosen: readonly KnownStatus[]): string {
  return chosen.length === 0 ? ALL_STATUSES : chosen.join(',');
}

/** The statuses of a chosen option; none of them means every status. */
export function decodeStatuses(value: unknown): KnownStatus[] | undefined {
  if (value === ALL_STATUSES) return [];
  return typeof value === 'string' ? statuses.safeParse(value.split(',')).data : undefined;
}

/** The filter's block id, which carries the contact; undefined when it does not fit. */
export function encodeFilterBlock(listedContact: string | undefined, seal: Seal): string | undefined {
  if (listedContact === undefined) return BLOCKS.listFilter;
  const blockId = `${BLOCKS.listFilter}.${seal.seal(listedContact)}`;
  return blockId.length <= LIMITS.blockId ? blockId : undefined;
}

export function decodeFilterBlock(blockId: unknown, seal: Seal): { contact: string | undefined } | undefined {
  if (blockId === BLOCKS.listFilter) return { contact: undefined };
  const start = `${BLOCKS.listFilter}.`;
  if (typeof blockId !== 'string' || !blockId.startsWith(start)) return undefined;
  const opened = contact.safeParse(seal.open(blockId.slice(start.length)));
  return opened.success ? { contact: opened.data } : undefined;
}

/** The block id of a row to choose from: the reason that was typed already, when it fits. */
export function encodeReasonBlock(reason: string, seal: Seal): string | undefined {
  const blockId = `${BLOCKS.reasonGiven}.${seal.seal(reason)}`;
  return blockId.length <= LIMITS.blockId ? blockId : undefined;
}

export function decodeReasonBlock(blockId: unknown, seal: Seal): string | undefined {
  const start = `${BLOCKS.reasonGiven}.`;
  if (typeof blockId !== 'string' || !blockId.startsWith(start)) return undefined;
  return seal.open(blockId.slice(start.length));
}

/** The block id of a request's buttons in the list of what waits. */
export function encodeWaitingRow(index: number): string {
  return `${BLOCKS.waitingRow}.${index}`;
}

export const isWaitingRow = (blockId: string): boolean => blockId.startsWith(`${BLOCKS.waitingRow}.`);

/** The block id of a shared card's buttons, so that `Refresh` keeps saying who shared it. */
export function encodeShared(userId: string): string {
  return `${BLOCKS.linkShared}.${userId}`;
}

export function decodeShared(blockId: unknown): string | undefined {
  const start = `${BLOCKS.linkShared}.`;
  if (typeof blockId !== 'string' || !blockId.startsWith(start)) return undefined;
  const userId = blockId.slice(start.length);
  return SLACK_ID.test(userId) ? userId : undefined;
}

// ---- What a modal remembers -------------------------------------------------------------------------------

/** The modal that asks why to cancel. The target may still be a name: a trigger lives 3 s, a search may not. */
export interface CancelMetadata extends FormOrigin {
  target: LinkTarget;
}

/** A copy of a request that one person alone sees: a card, or its row in the list of what waits. */
export type PrivateCopy = 'card' | 'list';

export interface DecisionMetadata extends FormOrigin {
  cancelRequestId: string;
  /** The private copy it was pressed on, which the outcome replaces. */
  from?: PrivateCopy | undefined;
}

/** Where a form was asked for. */
interface FormOrigin {
  channelId: string;
  threadTs?: string | undefined;
  /** Where the answer to the asker goes; lives 30 minutes. */
  responseUrl?: string | undefined;
}

// The channel stays readable for whoever has to answer when the rest cannot be opened.
const envelope = z.strictObject({ channelId: z.string().regex(SLACK_ID), sealed: z.string() });
const responseUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .optional();
const threadTs = z.optional(z.string().regex(/^\d{1,12}\.\d{1,9}$/));
const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('id'), linkId: z.string().regex(LINK_ID) }),
  z.strictObject({ kind: z.literal('url'), url: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('contact'), contact: z.string().min(1).max(200) }),
]);
const cancelInside = z.strictObject({ target, responseUrl, threadTs });
const from = z.enum(['card', 'list']).optional();
const rejectInside = z.strictObject({
  cancelRequestId: z.string().regex(APPROVAL_ID),
  from,
  responseUrl,
  threadTs,
});

function encodeMetadata({ channelId, ...inside }: { channelId: string }, seal: Seal): string {
  const text = JSON.stringify({ channelId, sealed: seal.seal(JSON.stringify(inside)) });
  // Slack refuses a longer one, and a clipped one could not be opened.
  if (text.length > LIMITS.privateMetadata) throw new RangeError('The metadata of a modal is too long.');
  return text;
}

function decodeMetadata<Shape extends object>(
  text: unknown,
  seal: Seal,
  shape: z.ZodType<Shape>,
): (Shape & { channelId: string }) | undefined {
  const outside = typeof text === 'string' ? readJson(text, envelope) : undefined;
  const inside = outside && openAs(outside.sealed, seal, shape);
  return inside && { ...inside, channelId: outside.channelId };
}

export function encodeCancelMetadata(metadata: CancelMetadata, seal: Seal): string {
  return encodeMetadata(metadata, seal);
}

export function decodeCancelMetadata(text: unknown, seal: Seal): CancelMetadata | undefined {
  return decodeMetadata(text, seal, cancelInside);
}

export function encodeDecisionMetadata(metadata: DecisionMetadata, seal: Seal): string {
  return encodeMetadata(metadata, seal);
}

export function decodeDecisionMetadata(text: unknown, seal: Seal): DecisionMetadata | undefined {
  return decodeMetadata(text, seal, rejectInside);
}

const reasonState = z.object({
  [BLOCKS.reason]: z.object({ [ACTIONS.reasonText]: z.object({ value: z.string() }) }),
});

/** The reason typed into a modal, from the `state.values` of its submission. */
export function readReasonInput(values: unknown): string | undefined {
  return reasonState.safeParse(values).data?.[BLOCKS.reason][ACTIONS.reasonText].value;
}
