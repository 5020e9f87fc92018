/** Owns a form's `private_metadata`, sealed, and reading the submitted reason. */

import { z } from 'zod';
import { LINKS_AT_MOST } from '../../payouts/cancel/batch.ts';
import { isPresetReason, type PresetReason } from '../../payouts/cancel/reason.ts';
import { REMINDED_AT_MOST } from '../../payouts/links/reminder-run.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import { BLOCK_IDS, INPUT_IDS } from './ids.ts';
import { LIMITS } from './limits.ts';
import type { Seal } from './seal.ts';
import { decodeLinkId, readJson, REQUEST_ID, SLACK_ID, SUBSCRIPTION_ID } from './values.ts';

/** Of the form that requests a cancellation. */
export interface CancelMetadata extends FormOrigin {
  /** What is to be cancelled, as typed or pressed; a name until it was looked up. Boxes of the form add to it. */
  targets: readonly LinkTarget[];
  /** The only target is words without quotes: a recipient, perhaps with the reason behind it. */
  loose?: boolean | undefined;
  /** The links are offered, and none of them is meant yet. */
  tickNone?: boolean | undefined;
  /** The typed reason, while the form does not show it. */
  reason?: string | undefined;
  preset?: PresetReason | undefined;
  /** The link's card that somebody shared, on which the button was pressed; its thread reads the outcome. */
  shared?: { linkId: string; threadTs: string } | undefined;
}

/** A copy of a request that only one person sees: a card, or its row in the list of pending requests. */
export type PrivateCopy = 'card' | 'list';

export interface DecisionMetadata extends FormOrigin {
  cancelRequestId: string;
  /** IDs of the links that the approver did not select. */
  leaveOut?: readonly string[] | undefined;
  /** The private copy that was clicked; the outcome replaces it. */
  from?: PrivateCopy | undefined;
}

/** Where a form was opened from. */
export interface FormOrigin {
  channelId: string;
  threadTs?: string | undefined;
  /** Takes the answer, within 30 minutes. */
  responseUrl?: string | undefined;
}

/** A whole command is no longer. */
const TYPED_LENGTH = 1_000;

// The channel stays readable, for the answer when the rest cannot be opened.
const envelope = z.strictObject({ channelId: z.string().regex(SLACK_ID), sealed: z.string() });
const responseUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .optional();
const messageTs = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const threadTs = z.optional(messageTs);
const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('id'), linkId: z.string().refine((id) => decodeLinkId(id) === id) }),
  z.strictObject({ kind: z.literal('url'), url: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('order'), orderId: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('reference'), reference: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('contact'), contact: z.string().min(1).max(TYPED_LENGTH) }),
]);
const cancelInside = z.strictObject({
  targets: z.array(target).max(LINKS_AT_MOST),
  loose: z.boolean().optional(),
  tickNone: z.boolean().optional(),
  reason: z.string().max(TYPED_LENGTH).optional(),
  preset: z.custom<PresetReason>((value) => typeof value === 'string' && isPresetReason(value)).optional(),
  shared: z
    .strictObject({ linkId: z.string().refine((id) => decodeLinkId(id) === id), threadTs: messageTs })
    .optional(),
  responseUrl,
  threadTs,
});
const originInside = z.strictObject({ responseUrl, threadTs, replaces: z.boolean().optional() });
const from = z.enum(['card', 'list']).optional();
const rejectInside = z.strictObject({
  cancelRequestId: z.string().regex(REQUEST_ID),
  leaveOut: z
    .array(z.string().refine((id) => decodeLinkId(id) === id))
    .max(20)
    .optional(),
  from,
  responseUrl,
  threadTs,
});

function encodeMetadata({ channelId, ...inside }: { channelId: string }, seal: Seal): string {
  const text = JSON.stringify({ channelId, sealed: seal.sealLong(JSON.stringify(inside)) });
  // Slack refuses longer metadata, and clipped metadata could not be opened.
  if (text.length > LIMITS.privateMetadata) throw new RangeError('The metadata of a form is too long.');
  return text;
}

function decodeMetadata<Shape extends object>(
  text: unknown,
  seal: Seal,
  shape: z.ZodType<Shape>,
): (Shape & { channelId: string }) | undefined {
  const outside = typeof text === 'string' ? readJson(text, envelope) : undefined;
  const inside = outside && readJson(seal.openLong(outside.sealed) ?? '', shape);
  return inside && { ...inside, channelId: outside.channelId };
}

/** Of a form that carries nothing but where it was opened. */
export interface OriginMetadata extends FormOrigin {
  /** The answer takes the place of the message that was clicked. */
  replaces?: boolean | undefined;
}

export function encodeOrigin(origin: OriginMetadata, seal: Seal): string {
  const { channelId, threadTs: thread, responseUrl: url, replaces } = origin;
  const where = { channelId, threadTs: thread, responseUrl: url, replaces };
  return encodeMetadata(where, seal);
}

export function decodeOrigin(text: unknown, seal: Seal): OriginMetadata | undefined {
  return decodeMetadata(text, seal, originInside);
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

/** Of the form that approves several requests at once. */
interface SelectionMetadata {
  channelId: string;
  ids: readonly string[];
}

const selectionInside = z.strictObject({ ids: z.array(z.string().regex(REQUEST_ID)) });

export function encodeSelectionMetadata(metadata: SelectionMetadata, seal: Seal): string {
  return encodeMetadata(metadata, seal);
}

export function decodeSelectionMetadata(text: unknown, seal: Seal): SelectionMetadata | undefined {
  return decodeMetadata(text, seal, selectionInside);
}

/** Of the form that sends reminders for the selected links. */
export interface RemindMetadata extends FormOrigin {
  linkIds: readonly string[];
}

const remindInside = z.strictObject({
  linkIds: z.array(z.string().refine((id) => decodeLinkId(id) === id)).max(REMINDED_AT_MOST),
  responseUrl,
  threadTs,
});

export function encodeRemindMetadata(metadata: RemindMetadata, seal: Seal): string {
  return encodeMetadata(metadata, seal);
}

export function decodeRemindMetadata(text: unknown, seal: Seal): RemindMetadata | undefined {
  return decodeMetadata(text, seal, remindInside);
}

/** Of the form that subscribes to a digest. */
export interface SubscriptionMetadata extends FormOrigin {
  /** Of what it changes, or of what it will make. */
  id: string;
  /** The version that the person saw; undefined: it subscribes. */
  changes?: number | undefined;
}

const subscriptionInside = z.strictObject({
  id: z.string().regex(SUBSCRIPTION_ID),
  changes: z.number().int().min(1).optional(),
  responseUrl,
  threadTs,
});

export function encodeSubscriptionMetadata(metadata: SubscriptionMetadata, seal: Seal): string {
  return encodeMetadata(metadata, seal);
}

export function decodeSubscriptionMetadata(text: unknown, seal: Seal): SubscriptionMetadata | undefined {
  return decodeMetadata(text, seal, subscriptionInside);
}

const reasonState = z.object({
  [BLOCK_IDS.reason]: z.object({ [INPUT_IDS.reasonText]: z.object({ value: z.string() }) }),
});

/** Returns the typed reason from the `state.values` of a submission. */
export function readReasonInput(values: unknown): string | undefined {
  return reasonState.safeParse(values).data?.[BLOCK_IDS.reason][INPUT_IDS.reasonText].value;
}
