/** Owns what Slack fills in by itself: a block_id for every block, an action_id for every element without one. */

import type { JsonObject } from './json.ts';
import { isObject, objectsOf } from './json.ts';

export function withIds(blocks: unknown): JsonObject[] {
  return objectsOf(blocks).map((block, at) => {
    const filled: JsonObject = { ...block, block_id: block.block_id ?? `auto-${at + 1}` };
    if (isObject(block.accessory)) filled.accessory = withActionId(block.accessory, 0);
    if (isObject(block.element)) filled.element = withActionId(block.element, 0);
    if (block.type === 'actions') filled.elements = objectsOf(block.elements).map(withActionId);
    return filled;
  });
}

function withActionId(element: JsonObject, at: number): JsonObject {
  return element.type === 'image'
    ? element
    : { ...element, action_id: element.action_id ?? `auto-${at + 1}` };
}
