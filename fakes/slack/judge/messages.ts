/** Owns what Slack, and Payout Desk's own rule on `text`, refuse in a message. */

import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import type { JsonObject } from '../json.ts';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import { checkBlocks } from './blocks.ts';
import { collectComplaints } from './complaints.ts';

/** What Slack is measured to count of a message's blocks: their text, and a fixed cost for each. */
export function costOf(blocks: unknown): number {
  return textLength(blocks) + LIMITS.blockCost * listOf(blocks).length;
}

function textLength(value: unknown): number {
  const own = isObject(value) && typeof value.text === 'string' ? value.text.length : 0;
  const inner = isObject(value) ? Object.values(value) : listOf(value);
  return inner.reduce<number>((sum, each) => sum + textLength(each), own);
}

/** A posted or edited message: all blocks together are limited too, which a response_url is not. */
export function refusePosted(body: JsonObject): Refusal | undefined {
  const refusal = refuseMessage(body);
  if (refusal || costOf(body.blocks) <= LIMITS.messageRefusedAbove) return refusal;
  return { error: 'msg_blocks_too_long', messages: ['[ERROR] blocks are too long [json-pointer:/blocks]'] };
}

export interface Refusal {
  error: string;
  messages: string[];
}

/** Undefined when there is nothing to refuse. */
export function refuseMessage(body: JsonObject): Refusal | undefined {
  const text = textOf(body.text);
  // Stricter than Slack, which only warns: phones show nothing but `text`, and screen readers read nothing else.
  if (text.trim() === '')
    return { error: 'no_text', messages: ['[ERROR] no top-level `text` [json-pointer:/text]'] };
  // Stricter than Slack, which cuts the text off without telling the reader.
  if (text.length > LIMITS.messageText)
    return {
      error: 'msg_too_long',
      messages: [`[ERROR] must be less than ${LIMITS.messageText + 1} characters [json-pointer:/text]`],
    };
  if (body.blocks === undefined) return undefined;
  const messages = collectComplaints((complain) => checkBlocks(body.blocks, 'message', complain));
  return messages.length > 0 ? { error: 'invalid_blocks', messages } : undefined;
}

export function refuseFileTitle(body: JsonObject): Refusal | undefined {
  const title = textOf(objectOf(body).filename);
  if (title.length <= LIMITS.fileTitle) return undefined;
  const problem = `[ERROR] must be less than ${LIMITS.fileTitle + 1} characters [json-pointer:/filename]`;
  return { error: 'invalid_arguments', messages: [problem] };
}
