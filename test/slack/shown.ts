/** Owns what a view shows, as a test reads it: its texts and buttons, and each rule it breaks by the local Slack's judge. */

import type { HomeView, ModalView } from '@slack/web-api';
import { costOf, refuseMessage } from '../../fakes/slack/judge/messages.ts';
import { refuseView } from '../../fakes/slack/judge/views.ts';
import { isObject, type JsonObject, objectOf, objectsOf, textOf } from '../../fakes/slack/json.ts';
import { LIMITS } from '../../src/slack/block-kit/limits.ts';

/** Every broken rule; empty when Slack would take the message and it keeps our own budget. */
export function problemsOf(message: { text: string; blocks: unknown[] }): string[] {
  const cost = costOf(message.blocks);
  return [
    ...(refuseMessage({ ...message })?.messages ?? []),
    ...(cost > LIMITS.messageBudget ? [`the blocks cost ${cost}, more than ${LIMITS.messageBudget}`] : []),
    ...ownRules(message.blocks),
  ];
}

export function problemsOfView(view: ModalView | HomeView): string[] {
  return [...(refuseView({ ...view }, view.type)?.messages ?? []), ...ownRules(view.blocks)];
}

/** What Slack takes and a view still never does. */
function ownRules(blocks: readonly unknown[]): string[] {
  const problems: string[] = [];
  if (blocks.length === 0) problems.push('there is no block');
  if (textObjects(blocks).some(({ text }) => textOf(text).trim() === '')) problems.push('a text is blank');
  for (const element of heldBy(blocks))
    if (!isText(element) && element.action_id === undefined)
      problems.push(`${String(element.type)} has no action_id`);
  return problems;
}

/** What stands in a block and is no button or menu. */
const isText = ({ type }: JsonObject): boolean =>
  type === 'mrkdwn' || type === 'plain_text' || type === 'rich_text_preformatted';

/** Every text of this kind anywhere in the message or view. */
export function textsOf(root: unknown, type: 'mrkdwn' | 'plain_text'): string[] {
  return textObjects(root)
    .filter((object) => object.type === type)
    .map(({ text }) => textOf(text));
}

function textObjects(root: unknown): JsonObject[] {
  if (Array.isArray(root)) return root.flatMap(textObjects);
  if (!isObject(root)) return [];
  const own = root.type === 'mrkdwn' || root.type === 'plain_text' ? [root] : [];
  return [...own, ...Object.values(root).flatMap(textObjects)];
}

/** Every button and menu of the message, with its block's id. */
export function elementsOf(message: { blocks: unknown[] }): JsonObject[] {
  return heldBy(message.blocks).filter((element) => typeof element.action_id === 'string');
}

function heldBy(blocks: readonly unknown[]): JsonObject[] {
  return objectsOf(blocks).flatMap((block) =>
    objectsOf([...objectsOf(block.elements), block.accessory, block.element]).map((element) => ({
      ...element,
      block_id: block.block_id,
    })),
  );
}

/** The labels of all buttons, in order. */
export function labelsOf(message: { blocks: unknown[] }): string[] {
  return elementsOf(message)
    .filter((element) => element.type === 'button')
    .map((element) => textOf(objectOf(element.text).text));
}

/** The choices in the menu of each row, in order. */
export function menusOf(message: { blocks: unknown[] }): string[][] {
  return elementsOf(message)
    .filter((element) => element.type === 'overflow')
    .map((element) => objectsOf(element.options).map(({ text }) => textOf(objectOf(text).text)));
}

/** All that can be read in the message's blocks, as one text. */
export function readable(message: { blocks: unknown[] }): string {
  return [...textsInOrder(message.blocks)].join('\n');
}

function* textsInOrder(root: unknown): Generator<string> {
  if (Array.isArray(root)) for (const item of root) yield* textsInOrder(item);
  if (!isObject(root)) return;
  if (typeof root.text === 'string') yield root.text;
  for (const value of Object.values(root)) yield* textsInOrder(value);
}
