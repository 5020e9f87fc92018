/** Owns finding the button or menu a person means: by action id, or by the words on it. */

import type { JsonObject } from './json.ts';
import { isObject, objectOf, objectsOf, textOf } from './json.ts';

export interface Found {
  block: JsonObject;
  element: JsonObject;
}

/** Everything in these blocks that a person can press, choose or fill in, from top to bottom. */
export function elementsOf(blocks: readonly JsonObject[]): Found[] {
  return blocks.flatMap((block) => {
    const elements = block.type === 'actions' ? objectsOf(block.elements) : [];
    for (const single of [block.accessory, block.element]) if (isObject(single)) elements.push(single);
    return elements.filter(({ type }) => type !== 'image').map((element) => ({ block, element }));
  });
}

export function labelOf({ block, element }: Found): string {
  const words = element.type === 'button' ? element.text : (block.label ?? element.placeholder);
  return textOf(objectOf(words).text);
}

export function holdsElement(blocks: readonly JsonObject[], wanted: string, blockId?: string): boolean {
  return elementsOf(blocks).some(
    (found) =>
      (blockId === undefined || found.block.block_id === blockId) &&
      (found.element.action_id === wanted || labelOf(found) === wanted),
  );
}

/** The `nth` (from 1) with this action id or these words; without it there must be exactly one. `blockId`: in this block alone. */
export function findElement(
  blocks: readonly JsonObject[],
  wanted: string,
  nth?: number,
  blockId?: string,
): Found {
  const all = elementsOf(blocks).filter(({ block }) => blockId === undefined || block.block_id === blockId);
  const byId = all.filter(({ element }) => element.action_id === wanted);
  const matching = byId.length > 0 ? byId : all.filter((found) => labelOf(found) === wanted);
  const found = matching[(nth ?? 1) - 1];
  if (found && (matching.length === 1 || nth !== undefined)) return found;
  const there = all.map(
    (one) => `${labelOf(one) || textOf(one.element.type)} (${textOf(one.element.action_id)})`,
  );
  throw new Error(
    `${matching.length} of "${wanted}"${nth === undefined ? '' : `, not ${nth}`}; there is: ${there.join(', ') || 'nothing to press'}`,
  );
}
