/** Owns how a broken limit is said: Slack's wording, with the place as a JSON pointer. */

import type { JsonObject } from '../json.ts';
import { isObject } from '../json.ts';

export type Complain = (pointer: string, problem: string) => void;

export function collectComplaints(judge: (complain: Complain) => void): string[] {
  const complaints: string[] = [];
  judge((pointer, problem) => complaints.push(`[ERROR] ${problem} [json-pointer:${pointer}]`));
  return complaints;
}

export function checkLength(value: unknown, max: number, pointer: string, complain: Complain, min = 1): void {
  if (typeof value !== 'string') return complain(pointer, 'must be a string');
  if (value.length < min) complain(pointer, `must be more than ${min - 1} characters`);
  if (value.length > max) complain(pointer, `must be less than ${max + 1} characters`);
}

export function checkOptionalLength(value: unknown, max: number, pointer: string, complain: Complain): void {
  if (value !== undefined) checkLength(value, max, pointer, complain);
}

export function checkCount(
  list: unknown,
  max: number,
  pointer: string,
  complain: Complain,
): readonly unknown[] {
  if (!Array.isArray(list)) {
    complain(pointer, 'must be an array');
    return [];
  }
  if (list.length < 1) complain(pointer, 'must have at least 1 item');
  if (list.length > max) complain(pointer, `no more than ${max} items allowed`);
  return list;
}

/** A text object; `plain` where Slack takes no mrkdwn. */
export function checkText(
  text: unknown,
  max: number,
  pointer: string,
  complain: Complain,
  plain: 'plain' | 'any' = 'plain',
): void {
  if (!isObject(text)) return complain(pointer, 'must be a text object');
  if (text.type !== 'plain_text' && (plain === 'plain' || text.type !== 'mrkdwn'))
    complain(`${pointer}/type`, plain === 'plain' ? 'must be plain_text' : 'must be plain_text or mrkdwn');
  if (text.type === 'mrkdwn' && text.emoji !== undefined)
    complain(`${pointer}/emoji`, 'invalid additional property: emoji');
  checkLength(text.text, max, `${pointer}/text`, complain);
}

export function checkProperties(
  object: JsonObject,
  allowed: readonly string[],
  pointer: string,
  complain: Complain,
): void {
  for (const key of Object.keys(object))
    if (!allowed.includes(key)) complain(pointer, `invalid additional property: ${key}`);
}

export function checkUnique(
  values: readonly unknown[],
  what: string,
  pointer: string,
  complain: Complain,
): void {
  const seen = new Set<unknown>();
  for (const value of values) {
    if (value === undefined) continue;
    if (seen.has(value)) complain(pointer, `\`${what}\` ${JSON.stringify(value)} already exists`);
    seen.add(value);
  }
}
