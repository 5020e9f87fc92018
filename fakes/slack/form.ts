/** Owns what a person fills in: `state.values` as Slack sends them, with what a form would not let through. */

import { elementsOf, labelOf } from './find-element.ts';
import type { Found } from './find-element.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, objectOf, objectsOf, textOf } from './json.ts';

/** By `<block id>/<action id>`, action id, block id or label. Options by their value or their words. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** The key under which each kind of element reports what was chosen. */
const RESULT: Readonly<Record<string, string>> = {
  static_select: 'selected_option',
  external_select: 'selected_option',
  overflow: 'selected_option',
  radio_buttons: 'selected_option',
  multi_static_select: 'selected_options',
  checkboxes: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  conversations_select: 'selected_conversation',
  multi_conversations_select: 'selected_conversations',
  channels_select: 'selected_channel',
  multi_channels_select: 'selected_channels',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
};

export function fillForm(blocks: readonly JsonObject[], values: FormValues, lenient = false): JsonObject {
  const fields = elementsOf(blocks).filter(
    ({ element }) => element.type !== 'button' && element.type !== 'overflow',
  );
  const names = new Set(fields.flatMap(namesOf));
  const unknown = Object.keys(values).filter((key) => !names.has(key));
  if (unknown.length > 0)
    throw new Error(`no field ${unknown.join(', ')}; there is: ${fields.map(namesOf).join(' | ')}`);
  const state: JsonObject = {};
  for (const field of fields) {
    const key = namesOf(field).find((name) => values[name] !== undefined);
    const result = resultOf(field.element, key === undefined ? undefined : values[key]);
    if (!lenient) insistOnForm(field, result);
    const blockId = textOf(field.block.block_id);
    state[blockId] = { ...objectOf(state[blockId]), [textOf(field.element.action_id)]: result };
  }
  return { values: state };
}

function namesOf(field: Found): string[] {
  const [blockId, actionId] = [textOf(field.block.block_id), textOf(field.element.action_id)];
  return [`${blockId}/${actionId}`, actionId, blockId, labelOf(field)].filter(Boolean);
}

/** What an element reports for this choice, or for what it started with when there is none. */
export function resultOf(element: JsonObject, choice: string | readonly string[] | undefined): JsonObject {
  const type = textOf(element.type);
  const key = RESULT[type];
  if (key === undefined) return { type, value: choice ?? element.initial_value ?? null };
  if (choice === undefined)
    return { type, [key]: element[key.replace('selected', 'initial')] ?? emptyOf(key) };
  const chosen = typeof choice === 'string' ? [choice] : [...choice];
  if (key.startsWith('selected_option')) {
    const options = chosen.map((wanted) => optionOf(element, wanted));
    return { type, [key]: key.endsWith('s') ? options : options[0] };
  }
  if (key === 'selected_date_time') return { type, [key]: Number(chosen[0]) };
  return { type, [key]: key.endsWith('s') ? chosen : chosen[0] };
}

function emptyOf(key: string): unknown {
  return key.endsWith('s') ? [] : null;
}

function optionOf(element: JsonObject, wanted: string): JsonObject {
  const groups = objectsOf(element.option_groups).flatMap((group) => objectsOf(group.options));
  const options = [...objectsOf(element.options), ...groups];
  const option = options.find(({ value, text }) => value === wanted || objectOf(text).text === wanted);
  if (option) return option;
  if (element.type === 'external_select')
    return { text: { type: 'plain_text', text: wanted, emoji: true }, value: wanted };
  const there = options.map(({ text }) => textOf(objectOf(text).text));
  throw new Error(`no option "${wanted}"; there is: ${there.join(', ')}`);
}

/** What Slack's own form refuses before anything reaches the app. */
function insistOnForm({ block, element }: Found, result: JsonObject): void {
  if (block.type !== 'input') return;
  const value = Object.entries(result).find(([key]) => key !== 'type')?.[1];
  const isEmpty = value === null || value === '' || (Array.isArray(value) && listOf(value).length === 0);
  const label = labelOf({ block, element });
  if (isEmpty && block.optional !== true) throw new Error(`Slack would not submit: "${label}" is required`);
  if (typeof value !== 'string' || isObject(value) || isEmpty) return;
  const { min_length: min, max_length: max } = element;
  if (typeof min === 'number' && value.length < min)
    throw new Error(`Slack would not submit: "${label}" is too short`);
  if (typeof max === 'number' && value.length > max)
    throw new Error(`Slack would not submit: "${label}" is too long`);
}
