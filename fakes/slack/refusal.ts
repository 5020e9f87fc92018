/** Owns the shape of Slack's refusals. */

import type { JsonObject } from './json.ts';
import type { Refusal } from './judge/messages.ts';

export function failure(error: string, more: JsonObject = {}): JsonObject {
  return { ok: false, error, ...more };
}

export function refused({ error, messages }: Refusal): JsonObject {
  return failure(error, { response_metadata: { messages } });
}
